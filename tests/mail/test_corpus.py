"""Every message of the corpus is read as its expectation says; `python -m tests.mail.rewrite_expectations` rewrites those."""

from __future__ import annotations

import pytest

from tests.mail import expectations


@pytest.mark.covers("MSG-01", "MSG-02", "MSG-07", "MSG-08", "MSG-09", "SEC-03")
@pytest.mark.parametrize("name", expectations.NAMES)
def test_message_is_read_as_expected(name: str) -> None:
    assert expectations.read(name) == expectations.expected(name)
