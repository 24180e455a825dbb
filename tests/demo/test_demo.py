"""`trackit-console demo`, as a newcomer runs it: a process of its own, without a screen."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from trackit_console.cancel import Cancel
from trackit_console.demo.demo_setup import set_up_demo
from trackit_console.demo.sample_people import BO, REQUESTORS, SUPPORT, TECHNICIANS
from trackit_console.demo.samples import arriving, waiting
from trackit_console.domain.deliveries import Delivery, Recorded
from trackit_console.domain.records import Priority
from trackit_console.monitor.help_desk import open_help_desk
from trackit_console.monitor.poll_once import poll_once
from trackit_console.store.database import open_database
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.steps import StepState

NEW_TICKET = "No keyword and no reply"

BECAME = {
    "plain-text": ("created", NEW_TICKET),
    "html-only": ("created", NEW_TICKET),
    "attachments": ("created", "The sender is the requestor Mei Tanaka."),
    "inline-image": ("created", NEW_TICKET),
    "unknown-sender": ("created", "The sender was unknown and is a requestor now."),
    "keyword": ("noted", "Keyword [Ticket - 1] in the subject."),
    "older-keyword": ("noted", "Keyword [Ticket - 1] in the subject."),
    "reply": ("noted", "Answers a message of Ticket - 2."),
    "keyword-without-record": ("created", "Keyword [Ticket - 4711] names no record"),
    "technician": ("noted", "In the context of technician Ada Byrne"),
    "bounce": ("filtered", "Sender rule “Postmaster”"),
    "out-of-office": ("filtered", "Subject rule “Out of Office”"),
    "long-subject": ("quarantined", "The subject has 401 characters"),
    "restricted-file": ("created", "“update.exe” was not added"),
    "windows-1251": ("created", NEW_TICKET),
    "iso-2022-jp": ("created", NEW_TICKET),
    "gb18030": ("created", NEW_TICKET),
    "format-flowed": ("created", NEW_TICKET),
    "damaged": ("created", "The message was damaged and read as well as possible"),
    "nested-message": ("created", NEW_TICKET),
    "winmail-dat": ("created", NEW_TICKET),
    "calendar-invitation": ("created", NEW_TICKET),
    "same-again": ("ignored", "The same message was taken from this mailbox before."),
    "long-thread": ("noted", "Keyword [Ticket - 1] in the text."),
    "empty": ("created", NEW_TICKET),
    "answer-below": ("noted", "Keyword [Ticket - 1] in the subject."),
    "answers-between": ("noted", "Keyword [Ticket - 1] in the subject."),
    "outlook-in-german": ("noted", "In the context of technician Carl Okafor"),
    "attribution-in-finnish": ("noted", "In the context of technician Ada Byrne"),
    "date-first": ("noted", "In the context of technician Ada Byrne"),
    "answers-in-html": ("noted", "Keyword [Ticket - 1] in the subject."),
    "forward": ("created", NEW_TICKET),
    "stranger": ("noted", "The sender has nothing to do with Ticket - 1 so far"),
    "participant": ("noted", "Keyword [Ticket - 1] in the subject."),
    "answer-of-participant": ("noted", "Keyword [Ticket - 1] in the subject."),
    "nothing-but-reply-to": ("created", "The sender is the requestor Priya Nair."),
    "absence-on-ticket": ("noted", "No person wrote this message (Auto-Submitted: auto-replied)."),
    "absence-in-french": ("ignored", "It belongs to no record"),
    "vacation": ("ignored", "No person wrote this message (X-Autoreply: yes)."),
    "alert": ("ignored", "It belongs to no record"),
    "own-mail": ("ignored", "The message comes from an address of this help desk itself."),
    "mailing-list": ("created", "The message is not answered (List-Id"),
    "bulk": ("created", "The message is not answered (Precedence: bulk)."),
    "bounce-in-words": ("filtered", "Sender rule “Mailer-Daemon”"),
    "bounce-of-ours": ("noted", "A message of Ticket - 1 did not reach sam@contractor.example (status 5.2.2)."),
    "read-receipt": ("ignored", "It belongs to no record"),
    "byte-order-mark": ("created", "The sender is the requestor Bo Lund."),
    "lost-indents": ("created", "A line among the headers is no header"),
    "raw-letters": ("created", NEW_TICKET),
    "doubled-brackets": ("created", "The sender is the requestor Jonas Weber."),
    "thai": ("created", NEW_TICKET),
    "korean": ("created", NEW_TICKET),
    "forgotten-semicolon": ("created", NEW_TICKET),
    "type-with-a-star": ("created", NEW_TICKET),
    "behind-the-end": ("created", NEW_TICKET),
    "named-text": ("created", NEW_TICKET),
    "uuencoded": ("created", NEW_TICKET),
    "signed": ("created", NEW_TICKET),
    "disguised-program": ("created", "“error.jpg” was not added"),
    "huge-table": ("created", NEW_TICKET),
}
"""What the demo promises: the outcome of each sample, and a part of the reason that is given."""


class Place:
    """A computer without screen and keyring on which nothing but one folder can be written."""

    def __init__(self, root: Path) -> None:
        self.home, self.temp, self.data = root / "home", root / "temp", root / "data"
        for folder in (self.home, self.temp):
            folder.mkdir()

    def demo(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "trackit_console", *arguments)

    def python(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "SYSTEMROOT", "LANG")}
        places = {name: str(self.home) for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA")}
        places |= {name: str(self.temp) for name in ("TMPDIR", "TEMP", "TMP")}
        return subprocess.run(
            [sys.executable, "-B", *arguments],
            env={**kept, **places, "PYTHONUTF8": "1"},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            encoding="utf-8",
            timeout=120,
        )

    def files(self) -> list[Path]:
        return [path for folder in (self.home, self.temp, self.data) for path in folder.rglob("*")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(tmp_path_factory.mktemp("computer"))


@pytest.fixture(scope="module")
def answered(place: Place) -> dict[str, Any]:
    """The answer of `demo --headless --json`."""
    done = place.demo("demo", "--headless", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture(scope="module")
def processed(answered: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What became of the messages, by sample."""
    return {each["sample"]: each for each in answered["messages"]}


@pytest.mark.covers("PKG-02")
@pytest.mark.parametrize("name", BECAME)
def test_each_sample_becomes_what_the_demo_promises(name: str, processed: dict[str, dict[str, Any]]) -> None:
    outcome, reason = BECAME[name]
    assert processed[name]["outcome"] == outcome
    assert reason in " ".join(processed[name]["reasons"])


def test_the_answer_is_the_activity_of_all_60_messages(processed: dict[str, dict[str, Any]]) -> None:
    assert list(processed) == list(BECAME)
    for each in processed.values():
        assert set(each) == {
            "sample", "shows", "at", "mailbox", "message_id", "sender", "subject", "outcome", "record", "reasons",
        }  # fmt: skip


@pytest.mark.covers("NOT-01", "OUT-06")
def test_the_answer_tells_what_was_sent_and_to_whom(answered: dict[str, Any]) -> None:
    outbox = answered["outbox"]
    recipients = outbox.pop("recipients")
    assert outbox == {"sent": sum(recipients.values()), "failed": 0, "waiting": 0, "error": None}
    told = {each.email for each in TECHNICIANS} | {each.email for each in REQUESTORS}
    assert told <= recipients.keys()
    # Nobody answers a program or the help desk itself.
    assert not recipients.keys() & {SUPPORT, "monitoring@demo.example", "sam@contractor.example"}


@pytest.mark.parametrize(
    ("name", "subject"),
    [("windows-1251", "Не работает принтер"), ("iso-2022-jp", "パスワードの再設定"), ("gb18030", "会议室投影仪无法连接")],
)
def test_subjects_in_older_character_sets_are_read(name: str, subject: str, processed: dict[str, dict[str, Any]]) -> None:
    assert processed[name]["subject"] == subject


def test_without_json_every_message_and_its_reason_is_told_in_words(place: Place) -> None:
    done = place.demo("demo", "--headless")
    assert done.returncode == 0, done.stderr
    for sample in waiting(datetime.now(UTC), "Ticket - 1"):
        assert sample.shows in done.stdout
    assert "60 messages: 34 created, 16 noted, 3 filtered, 1 quarantined, 6 ignored." in done.stdout
    assert re.search(r"Outgoing mail: \d\d+ sent, 0 failed, 0 waiting\.\n +\d+ to ", done.stdout)
    assert f" to {BO.email}\n" in done.stdout


def test_nothing_is_left_on_the_computer(place: Place, processed: dict[str, dict[str, Any]]) -> None:
    assert place.files() == []


def test_a_data_directory_that_is_named_holds_the_scratch_folder(place: Place) -> None:
    done = place.demo("--data-dir", str(place.data), "demo", "--headless", "--json")
    assert done.returncode == 0, done.stderr
    assert place.data.is_dir()
    assert place.files() == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="there is always a screen")
def test_without_a_screen_the_demo_runs_without_its_window(place: Place) -> None:
    done = place.demo("demo")
    assert done.returncode == 0
    assert "There is no screen here" in done.stderr
    assert "60 messages" in done.stdout


def test_without_the_optional_extra_the_demo_says_what_to_install(place: Place) -> None:
    hidden = "import sys; sys.modules['pymap'] = None; from trackit_console.__main__ import main; sys.exit(main())"
    done = place.python("-c", hidden, "demo", "--headless")
    assert done.returncode == 1
    assert done.stderr.startswith("The mail server of the demo is not installed.")
    assert 'pip install "trackit-console[demo]"' in done.stderr


def test_the_demo_runs_where_packages_have_no_metadata_as_in_the_frozen_program(place: Place) -> None:
    bare = "import sys, importlib.metadata as m; m.entry_points = lambda **_: (); from trackit_console.__main__ import main"
    done = place.python("-c", f"{bare}; sys.exit(main())", "demo", "--headless")
    assert done.returncode == 0, done.stderr


def test_a_database_of_ones_own_is_not_for_the_demo(place: Place) -> None:
    done = place.demo("--database", "sqlite:///real.sqlite3", "demo", "--headless")
    assert done.returncode == 2
    assert "scratch database" in done.stderr


def test_the_same_moment_gives_the_same_bytes() -> None:
    at = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    assert waiting(at, "Ticket - 1") == waiting(at, "Ticket - 1")
    assert len({each.raw for each in arriving(at, "Ticket - 1")} | {each.raw for each in waiting(at, "Ticket - 1")}) == 65


def test_the_demo_is_ready_for_a_first_start(tmp_path: Path) -> None:
    with set_up_demo(tmp_path) as demo:
        with closing(open_database(demo.data_dir.database_url, demo.data_dir)) as database, database.reading() as transaction:
            assert not transaction.monitoring.wanted().running
            assert [str(each.ref) for each in transaction.records.page()] == ["Ticket - 1"]
            assert transaction.settings.outgoing() is not None
        assert demo.data_dir.key_file.exists()
    assert list(tmp_path.iterdir()) == []


def _note_outcome(became: dict[str, str], _delivery: Delivery, recorded: Recorded) -> None:
    became[recorded.ref.uid] = recorded.outcome.value


@pytest.mark.usefixtures("expect_log")
def test_messages_that_arrive_later_are_taken_in_too(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("WARNING trackit.ImapMailListener")  # the sample that is set aside
    with set_up_demo(tmp_path) as demo:
        with demo.delivering_mail(every=0.0):
            for deliver in [each for each in threading.enumerate() if each.name == "demo mail"]:
                deliver.join(20)
        became: dict[str, str] = {}
        with closing(open_database(demo.data_dir.database_url, demo.data_dir)) as database:
            tell = partial(_note_outcome, became)
            [visited] = poll_once(database, threading.Event(), on_recorded=tell)
    assert visited.counts.seen == len(demo.waiting) + len(demo.arriving)
    later = [became[uid] for uid in sorted(became, key=int) if uid not in demo.waiting]
    assert later == ["created", "noted", "created", "filtered", "created", "created"]


@pytest.mark.covers("NOT-03", "NOT-04")
def test_rules_and_service_levels_act_on_the_sample_mail(tmp_path: Path, expect_log: Callable[[str], None]) -> None:
    expect_log("WARNING trackit.ImapMailListener")  # the sample that is set aside
    with set_up_demo(tmp_path) as demo, closing(open_help_desk(demo.data_dir.database_url, demo.data_dir)) as database:
        poll_once(database, threading.Event())
        with database.reading() as transaction:
            tickets = {each.subject: each for each in transaction.records.page()}
    urgent, usual = tickets["Urgent: what does this message mean?"], tickets["VPN drops every ten minutes"]
    assert (urgent.priority, urgent.service_level.name) == (Priority.URGENT, "Urgent")
    assert (usual.priority, usual.service_level.name) == (Priority.MEDIUM, "Medium")
    assert tickets["Printer on floor 3 prints stripes"].category == "Printers"


@pytest.mark.covers("IN-10", "OUT-05")
def test_both_accounts_of_the_demo_pass_their_connection_test(tmp_path: Path) -> None:
    with set_up_demo(tmp_path) as demo, closing(open_database(demo.data_dir.database_url, demo.data_dir)) as database:
        with database.reading() as transaction:
            [mailbox], outgoing = transaction.mailboxes.all(secrets=True), transaction.settings.outgoing(secrets=True)
        assert outgoing is not None
        steps = [*check_mailbox(mailbox.value, outgoing.value, Cancel()), *check_outgoing(outgoing.value, SUPPORT, Cancel())]
    ended = [step for step in steps if step.state is not StepState.RUNNING]
    assert [(step.name, step.detail) for step in ended if step.state is not StepState.PASSED] == []
