"""Makes one mail of several that wait for the same digest, by the settings as they are when it is sent."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from trackit_console.domain.effects import SendMail
from trackit_console.domain.outgoing_mail import ClaimedMail
from trackit_console.helpdesk.notifications.digest import digest_mail, held_mail
from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
from trackit_console.store.transaction import Transaction


def digest_of(transaction: Transaction, mails: Sequence[ClaimedMail]) -> SendMail:
    """One mail for the recipient of `mails`, which all have the same one. Raises ValueError without an outgoing account."""
    settings = read_reaction_settings(transaction)
    if settings.from_address is None:
        raise ValueError("a digest needs an address to be from")
    return digest_mail(
        [held_mail(each.content, each.record, each.begun_at) for each in mails],
        to=mails[0].recipients[0],
        from_name=settings.from_name,
        from_address=settings.from_address,
        at=transaction.now,
        zone=ZoneInfo(settings.business_hours.time_zone),
        by=mails[0].by if len({each.by for each in mails}) == 1 else "",
    )
