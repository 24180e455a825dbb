"""The base class of transport errors, and the errors that can occur in any phase."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from trackit_console.transports.steps import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class TransportError(Problem):
    """Base class. `step` is the phase in which it occurred; pass it when raising a class that has no fixed phase.

    `retry_after` are the seconds that the server wants to be left alone, None if it did not say.

    Of a message that was not sent: `permanent` says that trying the same message again cannot help. `in_doubt` says that
    the server may have taken it, since its answer never came. `refused` has each recipient, if the server accepted none.

    Facts are text, numbers or phrases, so that they can be stored and shown in any language.
    """

    context = "transports"
    default_step: ClassVar[StepName] = StepName.CONNECT
    authentication: ClassVar[bool] = False
    transient: ClassVar[bool] = False
    about_message: ClassVar[bool] = False
    """Whether it is a verdict on a message or a recipient, and not on the account, which an admin can mend."""

    retry_after: float | None = None
    permanent: bool = False
    in_doubt: bool = False
    refused: tuple[RefusedRecipient, ...] = ()

    def __init__(self, detail: str = "", *, step: StepName | None = None, **facts: object) -> None:
        super().__init__(detail, **facts)
        self.step = step or self.default_step

    def after(self, seconds: float | None) -> Self:
        """The same error, with the seconds that the server wants to be left alone."""
        self.retry_after = seconds
        return self

    def lasting(self, lasts: bool = True) -> Self:
        """The same error, `permanent` if the server's refusal `lasts` and is about the message."""
        self.permanent = lasts and self.about_message
        return self

    def of_all(self, refused: Sequence[RefusedRecipient]) -> Self:
        """The same error, as the refusal of all recipients; it is permanent if each of theirs is."""
        self.refused = tuple(refused)
        self.permanent = all(each.permanent for each in refused)
        return self


@dataclass(frozen=True, slots=True)
class RefusedRecipient:
    """A recipient that the server did not accept, while it may have accepted others.

    `words` are the server's. `permanent` says that trying this recipient again cannot help (RFC 5321 section 4.2.1: a reply
    5yz), as opposed to a mailbox or a server that is busy. `problem` has sentence, remedy and code for people.
    """

    recipient: str
    words: str
    permanent: bool
    problem: TransportError = field(compare=False)


class ServerBusy(TransportError):
    """The server is temporarily unavailable, by its own account."""

    code = "server_busy"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} is busy and asks to come back later.")
    remedy = QT_TRANSLATE_NOOP("transports", "Nothing needs to be done: it is tried again by itself.")


class ServerRefused(TransportError):
    """The server rejects this computer, whatever the account."""

    code = "server_refused"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} refuses to talk to this computer.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Show the details to whoever looks after the mail server: this computer's address may be blocked."
    )


class AccountThrottled(TransportError):
    """The account exceeded a rate limit: commands or bytes (Gmail's OVERQUOTA while reading)."""

    code = "account_throttled"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} serves {account} no further for now: it did too much in a short time.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, poll less often and process fewer emails at a poll."
    )


class TimedOut(TransportError):
    """The server stopped answering."""

    code = "timed_out"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "{server} stopped answering.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server's load and the network."
    )


class ConnectionLost(TransportError):
    """The connection closed unexpectedly."""

    code = "connection_lost"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The connection with {server} was lost.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "It is tried again by itself. If it stays so, look at the mail server and the network."
    )


class ProtocolBroken(TransportError):
    """The response violates the protocol, or the server refused a mandatory command."""

    code = "protocol_broken"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} gave an answer that cannot be understood.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check that server and port belong to a mail server of this type. The details show what it said."
    )


class Cancelled(TransportError):
    """The user or the program cancelled the operation."""

    code = "cancelled"
    sentence = QT_TRANSLATE_NOOP("transports", "Cancelled.")
    remedy = ""


class WebPageInstead(TransportError):
    """A web page came where a web service should answer: a proxy, a firewall or a sign-in page of a network."""

    code = "web_page_instead"
    sentence = QT_TRANSLATE_NOOP("transports", "A web page came back where {server} should have answered.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Something in between answers: a proxy, a firewall or the sign-in page of a network. Ask your network administrator to "
        "let this computer reach {server} unchanged.",
    )


class AnswerIncomplete(TransportError):
    """The answer ended too early or cannot be read."""

    code = "answer_incomplete"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The answer of {server} was cut short.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "It is tried again by itself. If it stays so, look for a proxy or virus scanner that changes what {server} sends.",
    )
