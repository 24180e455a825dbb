"""Every fault that the tests inject, by type of account: which step names it, with which code (IN-10).

The tables stand in the modules whose tests run them; those tests are marked `faults`. What providers say when they refuse
a sign-in (`test_refusals`, `test_pop3_refusals`) is left out: many wordings of few faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.servers.microsoft.exchange import KINDS
from tests.transports import (
    test_ews_opening,
    test_faults,
    test_graph_opening,
    test_pop3_faults,
    test_smtp,
    test_tls,
    test_wrong_ports,
)


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """`type` is a mailbox type of the settings, or smtp; `step` and `code` are what a person is told."""

    type: str
    name: str
    step: str
    code: str

    def __str__(self) -> str:
        return f"{self.type}: {self.name}"


def _injected() -> Iterator[InjectedFault]:
    for fault in test_faults.FAULTS:
        yield InjectedFault("imap", fault.name, fault.step, fault.code)
    for name, code in test_tls.BAD.items():
        yield InjectedFault("imap", f"certificate: {name}", "tls", code)
    for pop3 in test_pop3_faults.FAULTS:
        yield InjectedFault("pop3", pop3.name, pop3.step, pop3.code)
    for name, (_, _, step, code) in test_smtp.FAULTS.items():
        yield InjectedFault("smtp", name, step, code)
    for case in test_wrong_ports.CASES:
        for protocol in test_wrong_ports.PROTOCOLS:
            yield InjectedFault(protocol, f"port: {case.name}", case.step, test_wrong_ports.code_of(case, protocol))
    for name, (_, step, code) in test_ews_opening.OF_THE_SERVER.items():
        for kind in KINDS:
            yield InjectedFault(kind, name, step, code)
    for number, code in test_graph_opening.OF_ENTRA.items():
        yield InjectedFault("microsoft365", f"AADSTS{number}", "sign_in", code)
    for name, (_, code) in test_graph_opening.BEFORE_ENTRA.items():
        yield InjectedFault("microsoft365", f"sign-in: {name}", "sign_in", code)
    for name, (_, code) in test_graph_opening.OF_GRAPH.items():
        yield InjectedFault("microsoft365", f"folder: {name}", "folder", code)


INJECTED = list(_injected())
