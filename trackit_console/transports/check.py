"""The connection test: which phases it runs, and the test message that it sends (IN-10, OUT-05).

It works on unsaved values. The last phase sends a test message to the mailbox through the outgoing account. The phases
are those that the monitor uses; `step_runner` runs and reports them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from trackit_console.cancel import Cancel
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.outgoing import BasicOutgoing, Outgoing
from trackit_console.transports.authentication_names import AUTHENTICATIONS
from trackit_console.transports.connection_phases import Phase, Timeouts, walk
from trackit_console.transports.factory import OpenSender, OpenSource, open_sender, open_source
from trackit_console.transports.sender import Sender
from trackit_console.transports.smtp_content import SEVEN_BIT
from trackit_console.transports.smtp_envelope import ascii_address
from trackit_console.transports.step_names import StepName
from trackit_console.transports.step_runner import NOT_REACHED, run_steps
from trackit_console.transports.steps import Step
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

STEP_SECONDS = 15.0
"""Maximum seconds for one step of a test (IN-10)."""

NO_OUTGOING = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No test message was sent: outgoing email is not configured."))
NO_ADDRESS = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No test message was sent: the mailbox has no email address."))
SENT = QT_TRANSLATE_NOOP("transports", "Sent to {recipient} through {server}.")


def check_mailbox(
    mailbox: Mailbox,
    outgoing: Outgoing | None,
    cancel: Cancel,
    step_seconds: float = STEP_SECONDS,
    *,
    source_opener: OpenSource = open_source,
    sender_opener: OpenSender = open_sender,
) -> Iterator[Step]:
    """Tests an incoming mailbox; yields each step twice, as `RUNNING` and with its result."""
    timeouts = _timeouts(step_seconds)
    source = source_opener(mailbox, timeouts)
    with ExitStack() as opened:
        opened.callback(source.close)
        last = _test_message(mailbox.address, outgoing, timeouts, sender_opener, opened)
        sending = last if isinstance(last, Phase) else Phase(StepName.SEND, source, _nothing, lambda: NOT_REACHED, skipped=last)
        yield from run_steps([*source.phases, sending], cancel, step_seconds)


def check_outgoing(
    outgoing: Outgoing,
    recipient: str,
    cancel: Cancel,
    step_seconds: float = STEP_SECONDS,
    *,
    sender_opener: OpenSender = open_sender,
) -> Iterator[Step]:
    """Tests the outgoing account by sending a test message to `recipient`; yields steps like `check_mailbox`."""
    sender = sender_opener(outgoing, _timeouts(step_seconds))
    with ExitStack() as opened:
        opened.callback(sender.close)
        yield from run_steps([*sender.phases, _sending(sender, outgoing, recipient)], cancel, step_seconds)


def _timeouts(step_seconds: float) -> Timeouts:
    """Each wait times out before its step does, so that the report shows which wait it was."""
    return Timeouts(0.9 * step_seconds, 0.9 * step_seconds)


def _test_message(
    recipient: str | None, outgoing: Outgoing | None, timeouts: Timeouts, sender_opener: OpenSender, opened: ExitStack
) -> Phase | Phrase:
    """The last phase of a mailbox test, which opens and uses the outgoing account; or the reason why there is none."""
    if outgoing is None:
        return NO_OUTGOING
    sender = sender_opener(outgoing, timeouts)
    opened.callback(sender.close)
    if recipient is None:
        return NO_ADDRESS
    sending = _sending(sender, outgoing, recipient)

    def open_and_send() -> None:
        walk(sender.phases)
        sending.run()

    return replace(sending, run=open_and_send)


def _sending(sender: Sender, outgoing: Outgoing, recipient: str) -> Phase:
    def send() -> None:
        sender.send(_message(outgoing.from_address, recipient), [recipient])

    # The place of Microsoft 365 is the code of a cloud.
    server = outgoing.place if isinstance(outgoing, BasicOutgoing) else AUTHENTICATIONS[outgoing.authentication]()
    sent = Phrase("transports", SENT, {"recipient": recipient, "server": server})
    return Phase(StepName.SEND, sender, send, lambda: sent)


def _message(sender: str, recipient: str) -> EmailMessage:
    """A message that says what it is, and that asks for no automatic reply (RFC 3834 section 5, MS-OXCMAIL)."""
    message = EmailMessage(policy=SEVEN_BIT)
    # Domains in any script, in the form of the wire (RFC 5890); a name outside of ASCII needs SMTPUTF8.
    message["From"] = ascii_address(sender)
    message["To"] = ascii_address(recipient)
    message["Subject"] = "Track-It! test message"
    message["Date"] = formatdate(localtime=True)
    # Without a domain make_msgid resolves the name of this computer, which can take seconds.
    message["Message-ID"] = make_msgid(domain=ascii_address(sender).rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content("This message was sent by a connection test of the Track-It! email console. Nothing needs to be done.\n")
    return message


def _nothing() -> None:
    """The action of a skipped phase."""
