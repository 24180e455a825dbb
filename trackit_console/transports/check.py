"""The connection test: the phases of a connection, one after another, each reported as it starts and as it ends (IN-10, OUT-05).

It works on unsaved values. The first failure ends it; what comes after is skipped. A test message is sent to the
mailbox through the outgoing account.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from trackit_console.cancel import Cancel
from trackit_console.settings.mailbox import TYPE_LABELS, Imap, Mailbox, MailboxType
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS, BasicOutgoing, Outgoing
from trackit_console.transports.errors import Cancelled, NotInThisVersion, TransportError
from trackit_console.transports.link import Timeouts
from trackit_console.transports.smtp import Phase, SmtpSender
from trackit_console.transports.steps import TITLES, Step, StepName, StepState
from trackit_console.words import QT_TRANSLATE_NOOP, Phrase

CHECK_TIMEOUTS = Timeouts(connect=15.0, answer=15.0)
"""Seconds for each step of a test (IN-10)."""
NO_ENCRYPTION = Phrase("transports", QT_TRANSLATE_NOOP("transports", "Not encrypted: neither SSL nor STARTTLS is chosen."))
NO_SIGN_IN = Phrase("transports", QT_TRANSLATE_NOOP("transports", "This server needs no sign-in."))
NO_OUTGOING = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No test message was sent: outgoing email is not configured."))
NO_ADDRESS = Phrase("transports", QT_TRANSLATE_NOOP("transports", "No test message was sent: the mailbox has no email address."))
OUTGOING_LATER = Phrase(
    "transports",
    QT_TRANSLATE_NOOP("transports", "No test message was sent: the outgoing account cannot be used in this version yet."),
)
SENT = QT_TRANSLATE_NOOP("transports", "Sent to {recipient} through {server}.")

MAILBOX_STEPS = tuple(StepName)
OUTGOING_STEPS = (StepName.RESOLVE, StepName.CONNECT, StepName.TLS, StepName.SIGN_IN, StepName.SEND)
_NOTHING_TO_DO = {StepName.TLS: NO_ENCRYPTION, StepName.SIGN_IN: NO_SIGN_IN}


def check_mailbox(
    mailbox: Mailbox, outgoing: Outgoing | None, cancel: Cancel, timeouts: Timeouts = CHECK_TIMEOUTS
) -> Iterator[Step]:
    """Tests an incoming mailbox; yields each step as `RUNNING` and then as it ended."""
    if not isinstance(mailbox, Imap):
        yield from _failed_at_once(NotInThisVersion(type=TYPE_LABELS[MailboxType(mailbox.type)]), MAILBOX_STEPS)
        return
    from trackit_console.transports.imap import ImapSource  # imapclient: only for those who use it

    source = ImapSource(mailbox, timeouts)
    forget = cancel.on_cancel(source.abort)
    try:
        phases: list[Phase] = [*source.phases, (StepName.SEND, lambda: None)]
        done = yield from _walk(phases[:-1], phases)
        if done:
            yield from _send_test(mailbox, outgoing, cancel, timeouts)
    finally:
        forget()
        source.close()


def check_outgoing(outgoing: Outgoing, recipient: str, cancel: Cancel, timeouts: Timeouts = CHECK_TIMEOUTS) -> Iterator[Step]:
    """Tests the outgoing account by sending a test message to `recipient`."""
    if not isinstance(outgoing, BasicOutgoing):
        yield from _failed_at_once(NotInThisVersion(type=AUTHENTICATION_LABELS[outgoing.authentication]), OUTGOING_STEPS)
        return
    sender = SmtpSender(outgoing, timeouts)
    forget = cancel.on_cancel(sender.abort)
    try:
        phases: list[Phase] = [*sender.phases, (StepName.SEND, lambda: _sent(sender, outgoing, recipient))]
        yield from _walk(phases, phases)
    finally:
        forget()
        sender.close()


def _send_test(mailbox: Mailbox, outgoing: Outgoing | None, cancel: Cancel, timeouts: Timeouts) -> Iterator[Step]:
    recipient = mailbox.address
    if outgoing is None or recipient is None or not isinstance(outgoing, BasicOutgoing):
        why = NO_OUTGOING if outgoing is None else NO_ADDRESS if recipient is None else OUTGOING_LATER
        yield Step(StepName.SEND, StepState.SKIPPED, detail=why)
        return
    sender = SmtpSender(outgoing, timeouts)
    forget = cancel.on_cancel(sender.abort)

    def send() -> Phrase:
        sender.open()
        return _sent(sender, outgoing, recipient)

    try:
        yield from _walk([(StepName.SEND, send)], [])
    finally:
        forget()
        sender.close()


def _sent(sender: SmtpSender, outgoing: BasicOutgoing, recipient: str) -> Phrase:
    sender.send(_message(outgoing.from_address, recipient), [recipient])
    return Phrase("transports", SENT, {"recipient": recipient, "server": outgoing.place})


def _message(sender: str, recipient: str) -> EmailMessage:
    """A message that no automat answers (RFC 3834), and that says what it is."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = recipient
    message["Subject"] = "Track-It! test message"
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content("This message was sent by Test Connection of the Track-It! email console. Nothing needs to be done.\n")
    return message


def _walk(phases: Sequence[Phase], all_phases: Sequence[Phase]) -> Generator[Step, None, bool]:
    """Runs `phases`; after a failure the rest of `all_phases` is skipped. Answers whether all went well."""
    for number, (name, do) in enumerate(phases):
        yield Step(name, StepState.RUNNING)
        begun = time.monotonic()
        try:
            found = do()
        except TransportError as problem:
            yield _failed(name, problem, time.monotonic() - begun)
            for later, _ in all_phases[number + 1 :]:
                yield Step(later, StepState.SKIPPED)
            return False
        seconds = time.monotonic() - begun
        if found is None:
            yield Step(name, StepState.SKIPPED, detail=_NOTHING_TO_DO.get(name))
        else:
            yield Step(name, StepState.PASSED, seconds, found)
    return True


def _failed(name: StepName, problem: TransportError, seconds: float) -> Step:
    # A test message has phases of its own: its step is where it is shown, whichever phase it failed in.
    cure = None if isinstance(problem, Cancelled) else problem.cure
    return Step(name, StepState.FAILED, seconds, problem.said, cure, problem.code, problem.detail)


def _failed_at_once(problem: TransportError, names: Sequence[StepName]) -> Iterator[Step]:
    yield _failed(names[0], problem, 0.0)
    for name in names[1:]:
        yield Step(name, StepState.SKIPPED)


def report(steps: Sequence[Step], say: Callable[[Phrase], str] = str) -> str:
    """What **Copy details** copies: every finished step in words, without secrets. `say` translates."""
    lines = []
    for step in steps:
        title = say(Phrase("transports", TITLES[step.name]))
        lines.append(f"{title}: {step.state.value} ({step.seconds:.2f} s) {say(step.detail) if step.detail else ''}".rstrip())
        if step.remedy:
            lines.append(f"    {say(step.remedy)}")
        if step.code or step.technical:
            lines.append(f"    {step.code} {step.technical}".rstrip())
    return "\n".join(lines)
