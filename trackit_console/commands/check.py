"""`check`: tests every mailbox and the outgoing account, step by step (IN-10)."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from typing import Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, answer
from trackit_console.transports.step_names import TITLES
from trackit_console.transports.steps import Step, StepState, passed


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("check", help="test every mailbox and the outgoing account")
    parser.set_defaults(do=check)


def check(context: CliContext, parsed: argparse.Namespace) -> int:
    """Runs the same connection tests as the dialogs."""
    from trackit_console.cancel import Cancel
    from trackit_console.transports.check import check_mailbox, check_outgoing

    with context.opened() as database, database.reading() as transaction:
        mailboxes = [each.value for each in transaction.mailboxes.all(secrets=True)]
        stored = transaction.settings.outgoing(secrets=True)
    # Tested after the transaction: a mail server may keep a test waiting.
    outgoing = stored.value if stored else None
    reports = [(each.title, each.type, _ended(check_mailbox(each, outgoing, Cancel()))) for each in mailboxes]
    sent = _ended(check_outgoing(outgoing, outgoing.from_address, Cancel())) if outgoing else None
    if parsed.json:
        answers = [{"name": name, "type": kind, **_as_answer(steps)} for name, kind, steps in reports]
        last = {"name": outgoing.from_address, "type": outgoing.authentication, **_as_answer(sent)} if outgoing and sent else None
        answer({"mailboxes": answers, "outgoing": last})
    else:
        for name, _, steps in reports:
            _print(name, steps)
        if outgoing and sent:
            _print(f"Outgoing email {outgoing.from_address}", sent)
    every = [steps for _, _, steps in reports] + ([sent] if sent else [])
    return 0 if all(passed(steps) for steps in every) else EXIT_FAILED


def _ended(steps: Iterable[Step]) -> list[Step]:
    return [step for step in steps if step.state is not StepState.RUNNING]


def _as_answer(steps: list[Step]) -> dict[str, Any]:
    return {
        "ok": passed(steps),
        "steps": [
            {
                "step": step.name.value,
                "state": step.state.value,
                "seconds": round(step.seconds, 3),
                "detail": str(step.detail or ""),
                "remedy": str(step.remedy or ""),
                "code": step.code,
            }
            for step in steps
        ],
    }


def _print(name: str, steps: list[Step]) -> None:
    print(name)
    for step in steps:
        print(f"  {TITLES[step.name]}: {step.state.value}, {step.seconds:.2f} s. {step.detail or ''}".rstrip())
        if step.state is StepState.FAILED and step.remedy:
            print(f"    {step.remedy}")
