"""A source and a sender without any network, as a web session would be one: their phases do what a test says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from email.message import EmailMessage
from functools import partial
from typing import Self

from trackit_console.domain.deliveries import MessageRef
from trackit_console.settings.post_action import PostAction
from trackit_console.transports.connection_phases import Phase, walk
from trackit_console.transports.errors import Cancelled, RefusedRecipient, TimedOut, TransportError
from trackit_console.transports.fetched_mail import Batch, Fetched, Settled
from trackit_console.transports.source import RawOf
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import Phrase


class ScriptedAccount:
    """`acts` is what happens in a phase; the other phases pass at once. `wait` waits until somebody ends it."""

    names: tuple[StepName, ...] = ()

    def __init__(self, acts: Mapping[StepName, Callable[[], object]] | None = None) -> None:
        self._acts = dict(acts or {})
        self._over = threading.Event()
        self._end: type[TransportError] = Cancelled
        self.walked: list[StepName] = []
        self.closed = False

    def wait_after(self, act: Callable[[], object]) -> Callable[[], None]:
        """Does `act`, then waits."""

        def both() -> None:
            act()
            self.wait()

        return both

    def wait(self) -> None:
        assert self._over.wait(10), "nobody ended it"
        raise self._end(server="web.example.com")

    @property
    def phases(self) -> Sequence[Phase]:
        return [Phase(name, self, self._act_of(name), partial(Phrase, "", f"{name} went well.")) for name in self.names]

    def _act_of(self, name: StepName) -> Callable[[], None]:
        def act() -> None:
            self.walked.append(name)
            self._acts.get(name, lambda: None)()

        return act

    def __enter__(self) -> Self:
        walk(self.phases)
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self._over.set()

    def expire(self) -> None:
        self._end = TimedOut
        self._over.set()


class ScriptedSource(ScriptedAccount):
    """An empty mailbox."""

    names = (StepName.RESOLVE, StepName.SIGN_IN, StepName.FOLDER)
    settles_on_close = True

    def fetch_new(self, cursor: str | None, limit: int, size_limit: int) -> Iterator[Batch]:
        return iter(())

    def fetch(self, refs: Sequence[MessageRef], size_limit: int) -> Iterator[Fetched]:
        return iter(())

    def fetch_headers(self, refs: Sequence[MessageRef]) -> Iterator[Fetched]:
        return iter(())

    def settle(
        self, refs: Sequence[MessageRef], post_action: PostAction, raw_of: RawOf, already_copied: Collection[MessageRef] = ()
    ) -> Settled:
        return Settled(refs)

    def unread(self) -> int:
        return 0

    def finish(self) -> None:
        self.close()


class ScriptedSender(ScriptedAccount):
    """Keeps what it is to send."""

    names = (StepName.RESOLVE, StepName.SIGN_IN)

    def __init__(self, acts: Mapping[StepName, Callable[[], object]] | None = None) -> None:
        super().__init__(acts)
        self.sent: list[tuple[str, ...]] = []

    @property
    def usable(self) -> bool:
        return True

    def send(self, message: EmailMessage | bytes, recipients: Sequence[str]) -> list[RefusedRecipient]:
        self._act_of(StepName.SEND)()
        self.sent.append(tuple(recipients))
        return []
