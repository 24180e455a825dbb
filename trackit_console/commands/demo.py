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

from trackit_console.commands.activity import activity_answer, reasons
from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, WrongCall, answer
from trackit_console.commands.visit_answers import sent_answer, sent_words, visit_words
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem

if TYPE_CHECKING:
    from trackit_console.demo.demo_setup import Demo
    from trackit_console.demo.samples import Sample
    from trackit_console.domain.deliveries import Delivery, Recorded
    from trackit_console.monitor.outbox_once import SentOnce
    from trackit_console.store.activity_views import ActivityView

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
        description="Opens the console on a scratch database and a mail server inside the program, with 60 sample "
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
    with _set_up(parsed.data_dir) as demo:
        return _poll_once(demo, as_json=parsed.json) if headless else _open_console(demo)


def _has_screen() -> bool:
    """Windows and macOS always have a display. Elsewhere Qt aborts the process if there is none, so it must be asked first."""
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def _set_up(folder: Path | None) -> AbstractContextManager[Demo]:
    try:
        from trackit_console.demo.demo_setup import set_up_demo  # needs the optional extra
    except ModuleNotFoundError as error:
        # Any other module that is missing is a fault of this program.
        if (error.name or "").partition(".")[0] not in EXTRA:
            raise
        raise DemoNotInstalled(str(error)) from error
    return set_up_demo(folder)


def _open_console(demo: Demo) -> int:
    from trackit_console.console.app import run_console  # loads Qt
    from trackit_console.demo.received_mail import demo_mailbox

    print("Press Start Now on the page Email Monitor Settings, and see the mail come in.", file=sys.stderr)
    print("The mail that goes out is in the menu: Mail that the demo's server received.", file=sys.stderr)
    with demo.delivering_mail():
        return run_console(demo.data_dir, demo.data_dir.database_url, demo_mailbox(demo.server))


def _poll_once(demo: Demo, *, as_json: bool) -> int:
    from trackit_console.logs import LogFiles
    from trackit_console.monitor.outbox_once import send_once
    from trackit_console.monitor.poll_once import poll_once

    taken: dict[str, int] = {}

    def hear(_delivery: Delivery, recorded: Recorded) -> None:
        taken[recorded.ref.uid] = recorded.delivery_id

    with CliContext(demo.data_dir, None).opened() as database, LogFiles(demo.data_dir.logs):
        visits = poll_once(database, threading.Event(), on_recorded=hear)
        sent = send_once(database, threading.Event())
        with database.reading() as transaction:
            views = {uid: transaction.activity.time_line(delivery_id).activity for uid, delivery_id in taken.items()}
    processed = [(sample, views[uid]) for uid, sample in demo.waiting.items() if uid in views]
    received = Counter(address for mail in demo.server.accepted for address in mail.recipients)
    if as_json:
        messages = [{"sample": sample.name, "shows": sample.shows, **activity_answer(view)} for sample, view in processed]
        answer({"messages": messages, "outbox": {**sent_answer(sent), "recipients": dict(received.most_common())}})
    else:
        _print_results(processed)
        _print_sent(sent, received)
        print("The scratch database is deleted now. To see the same in the console: trackit-console demo")
    for visited in visits:
        if visited.error:
            print(visit_words(visited), file=sys.stderr)
    return 0 if len(processed) == len(demo.waiting) and not sent.failed else EXIT_FAILED


def _print_results(processed: Sequence[tuple[Sample, ActivityView]]) -> None:
    for number, (sample, view) in enumerate(processed, 1):
        print(f"{number:2}. {sample.shows}")
        print(f"    {view.sender}: {view.subject or '(no subject)'}")
        print(f"    -> {view.outcome.value} {view.record or ''}".rstrip() + f". {' '.join(reasons(view))}")
    counts = Counter(view.outcome.value for _, view in processed)
    print(f"\n{len(processed)} messages: {', '.join(f'{number} {name}' for name, number in counts.items())}.")


def _print_sent(sent: SentOnce, received: Counter[str]) -> None:
    """What the demo's server got because of these messages, and for whom."""
    print(sent_words(sent))
    for address, number in received.most_common():
        print(f"{number:4} to {address}")
