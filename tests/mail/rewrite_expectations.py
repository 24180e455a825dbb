"""`python -m tests.mail.rewrite_expectations [NAME ...]`: makes the parser's answers the corpus' expectations; read the diff after it."""

from __future__ import annotations

import sys

from tests.mail import expectations

if __name__ == "__main__":
    for name in sys.argv[1:] or expectations.NAMES:
        expectations.rewrite(name)
