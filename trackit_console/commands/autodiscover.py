"""`autodiscover`: finds Exchange Web Services by an email address (IN-08)."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

from trackit_console.commands.cli_context import EXIT_FAILED, CliContext, WrongCall, answer

if TYPE_CHECKING:
    from trackit_console.transports.autodiscover import DiscoveryStep


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declares the command."""
    parser = commands.add_parser("autodiscover", help="find the Exchange Web Service URL of an email address")
    parser.add_argument("address", metavar="ADDRESS")
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the account's password from standard input, for servers that ask for it",
    )
    parser.add_argument("--user", default="", help="the account name, where it is not the address")
    parser.add_argument("--ca-file", help="further certificate authorities, in PEM format")
    parser.add_argument(
        "--send-password-to",
        action="append",
        default=[],
        metavar="HOST",
        help="a host outside of the address's domain that may have the password",
    )
    parser.set_defaults(do=autodiscover)


def autodiscover(context: CliContext, parsed: argparse.Namespace) -> int:
    """Searches, and tells what was tried; exit 1 if nothing was found."""
    from trackit_console.cancel import Cancel
    from trackit_console.settings.text_rules import is_address
    from trackit_console.transports.autodiscover import Discovery
    from trackit_console.transports.autodiscover_places import Hosts
    from trackit_console.transports.autodiscover_web import Network
    from trackit_console.transports.steps import StepState

    if not is_address(parsed.address):
        raise WrongCall(words=f"{parsed.address} is no email address.")
    # Only the end of the line is cut off: blanks may belong to the password.
    password = sys.stdin.readline().rstrip("\r\n") if parsed.password_stdin else ""
    trusted = {host.lower() for host in parsed.send_password_to}
    network = Network(Cancel(), parsed.ca_file)
    discovery = Discovery(parsed.address, network, password, parsed.user, lambda host: host.lower() in trusted, Hosts())
    steps = [step for step in discovery.run() if step.state is not StepState.RUNNING]
    if parsed.json:
        answer({"url": discovery.url, "steps": [_as_answer(step) for step in steps]})
    else:
        _print(discovery.url, parsed.address, steps)
    return 0 if discovery.url else EXIT_FAILED


def _as_answer(step: DiscoveryStep) -> dict[str, Any]:
    """A step in the form of docs/interface.md."""
    return {
        "step": step.step.value,
        "address": step.address,
        "state": step.state.value,
        "seconds": round(step.seconds, 3),
        "detail": str(step.detail or ""),
    }


def _print(url: str | None, address: str, steps: list[DiscoveryStep]) -> None:
    from trackit_console.transports.autodiscover import not_found

    for step in steps:
        print(f"{step.address}: {step.state.value}, {step.seconds:.2f} s. {step.detail or ''}".rstrip())
    print(url or not_found(address))
