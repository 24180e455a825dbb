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
            why = action.add_mutually_exclusive_group()
            why.add_argument(
                "--at-once",
                action="store_true",
                help="the old key may be in wrong hands: other computers need the new recovery key before they go on",
            )
            why.add_argument(
                "--lost",
                action="store_true",
                help="nobody has the old key or its recovery key any more: every stored password has to be typed again",
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
    """Seals every secret under a new key; consoles and monitors that run go on by themselves, unless `--at-once` or `--lost`."""
    if parsed.lost:
        return _replace_lost(context, parsed)
    with context.opened() as database:
        recovery_key = database.rotate_key(actor(), hand_over=not parsed.at_once)
    told = "Enroll every other computer with it." if parsed.at_once else "Other computers take the new key by themselves."
    return _tell(recovery_key, f"{told} Keep the old one as long as you keep backups from before.", parsed)


def _replace_lost(context: CliContext, parsed: argparse.Namespace) -> int:
    from trackit_console.store.lost_key import replace_lost_key

    recovery_key = replace_lost_key(context.url, context.data_dir, actor())
    told = "Type every stored password again, and enroll every other computer with this key."
    return _tell(recovery_key, told, parsed)


def _tell(recovery_key: str, told: str, parsed: argparse.Namespace) -> int:
    if parsed.json:
        answer({"recovery_key": recovery_key})
        return 0
    print(recovery_key)
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
