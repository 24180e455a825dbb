"""The rig of Microsoft 365: a mailbox of the simulated cloud, in which messages arrive a second apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.servers.microsoft import Message, faults
from tests.servers.office import Office
from tests.transports.contract.rig import INBOX
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.factory import open_source
from trackit_console.transports.source import Source


class GraphRig:
    """Microsoft Graph v1.0."""

    tells_unread = True
    odd_folder: str | None = "Büro/Köln Süd/Ein und aus"

    def __init__(self, office: Office) -> None:
        self._office = office
        self._mailbox = office.mailbox
        self._received = datetime.now(UTC)
        self._delivered: list[Message] = []

    def source(self, folder: str = INBOX, answer_seconds: float = 10.0) -> Source:
        return open_source(self._office.settings(folder=folder), Timeouts(answer_seconds, answer_seconds))

    def deliver(self, *raws: bytes, folder: str = INBOX) -> None:
        self._mailbox.make_folder(folder)
        for raw in raws:
            self._received += timedelta(seconds=1)
            identifier = self._mailbox.deliver(raw, folder, received=self._received)
            if folder == INBOX:
                self._delivered.append(self._mailbox.message(identifier))

    def mark_read(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.set_read(self._delivered[number].id)

    def delete(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.delete(self._delivered[number].id)

    def move_away(self, numbers: Sequence[int]) -> None:
        for number in numbers:
            self._mailbox.move(self._delivered[number].id, "archive")

    def refuse(self, number: int) -> None:
        self._mailbox.break_mime(self._delivered[number].id)

    def be_busy(self) -> None:
        self._office.microsoft.faults.add("* /v1.0/*", faults.unavailable(), times=None)

    def fall_silent(self) -> None:
        self._office.microsoft.faults.add("*", faults.silence(), times=None)

    def contents(self, folder: str = INBOX) -> list[bytes]:
        try:
            return [each.raw for each in self._mailbox.folder(folder).messages]
        except KeyError:
            return []

    def settled(self, action: PostAction, raws: Sequence[bytes]) -> bool:
        inbox, processed = self.contents(), self.contents(PROCESSED_FOLDER)
        if action is PostAction.MARK_READ:
            return inbox == [*raws] and all(each.read for each in self._mailbox.folder(INBOX).messages)
        return inbox == [] and processed == ([*raws] if action is PostAction.MOVE else [])

    def close(self) -> None:
        """The cloud ends with its fixture."""
