"""The mail that the demo's server received from the help desk, and what its recipients' mail programs make of an answer."""

from __future__ import annotations

from datetime import UTC, datetime

from trackit_console.console.demo_mailbox import DemoMailbox, ReceivedMail
from trackit_console.demo.message_builder import MessageSpec, bytes_of, plain
from trackit_console.demo.sample_people import REQUESTORS, TECHNICIANS, written
from trackit_console.demo.server import Accepted, DemoMailServer
from trackit_console.domain.addresses import address_key
from trackit_console.mail import Message, parse
from trackit_console.mail.keywords import without_keywords
from trackit_console.settings.people import Requestor, Technician

_PERSONS: list[Requestor | Technician] = [*REQUESTORS, *TECHNICIANS]
_WRITTEN = {address_key(each.email): written(each) for each in _PERSONS}
_OF_TECHNICIANS = {key for each in TECHNICIANS for key in each.addresses}


def demo_mailbox(server: DemoMailServer) -> DemoMailbox:
    """The mail of `server`, for the window."""
    mails = _Mails(server)
    return DemoMailbox(mails.newest_first, mails.reply)


def answer(mail: ReceivedMail, text: str, *, keyword: bool, number: int, at: datetime) -> bytes:
    """An answer to `mail` by its recipient, the answered text below it. Only the ids tell of the record if `keyword` is False."""
    answered = parse(mail.raw)
    subject = f"Re: {answered.subject if keyword else without_keywords(answered.subject).strip()}"
    sender = _WRITTEN.get(address_key(mail.recipient), mail.recipient)
    spec = MessageSpec(f"answer-{number}", sender, subject, at, _threading(answered))
    return bytes_of(plain(spec, f"{text.strip()}\n\n{_quoted(answered)}"))


def _threading(answered: Message) -> dict[str, str]:
    ids = [f"<{each}>" for each in (*answered.references, answered.message_id) if each]
    return {"In-Reply-To": ids[-1], "References": " ".join(ids)} if answered.message_id else {}


def _quoted(answered: Message) -> str:
    when = f"{answered.date:%a, %d %b %Y at %H:%M}" if answered.date else "a while ago"
    lines = "".join(f"> {line}".rstrip() + "\n" for line in answered.text.strip().splitlines())
    return f"On {when}, {answered.sender.name or answered.sender.address} <{answered.sender.address}> wrote:\n{lines}"


class _Mails:
    def __init__(self, server: DemoMailServer) -> None:
        self._server = server
        self._read: list[ReceivedMail] = []
        self._answers = 0

    def newest_first(self) -> list[ReceivedMail]:
        """Only what is new is parsed: the window asks again and again."""
        accepted = self._server.accepted
        self._read += [_received(number, accepted[number]) for number in range(len(self._read), len(accepted))]
        return self._read[::-1]

    def reply(self, mail: ReceivedMail, text: str, keyword: bool) -> None:
        self._answers += 1
        self._server.deliver(answer(mail, text, keyword=keyword, number=self._answers, at=datetime.now(UTC)))


def _received(number: int, accepted: Accepted) -> ReceivedMail:
    recipient = accepted.recipients[0]
    by_technician = address_key(recipient) in _OF_TECHNICIANS
    return ReceivedMail(number, accepted.at, recipient, parse(accepted.raw).subject, accepted.raw, by_technician)
