"""`db key`, `db rotate-key` and `db enroll`: the key that encrypts the secrets of a database (SEC-02, docs/interface.md)."""

from __future__ import annotations

import argparse
import sys

from trackit_console.commands.cli_context import CliContext, actor, answer


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the actions of `db` that are about its key."""
    for name, words, do in (
        ("key", "show the recovery key that enrolls another computer", key),
        ("rotate-key", "give the database another key, and show its recovery key", rotate_key),
        ("enroll", "give this computer the key of the database; reads the recovery key from standard input", enroll_here),
    ):
        action = actions.add_parser(name, help=words)
        action.set_defaults(do=do)
        if name == "rotate-key":
            action.add_argument(
                "--at-once",
                action="store_true",
                help="the old key may be in wrong hands: other computers need the new recovery key before they go on",
            )


def key(context: CliContext, parsed: argparse.Namespace) -> int:
    """Shows the recovery key, the one secret that a person must keep."""
    with context.opened() as database:
        if parsed.json:
            answer({"recovery_key": database.recovery_key})
        else:
            print(database.recovery_key)
            print("Keep it in a safe place: who has it and the database can read every stored password.", file=sys.stderr)
    return 0


def rotate_key(context: CliContext, parsed: argparse.Namespace) -> int:
    """Seals every secret under a new key; consoles and monitors that run go on by themselves, unless `--at-once`."""
    with context.opened() as database:
        recovery_key = database.rotate_key(actor(), hand_over=not parsed.at_once)
    if parsed.json:
        answer({"recovery_key": recovery_key})
        return 0
    print(recovery_key)
    told = "Enroll every other computer with it." if parsed.at_once else "Other computers take the new key by themselves."
    print(f"This is the recovery key from now on; keep it in a safe place. {told}", file=sys.stderr)
    return 0


def enroll_here(context: CliContext, parsed: argparse.Namespace) -> int:
    """Reads the recovery key from standard input: other users can see the arguments of a process."""
    from trackit_console.store.database_setup import enroll

    print("Recovery key: ", end="", file=sys.stderr, flush=True)
    enroll(context.url, context.data_dir.make(), sys.stdin.readline())
    if parsed.json:
        answer({"enrolled": True})
    else:
        print("This computer can now open the secrets of this database.")
    return 0
