"""Long lists tell how many rows there are, and count them only where that is not known anyway (RUN-08)."""

from __future__ import annotations

import pytest

from trackit_console.console.operations.listing import Listing, listing


def never() -> int:
    raise AssertionError("counted once more")


@pytest.mark.covers("RUN-08")
def test_a_list_that_is_not_full_is_not_counted_again() -> None:
    assert listing(["a", "b"], 3, never) == Listing(["a", "b"], 2)
    assert listing([], 3, never) == Listing([], 0)
    assert listing(["a", "b", "c"], 3, lambda: 1_000_000).count == 1_000_000
