"""The mandatory settings that are missing on a tile (T-02)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from trackit_console.settings.email_commands import EmailCommands
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import Mailbox
from trackit_console.settings.mailbox_checks import credential_missing
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing, Outgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.people_checks import by_template_key, template_key
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class Tile(StrEnum):
    """The three tiles of **Email Configurations** (T-01)."""

    INCOMING_AND_OUTGOING = "incoming_and_outgoing"
    MONITOR = "monitor"
    FILTERS = "filters"


@dataclass(frozen=True, slots=True)
class EmailSettings:
    """The settings of all three tiles."""

    mailboxes: Sequence[Mailbox] = ()
    outgoing: Outgoing | None = None
    monitor: MonitorSettings = field(default_factory=MonitorSettings)
    filters: Filters = field(default_factory=Filters)
    loop_protection: LoopProtection = field(default_factory=LoopProtection)
    email_commands: EmailCommands = field(default_factory=EmailCommands)
    restricted_file_types: Sequence[str] = ()
    ticket_templates: Sequence[TicketTemplate] = ()


def missing(tile: Tile, settings: EmailSettings) -> tuple[Phrase, ...]:
    """The missing settings of `tile`; empty if it is complete."""
    return tuple(_MISSING[tile](settings))


def _phrase(text: str, **facts: object) -> Phrase:
    return Phrase(CONTEXT, text, facts)


def _incoming_and_outgoing(settings: EmailSettings) -> list[Phrase]:
    phrases = []
    if not settings.mailboxes:
        phrases.append(_phrase(QT_TRANSLATE_NOOP("settings", "No incoming mailbox is configured.")))
    elif not any(mailbox.enabled for mailbox in settings.mailboxes):
        phrases.append(_phrase(QT_TRANSLATE_NOOP("settings", "No incoming mailbox is enabled.")))
    no_credential = QT_TRANSLATE_NOOP("settings", "Mailbox {mailbox} has no password or secret stored.")
    phrases += [
        _phrase(no_credential, mailbox=each.title) for each in settings.mailboxes if each.enabled and credential_missing(each)
    ]
    if settings.outgoing is None:
        phrases.append(_phrase(QT_TRANSLATE_NOOP("settings", "Outgoing email is not configured.")))
    elif _outgoing_password_missing(settings.outgoing):
        phrases.append(_phrase(QT_TRANSLATE_NOOP("settings", "The outgoing account has no password or secret stored.")))
    return phrases


def _outgoing_password_missing(outgoing: Outgoing) -> bool:
    if isinstance(outgoing, BasicOutgoing):
        return outgoing.smtp_requires_authentication and outgoing.password is None
    return outgoing.client_secret is None and outgoing.certificate_file is None


def _monitor(settings: EmailSettings) -> list[Phrase]:
    chosen = settings.monitor.ticket_template
    known = by_template_key(settings.ticket_templates)
    if settings.monitor.create_ticket_on_authentication_failure and template_key(chosen or "") not in known:
        no_template = QT_TRANSLATE_NOOP("settings", "The ticket template {template} no longer exists.")
        return [_phrase(no_template, template=chosen)]
    return []


def _filters(settings: EmailSettings) -> list[Phrase]:
    return []


_MISSING: dict[Tile, Callable[[EmailSettings], list[Phrase]]] = {
    Tile.INCOMING_AND_OUTGOING: _incoming_and_outgoing,
    Tile.MONITOR: _monitor,
    Tile.FILTERS: _filters,
}
