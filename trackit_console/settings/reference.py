"""Generates the tables of fields in docs/interface.md and in the help from the models.

    python -m trackit_console.settings.reference           lists pages that are out of date; exit code 1 if any
    python -m trackit_console.settings.reference --write   updates them

A table stands between `<!-- fields NAME -->` and `<!-- /fields -->`; the names are the keys of `TABLES`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.database import SqlServerTarget
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.field_tables import field_table, help_table
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.settings.filters import Filters
from trackit_console.settings.holidays import Holiday
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.oauth import OAuthApplication, OAuthFields
from trackit_console.settings.open_hours import OpenHours
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.presentation import presentation_of
from trackit_console.settings.quiet_hours import QuietHours
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reminders import Reminder
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import Action
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.schedules import Schedule
from trackit_console.settings.server_mailbox import Imap, Pop3, ServerMailbox
from trackit_console.settings.service_levels import ServiceLevel

ROOT = Path(__file__).resolve().parents[2]
HELP = "resources/help/en"
PAGES = (
    "docs/interface.md",
    *(
        f"{HELP}/{page}.md"
        for page in (
            "incoming-mailbox",
            "outgoing-email",
            "monitor",
            "database-connection",
            "email-commands",
            "loop-protection",
            "people",
            "templates",
            "service-levels",
            "backups",
            "business-hours",
            "business-rules",
            "notifications",
            "notification-templates",
            "notification-schedules",
            "reports",
            "retention",
        )
    ),
)
MAILBOXES = tuple(MAILBOX_MODELS.values())
ACTIONS = get_args(get_args(Action)[0])
_BLOCK = re.compile(r"(<!-- fields ([\w-]+) -->\n).*?(<!-- /fields -->)", re.DOTALL)


def _definitions(*models: type[BaseModel]) -> Callable[[], str]:
    """The table of what takes effect with the next event."""
    return lambda: field_table(models, at_once=True)


def _is_more(_name: str, field: FieldInfo) -> bool:
    return presentation_of(field).more


def _is_main(_name: str, field: FieldInfo) -> bool:
    return not presentation_of(field).more


def _is_main_of_server(name: str, field: FieldInfo) -> bool:
    return _is_main(name, field) and name not in OAuthFields.model_fields


def _is_main_but_for_imap(name: str, field: FieldInfo) -> bool:
    """Whether a main field is missing from the table of IMAP and POP3, or has another meaning there."""
    known = ServerMailbox.model_fields.get(name)
    return _is_main(name, field) and (known is None or known.description != field.description)


def _is_of_application(name: str, field: FieldInfo) -> bool:
    return name in OAuthApplication.model_fields


TABLES: dict[str, Callable[[], str]] = {
    "mailboxes": lambda: field_table(MAILBOXES),
    "outgoing": lambda: field_table([BasicOutgoing, Microsoft365Outgoing]),
    "monitor": lambda: field_table([MonitorSettings]),
    "filters": lambda: field_table([Filters]),
    "filter-rules": lambda: field_table([FilterRule]),
    "loop-protection": lambda: field_table([LoopProtection]),
    "email-commands": lambda: field_table([CommandSwitches]),
    "technicians": lambda: field_table([Technician]),
    "requestors": lambda: field_table([Requestor]),
    "ticket-templates": lambda: field_table([TicketTemplate]),
    "notification-templates": _definitions(NotificationTemplate),
    "notifications": _definitions(Notification),
    "recipients": _definitions(Recipients),
    "business-rules": _definitions(BusinessRule),
    "conditions": _definitions(Condition),
    "delay": _definitions(Delay),
    "actions": _definitions(*ACTIONS),
    "service-levels": _definitions(ServiceLevel),
    "reminders": _definitions(Reminder),
    "business-hours": _definitions(BusinessHours),
    "backups": _definitions(Backups),
    "opening-hours": _definitions(OpenHours),
    "holidays": _definitions(Holiday),
    "reports": _definitions(Report),
    "schedule": _definitions(Schedule),
    "notification-schedules": _definitions(NotificationSchedule),
    "retention": _definitions(Retention),
    "quiet-hours": _definitions(QuietHours),
    "help-imap-pop3": lambda: help_table([Imap, Pop3], _is_main_of_server),
    "help-microsoft": lambda: help_table([Microsoft365, EwsOAuth, EwsBasic], _is_main_but_for_imap),
    "help-more-settings": lambda: help_table(MAILBOXES, _is_more),
    "help-smtp": lambda: help_table([BasicOutgoing], lambda name, _field: name not in CertificateCheck.model_fields),
    "help-outgoing-microsoft": lambda: help_table([Microsoft365Outgoing], _is_of_application),
    "help-certificates": lambda: help_table([BasicOutgoing], _is_more),
    "help-database": lambda: help_table([SqlServerTarget], at_once=True),
    "help-email-commands": lambda: help_table([EmailCommands]),
    "help-monitor": lambda: help_table([MonitorSettings]),
    "help-loop-protection": lambda: help_table([LoopProtection]),
    "help-requestors": lambda: help_table([Requestor]),
    "help-technicians": lambda: help_table([Technician]),
    "help-service-levels": lambda: help_table([ServiceLevel]),
    "help-reminders": lambda: help_table([Reminder]),
    "help-backups": lambda: help_table([Backups], at_once=True),
    "help-business-hours": lambda: help_table([BusinessHours]),
    "help-templates": lambda: help_table([TicketTemplate]),
    "help-notifications": lambda: help_table([Notification], at_once=True),
    "help-business-rules": lambda: help_table([BusinessRule], at_once=True),
    "help-notification-templates": lambda: help_table([NotificationTemplate], at_once=True),
    "help-notification-schedules": lambda: help_table([NotificationSchedule], at_once=True),
    "help-reports": lambda: help_table([Report], at_once=True),
    "help-retention": lambda: help_table([Retention], at_once=True),
    "help-schedule": lambda: help_table([Schedule], at_once=True),
}


def current(page: str) -> str:
    """`page` with up-to-date tables; raises KeyError for an unknown table."""
    return _BLOCK.sub(lambda found: f"{found[1]}\n{TABLES[found[2]]()}\n{found[3]}", page)


def outdated(root: Path = ROOT) -> list[Path]:
    """The pages whose tables differ from the models."""
    pages = [root / page for page in PAGES]
    return [page for page in pages if current(page.read_text("utf-8")) != page.read_text("utf-8")]


def main(arguments: Sequence[str]) -> int:
    """Lists or updates the pages that are out of date."""
    stale = outdated()
    for page in stale:
        if "--write" in arguments:
            page.write_text(current(page.read_text("utf-8")), encoding="utf-8", newline="\n")
        print(f"{page.relative_to(ROOT).as_posix()}: {'written' if '--write' in arguments else 'not current'}")
    return 0 if "--write" in arguments or not stale else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
