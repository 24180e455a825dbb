"""Takes the values of local variables out of an exception, where passwords were among them (SEC-02).

The traceback keeps its lines. Tools that report errors with the values of variables then find no secret.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def forgetting_locals() -> Iterator[None]:
    """An exception that leaves the block takes no local variables along; nor do its causes."""
    try:
        yield
    except BaseException as problem:
        forget_locals(problem)
        raise


def forget_locals(problem: BaseException) -> None:
    """Empties the frames of `problem` that have ended, and of what it was raised from.

    What it was raised in place of (`from None`) is dropped altogether: its text may repeat what a server was sent.
    """
    each: BaseException | None = problem
    seen: set[int] = set()  # causes may form a ring
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        traceback.clear_frames(each.__traceback__)
        if each.__suppress_context__ and each.__cause__ is None:
            each.__context__ = None
        each = each.__cause__ or each.__context__
