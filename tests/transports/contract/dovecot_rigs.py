"""The rigs of IMAP and POP3: a mailbox on a real Dovecot, with a proxy in front for what Dovecot will not do on request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import SecretStr

from tests.servers.dovecot import Dovecot
from tests.servers.proxy import Proxy
from tests.transports.contract.rig import INBOX
from trackit_console.settings.post_action import PROCESSED_FOLDER, PostAction
from trackit_console.settings.server_mailbox import Imap, Pop3
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.factory import open_source
from trackit_console.transports.source import Source

SEEN, DELETED = b"\\Seen", b"\\Deleted"


class DovecotRig:
    """What both have in common; a person uses the mailbox by IMAP."""

    tells_unread: bool
    odd_folder: str | None
    model: type[Imap] | type[Pop3]
    busy: bytes

    def __init__(self, dovecot: Dovecot, port: int) -> None:
        self._dovecot = dovecot
        self._account = dovecot.new_account()
        self._proxy = Proxy(port)
        self._person = dovecot.client(self._account.name)
        self._client: Any = None

    def source(self, folder: str = INBOX, answer_seconds: float = 10.0) -> Source:
        fields: dict[str, Any] = {
            "server": self._proxy.host,
            "port": self._proxy.port,
            "use_ssl": False,
            "folder": folder,
            "user_account_name": self._account.name,
            "password": SecretStr(self._account.password),
        }
        mailbox = self.model(**fields)
        return open_source(mailbox, Timeouts(answer_seconds, answer_seconds))

    def deliver(self, *raws: bytes, folder: str = INBOX) -> None:
        if folder not in self._dovecot.counts(self._account.name):
            self._person_client.create_folder(folder)
        self._dovecot.append_all(self._account.name, raws, folder)

    @property
    def _person_client(self) -> Any:
        """Somebody's mail program, which stays open."""
        if self._client is None:
            self._client = self._person.__enter__()
        return self._client

    def mark_read(self, numbers: Sequence[int]) -> None:
        self._person_client.add_flags(_uids(numbers), [SEEN])

    def delete(self, numbers: Sequence[int]) -> None:
        self._person_client.add_flags(_uids(numbers), [DELETED])
        self._person_client.uid_expunge(_uids(numbers))

    def move_away(self, numbers: Sequence[int]) -> None:
        if not self._person_client.folder_exists("Done"):
            self._person_client.create_folder("Done")
        self._person_client.move(_uids(numbers), "Done")

    def refuse(self, number: int) -> None:
        self._dovecot.make_unreadable(self._account.name, number)

    def be_busy(self) -> None:
        self._proxy.busy = self.busy

    def fall_silent(self) -> None:
        self._proxy.silent.set()

    def contents(self, folder: str = INBOX) -> list[bytes]:
        exists = folder in self._dovecot.counts(self._account.name)
        return self._dovecot.folder(self._account.name, folder) if exists else []

    def close(self) -> None:
        if self._client is not None:
            self._person.__exit__(None, None, None)
        self._proxy.stop()


class ImapRig(DovecotRig):
    """IMAP (RFC 3501)."""

    tells_unread = True
    odd_folder = "Büro/Köln Süd/Ein und aus"
    model = Imap
    busy = b"* BYE [UNAVAILABLE] too many connections\r\n"

    def __init__(self, dovecot: Dovecot) -> None:
        super().__init__(dovecot, dovecot.imap)

    def settled(self, action: PostAction, raws: Sequence[bytes]) -> bool:
        inbox, processed = self.contents(), self.contents(PROCESSED_FOLDER)
        if action is PostAction.MARK_READ:
            return inbox == [*raws] and all(SEEN in flags for flags in self._dovecot.flags(self._account.name))
        return inbox == [] and processed == ([*raws] if action is PostAction.MOVE else [])


class Pop3Rig(DovecotRig):
    """POP3 (RFC 1939), which has no folders and no read mark."""

    tells_unread = False
    odd_folder = None
    model = Pop3
    busy = b"-ERR [IN-USE] mailbox already in use by pid 12345\r\n"

    def __init__(self, dovecot: Dovecot) -> None:
        super().__init__(dovecot, dovecot.pop3)

    def settled(self, action: PostAction, raws: Sequence[bytes]) -> bool:
        return self.contents() == ([*raws] if action is PostAction.MARK_READ else [])


def _uids(numbers: Sequence[int]) -> list[int]:
    return [number + 1 for number in numbers]
