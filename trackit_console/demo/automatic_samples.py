"""Sample mail that no person wrote, or that must not be answered (MSG-08, MSG-09)."""

from __future__ import annotations

from datetime import datetime

from trackit_console.demo.message_builder import MessageSpec, bytes_of, plain
from trackit_console.demo.sample_people import JONAS, MEI, PRIYA, SUPPORT, written


def out_of_office(name: str, at: datetime, keyword: str) -> bytes:
    """An out-of-office reply from a colleague's mailbox."""
    spec = MessageSpec(name, written(MEI), "Out of Office: Your ticket was updated", at, {"Auto-Submitted": "auto-replied"})
    return bytes_of(plain(spec, "I am back on Monday. In urgent cases write to Priya.\n"))


def absence_on_ticket(name: str, at: datetime, keyword: str) -> bytes:
    """An absence note about a ticket."""
    spec = MessageSpec(
        name, written(MEI), f"Automatic reply: [{keyword}] Printer on floor 3", at, {"Auto-Submitted": "auto-replied"}
    )
    return bytes_of(plain(spec, "I am back on Monday.\n"))


def absence_in_french(name: str, at: datetime, keyword: str) -> bytes:
    """An absence note that names itself in the subject only, in French."""
    return bytes_of(
        plain(MessageSpec(name, written(MEI), "Réponse automatique : votre message", at), "Je suis absente jusqu'à lundi.\n")
    )


def vacation(name: str, at: datetime, keyword: str) -> bytes:
    """A vacation program with a header of its own."""
    return bytes_of(plain(MessageSpec(name, written(JONAS), "Re: your mail", at, {"X-Autoreply": "yes"}), "On holiday.\n"))


def alert(name: str, at: datetime, keyword: str) -> bytes:
    """An alert of a monitoring system."""
    spec = MessageSpec(
        name, "Monitoring <monitoring@demo.example>", "Disk C: of SQL01 is full", at, {"Auto-Submitted": "auto-generated"}
    )
    return bytes_of(plain(spec, "98 % of 200 GB are used.\n"))


def own_mail(name: str, at: datetime, keyword: str) -> bytes:
    """A message of the help desk itself that came back."""
    return bytes_of(plain(MessageSpec(name, SUPPORT, "Track-It! test message", at), "The connection test sent this message.\n"))


def mailing_list(name: str, at: datetime, keyword: str) -> bytes:
    """A person's question that came by a mailing list."""
    spec = MessageSpec(
        name, written(PRIYA), "[all-staff] Who has the key of room 12?", at, {"List-Id": "<all-staff.demo.example>"}
    )
    return bytes_of(plain(spec, "It is not on its hook.\n\nPriya\n"))


def bulk(name: str, at: datetime, keyword: str) -> bytes:
    """A person's mail that asks not to be answered."""
    spec = MessageSpec(name, written(JONAS), "New version of the time sheet", at, {"Precedence": "bulk"})
    return bytes_of(plain(spec, "Please use the new one from Monday on.\n\nJonas\n"))
