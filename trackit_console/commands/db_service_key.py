"""`db service-key`: lets a service open the database without the keyring of a user (docs/interface.md)."""

from __future__ import annotations

import argparse
import sys

from trackit_console.commands.cli_context import CliContext, actor, answer

WINDOWS_READERS = ("SYSTEM", "Administrators")
"""Who may read the files on Windows, beside the user and the account that is named."""


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the action of `db`."""
    parser = actions.add_parser(
        "service-key", help="put the key and the password of the database into files that a Windows service can read"
    )
    parser.add_argument(
        "--account", metavar="NAME", help="the account that the service runs as; not needed for LocalSystem (Windows)"
    )
    parser.set_defaults(do=write_service_key)


def write_service_key(context: CliContext, parsed: argparse.Namespace) -> int:
    """Writes the files, and tells where they are, who can read them, and how to start the service."""
    from trackit_console.store.service_key import write_service_files

    made = write_service_files(context.url, context.data_dir, parsed.account, chosen=context.database is None)
    readers = readable_by(actor(), parsed.account, on_windows=sys.platform == "win32")
    if parsed.json:
        answer({"files": [str(each) for each in made.files], "readable_by": readers})
        return 0
    print("The service finds what it needs in these files:")
    for file in made.files:
        print(f"    {file}")
    print(f"They can be read by: {', '.join(readers)}.")
    print("Start the service with:")
    print(f'    trackit-console --data-dir "{context.data_dir.root.resolve()}" monitor')
    return 0


def readable_by(user: str, account: str | None, *, on_windows: bool) -> list[str]:
    """The accounts that can read the files, by the names that the admin knows."""
    return list(dict.fromkeys([user, *(WINDOWS_READERS if on_windows else ()), *([account] if account else [])]))
