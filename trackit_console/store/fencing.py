"""A unit of work for the owner of a mailbox alone: a host that lost its lease writes nothing (RUN-02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from trackit_console.domain.polling import Lease
from trackit_console.store.mailbox_leases import hold_lease
from trackit_console.store.unit_of_work import UnitOfWork

Begin = Callable[[], AbstractContextManager[UnitOfWork]]


@contextmanager
def fenced(begin: Begin, lease: Lease) -> Iterator[UnitOfWork]:
    """A unit of work that holds the lease's row: nobody claims the mailbox until it ends. Raises `LeaseLost`."""
    with begin() as work:
        # Before anything else is read or written: every transaction about a mailbox locks its lease first.
        hold_lease(work.connection, lease, work.transaction.moment)
        yield work
