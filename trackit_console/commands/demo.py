"""`demo`: mail becomes tickets on a scratch database, from a mail server inside the program; no account is needed (PKG-02)."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections import Counter
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, WrongCall, answer
from trackit_console.commands.mail_reports import activity_answer, reasons
from trackit_console.commands.monitor import in_words
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from trackit_console.demo.demo_setup import Scene
    from trackit_console.demo.samples import Sample
    from trackit_console.domain.deliveries import Delivery, Recorded
    from trackit_console.store.activity import ActivityView

EXTRA = ("aiosmtpd", "proxyprotocol", "pymap", "pysasl")
"""The modules that the optional extra installs."""


class DemoNotInstalled(Problem):
    """The libraries of the demo's mail server are not installed."""

    context = "commands"
    code = "demo_not_installed"
    sentence = QT_TRANSLATE_NOOP("commands", "The mail server of the demo is not installed.")
    remedy = QT_TRANSLATE_NOOP("commands", 'Install it with: pip install "trackit-console[demo]"')


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser(
        "demo",
        help="try the program on sample mail, without an account",
        description="Opens the console on a scratch database and a mail server inside the program, with 25 sample "
        "messages in its mailbox. Press Start Now on the page Email Monitor Settings. Everything is deleted at the end.",
    )
    parser.add_argument("--headless", action="store_true", help="no window: take the mail in once and tell what became of it")
    parser.set_defaults(do=demo)


def demo(context: CliContext, parsed: argparse.Namespace) -> int:
    """Runs the demo in a scratch folder, below `--data-dir` if that was given; nothing is written elsewhere."""
    if context.database:
        raise WrongCall(words="The demo works on a scratch database of its own: leave out --database.")
    headless = parsed.headless or parsed.json
    if not headless and not _has_screen():
        print("There is no screen here, so the demo runs without a window.", file=sys.stderr)
        headless = True
    with _scene(parsed.data_dir) as scene:
        return _take_in_once(scene, as_json=parsed.json) if headless else _open_console(scene)


def _has_screen() -> bool:
    """Windows and macOS always have a display. Elsewhere Qt aborts the process if there is none, so it must be asked first."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _scene(folder: Path | None) -> AbstractContextManager[Scene]:
    try:
        from trackit_console.demo.demo_setup import scene  # needs the optional extra
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise DemoNotInstalled(str(error)) from error
    return scene(folder)


def _open_console(scene: Scene) -> int:
    from trackit_console.console.app import run_console  # loads Qt

    print("Press Start Now on the page Email Monitor Settings, and see the mail come in.", file=sys.stderr)
    with scene.mail_coming_in():
        return run_console(scene.data_dir, scene.data_dir.database_url)


def _take_in_once(scene: Scene, *, as_json: bool) -> int:
    from trackit_console.logs import LogFiles
    from trackit_console.monitor.engine import Engine

    taken: dict[str, int] = {}

    def hear(_delivery: Delivery, recorded: Recorded) -> None:
        taken[recorded.ref.uid] = recorded.delivery_id

    with CliContext(scene.data_dir, None).opened() as database, LogFiles(scene.data_dir.logs):
        visits = Engine(database, "headless", on_recorded=hear).run_once(threading.Event())
        with database.reading() as transaction:
            views = {uid: transaction.activity.time_line(delivery_id).activity for uid, delivery_id in taken.items()}
    told = [(sample, views[uid]) for uid, sample in scene.waiting.items() if uid in views]
    if as_json:
        answer([{"sample": sample.name, "shows": sample.shows, **activity_answer(view)} for sample, view in told])
    else:
        _tell(told)
    for visited in visits:
        if visited.error:
            print(in_words(visited), file=sys.stderr)
    return 0 if len(told) == len(scene.waiting) else EXIT_FAILED


def _tell(told: Sequence[tuple[Sample, ActivityView]]) -> None:
    for number, (sample, view) in enumerate(told, 1):
        print(f"{number:2}. {sample.shows}")
        print(f"    {view.sender}: {view.subject or '(no subject)'}")
        print(f"    -> {view.outcome.value} {view.record or ''}".rstrip() + f". {' '.join(reasons(view))}")
    counts = Counter(view.outcome.value for _, view in told)
    print(f"\n{len(told)} messages: {', '.join(f'{number} {name}' for name, number in counts.items())}.")
    print("The scratch database is deleted now. To see the same in the console: trackit-console demo")
