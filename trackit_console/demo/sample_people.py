"""The people in the demo: the help desk's address, its technicians, and the requestors.

All domains are reserved for examples (RFC 2606, RFC 6761), so no mail can reach anybody.
"""

from __future__ import annotations

from trackit_console.settings.people import Requestor, Technician

SUPPORT = "support@demo.example"

ADA = Technician(name="Ada Byrne", email="ada.byrne@demo.example", mapped_addresses=["ada@home.example"])
CARL = Technician(name="Carl Okafor", email="carl.okafor@demo.example")
TECHNICIANS = [ADA, CARL]

BO = Requestor(name="Bo Lund", email="bo.lund@demo.example")
PRIYA = Requestor(name="Priya Nair", email="priya.nair@demo.example")
MEI = Requestor(name="Mei Tanaka", email="mei.tanaka@demo.example")
JONAS = Requestor(name="Jonas Weber", email="jonas.weber@demo.example")
REQUESTORS = [BO, PRIYA, MEI, JONAS]


def written(person: Requestor | Technician) -> str:
    """The person as in a From header."""
    return f"{person.name} <{person.email}>"
