"""The program: `trackit-console [--data-dir DIR] [--database URL] COMMAND` (PKG-02); what each command does is in `commands`."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from trackit_console.commands import run


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and answers its exit code."""
    return run(sys.argv[1:] if arguments is None else arguments)


if __name__ == "__main__":
    sys.exit(main())
