"""Mailboxes that are visited first at the same moment: each gets its library whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

AT_ONCE = """
import sys, threading
sys.setswitchinterval(1e-5)
from tests.settings.samples import SAMPLES
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.transports.factory import open_source

mailboxes = [each for each in SAMPLES.values() if isinstance(each, tuple(MAILBOX_MODELS.values()))] * 3
together, failed = threading.Barrier(len(mailboxes)), []

def visit(mailbox):
    together.wait()
    try:
        open_source(mailbox)
    except Exception as error:
        failed.append(repr(error))

threads = [threading.Thread(target=visit, args=(each,)) for each in mailboxes]
for each in threads:
    each.start()
for each in threads:
    each.join()
print(failed)
"""
TRIES = 5
"""Without the lock about one of five fails."""


@pytest.mark.covers("RUN-05")
def test_libraries_are_imported_by_one_thread_at_a_time() -> None:
    for _ in range(TRIES):
        done = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True)
        assert (done.stdout.strip(), done.stderr) == ("[]", "")
