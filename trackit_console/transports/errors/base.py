"""The base class of transport errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Self

from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import Problem


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
