"""The kinds of mailboxes that go through the contract suite; a new type of `Source` adds its rig to `RIGS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.transports.contract.dovecot_rigs import ImapRig, Pop3Rig
from tests.transports.contract.ews_rig import EwsRig
from tests.transports.contract.graph_rig import GraphRig
from tests.transports.contract.rig import Rig

MakeRig = Callable[[pytest.FixtureRequest], Rig]

RIGS: dict[str, MakeRig] = {
    "ews_oauth": lambda request: EwsRig("ews_oauth", request.getfixturevalue("certificates")),
    "ews_basic": lambda request: EwsRig("ews_basic", request.getfixturevalue("certificates")),
    "imap": lambda request: ImapRig(request.getfixturevalue("dovecot")),
    "graph": lambda request: GraphRig(request.getfixturevalue("office")),
    "pop3": lambda request: Pop3Rig(request.getfixturevalue("dovecot")),
}


@pytest.fixture(params=RIGS)
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    """An empty mailbox of each kind."""
    made = RIGS[request.param](request)
    yield made
    made.close()
