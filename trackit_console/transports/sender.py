"""The interface through which the program sends mail: `Sender`.

One module per mail protocol implements it (`smtp`, `graph_sender`). They do not retry: the engine does that.
"""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from typing import Protocol, Self

from trackit_console.transports.connection_phases import Abortable, Phase
from trackit_console.transports.errors import RefusedRecipient


class Sender(Abortable, Protocol):
    """One outgoing account, open for some messages. Not thread-safe, except for `abort` and `expire`.

    An error in opening it (`phases`, entering the `with` block) is never about a message: its `permanent` is False.
    """

    @property
    def phases(self) -> Sequence[Phase]:
        """The phases of opening it; entering its `with` block runs them."""
        ...

    @property
    def usable(self) -> bool:
        """Whether the next message can be sent: not once the server hung up, and not after `abort` or `expire`.

        A message that was refused leaves it usable.
        """
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc_info: object) -> None: ...

    def close(self) -> None:
        """Closes it, whatever state it is in; raises nothing."""
        ...

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        """Sends one message to all of `recipients` that the server accepts; returns the others.

        `recipients` is at least one address; domains may be in any script. The message has no Bcc: recipients whom its
        headers do not name stay hidden. Returning means that the server has taken the message for everybody else, even if
        `abort` was called meanwhile.

        Raises `TransportError` if it was not sent to anybody; what is to be done then is told by the error:

        - `refused`: each recipient with its own verdict, if the server accepted none of them.
        - `permanent`: the same message must not be tried again. Never for what an admin can mend in the account (sign-in,
          certificates, rights, limits), and never for what passes by itself.
        - `in_doubt`: the connection broke after the whole message was handed over. It may have arrived.
        - `retry_after`: the seconds that the server wants to be left alone, None if it did not say.
        """
        ...
