"""The rigs of Exchange Web Services: a mailbox of the simulated Exchange, by an app and by a password."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.servers.certificates import Certificates
from tests.servers.microsoft import Message
from tests.servers.microsoft.ews import busy
from tests.servers.microsoft.exchange import Exchange
from tests.servers.microsoft.faults import silence
from tests.transports.contract.rig import INBOX
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.factory import open_source
from trackit_console.transports.source import Source

START = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


class EwsRig:
    """A mailbox of one of the two types; a person uses it without a client."""

    tells_unread = True
    odd_folder: str | None = "Büro/Köln Süd/Ein und aus"

    def __init__(self, kind: str, certificates: Certificates) -> None:
        self._kind = kind
        self._exchange = Exchange(certificates)
        self._mailbox = self._exchange.add()
        self._delivered = 0
        self._inbox: list[Message] = []

    def source(self, folder: str = INBOX, answer_seconds: float = 10.0) -> Source:
        settings = self._exchange.settings(self._kind, self._mailbox, folder=folder)
        return open_source(settings, Timeouts(answer_seconds, answer_seconds))

    def deliver(self, *raws: bytes, folder: str = INBOX) -> None:
        path = folder.lower() if folder == INBOX else folder
        self._mailbox.make_folder(path)
        for raw in raws:
            self._delivered += 1
            id = self._mailbox.deliver(raw, path, received=START + timedelta(seconds=self._delivered))
            if folder == INBOX:
                self._inbox.append(self._mailbox.message(id))

    def mark_read(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.set_read(self._inbox[number].id)

    def delete(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.delete(self._inbox[number].id)

    def move_away(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.move(self._inbox[number].id, "archive")

    def refuse(self, number: int) -> None:
        self._mailbox.break_mime(self._inbox[number].id)

    def be_busy(self) -> None:
        self._exchange.microsoft.faults.add("POST /EWS/*", busy(), times=None)

    def fall_silent(self) -> None:
        self._exchange.microsoft.faults.add("*", silence(), times=None)

    def contents(self, folder: str = INBOX) -> list[bytes]:
        try:
            found = self._mailbox.folder(folder.lower() if folder == INBOX else folder)
        except KeyError:
            return []
        return [each.raw for each in found.messages]

    def settled(self, action: PostAction, raws: Sequence[bytes]) -> bool:
        inbox, processed = self.contents(), self.contents(PROCESSED_FOLDER)
        if action is PostAction.MARK_READ:
            return inbox == [*raws] and all(each.read for each in self._mailbox.folder("inbox").messages)
        return inbox == [] and processed == ([*raws] if action is PostAction.MOVE else [])

    def close(self) -> None:
        self._exchange.microsoft.stop()
