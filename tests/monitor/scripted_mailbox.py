"""A mailbox in memory whose server misbehaves as a test says; each visit opens a session of it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.transports.scripted_accounts import ScriptedSource
from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.errors import SignInRefused, TransportError
from trackit_console.transports.fetched_mail import Absent, Batch, Fetched, Settled
from trackit_console.transports.source import RawOf
from trackit_console.transports.step_names import StepName

SCOPE = "1 INBOX"
BATCH = 50


def ref_of(number: int) -> MessageRef:
    return MessageRef(SCOPE, str(number))


@dataclass
class ScriptedMailbox:
    """Messages by number; what the server withholds, refuses to settle, or breaks off over; and what was asked of it.

    `open` is a source factory of an engine. `on_open` happens in each session before the sign-in, `on_download` with each
    message, `refused` makes every sign-in fail, `finish_error` is raised at the end of a session.
    """

    messages: dict[int, bytes] = field(default_factory=dict)
    withheld: dict[int, Absent] = field(default_factory=dict)
    words: str = ""
    not_settled: dict[int, str] = field(default_factory=dict)
    copied: set[int] = field(default_factory=set)
    settles_on_close: bool = False
    refused: bool = False
    finish_error: TransportError | None = None
    on_open: Callable[[], object] = lambda: None
    on_download: Callable[[int], object] = lambda _number: None
    sessions: list[Session] = field(default_factory=list)

    def open(self, _mailbox: Mailbox) -> Session:
        session = Session(self)
        self.sessions.append(session)
        return session

    @property
    def last(self) -> Session:
        return self.sessions[-1]


class Session(ScriptedSource):
    """One visit's connection; keeps which messages it was asked for, and how."""

    def __init__(self, mailbox: ScriptedMailbox) -> None:
        super().__init__({StepName.SIGN_IN: self._sign_in})
        self._mailbox = mailbox
        self.settles_on_close = mailbox.settles_on_close
        self.downloaded: list[int] = []
        self.headers_of: list[int] = []
        self.settled: list[int] = []
        self.already_copied: set[int] = set()
        self.raw_of: RawOf | None = None
        self.aborted = threading.Event()

    def _sign_in(self) -> None:
        self._mailbox.on_open()
        if self._mailbox.refused:
            raise SignInRefused("NO", server="mail.example.com", account="support")

    def abort(self) -> None:
        self.aborted.set()
        super().abort()

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        new = [number for number in sorted(self._mailbox.messages) if number > int(cursor or 0)][:limit]
        for begin in range(0, len(new), BATCH):
            numbers = new[begin : begin + BATCH]
            yield Batch([self._fetched(number, size_limit) for number in numbers], str(numbers[-1]))

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return (self._fetched(number, size_limit) for number in self._there(refs))

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        for number in self._there(refs):
            self.headers_of.append(number)
            yield Fetched(ref_of(number), None, headers=_headers(self._mailbox.messages[number]))

    def _there(self, refs: Sequence[MessageRef]) -> list[int]:
        return [int(each.uid) for each in refs if int(each.uid) in self._mailbox.messages]

    def _fetched(self, number: int, size_limit: int) -> Fetched:
        raw = self._mailbox.messages[number]
        absent = Absent.TOO_LARGE if len(raw) > size_limit else self._mailbox.withheld.get(number)
        if absent is None:
            self.downloaded.append(number)
            self._mailbox.on_download(number)
            return Fetched(ref_of(number), raw, len(raw))
        return Fetched(ref_of(number), None, len(raw), headers=_headers(raw), absent=absent, words=self._mailbox.words)

    def settle(
        self, refs: Sequence[MessageRef], post_action: PostAction, raw_of: RawOf, already_copied: Collection[MessageRef] = ()
    ) -> Settled:
        self.raw_of = raw_of
        self.already_copied |= {int(each.uid) for each in already_copied}
        failed = {each: self._mailbox.not_settled[int(each.uid)] for each in refs if int(each.uid) in self._mailbox.not_settled}
        done = [each for each in refs if each not in failed]
        self.settled += [int(each.uid) for each in done]
        return Settled(done, failed, [each for each in failed if int(each.uid) in self._mailbox.copied])

    def finish(self) -> None:
        if self._mailbox.finish_error:
            raise self._mailbox.finish_error
        super().finish()


def _headers(raw: bytes) -> bytes:
    return raw.partition(b"\n\n")[0] + b"\n\n"


def by_account(mailboxes: dict[str, ScriptedMailbox]) -> Callable[[Any], Session]:
    """A source factory for several mailboxes, told apart by the account that signs in."""
    return lambda mailbox: mailboxes[mailbox.user_account_name].open(mailbox)
