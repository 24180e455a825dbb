"""Generates the tables of fields in docs/interface.md and in the help from the models.

    python -m trackit_console.settings.reference           lists pages that are out of date; exit code 1 if any
    python -m trackit_console.settings.reference --write   updates them

A table stands between `<!-- fields NAME -->` and `<!-- /fields -->`; the names are the keys of `TABLES`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours, Holiday, OpenHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.certificates import CertificateCheck
from trackit_console.settings.database import SqlServerTarget
from trackit_console.settings.email_commands import CommandSwitches, EmailCommands
from trackit_console.settings.exchange_mailbox import EwsBasic, EwsOAuth, Microsoft365
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.filters import FilterRule, Filters
from trackit_console.settings.limits import IntRange, limits_of
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import MAILBOX_MODELS
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.oauth import OAuthApplication, OAuthFields
from trackit_console.settings.outgoing import BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.presentation import presentation_of
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import Action
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay
from trackit_console.settings.schedules import QuietHours, Schedule
from trackit_console.settings.server_mailbox import Imap, Pop3, ServerMailbox
from trackit_console.settings.service_levels import Reminder, ServiceLevel

Models = Sequence[type[BaseModel]]
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


def field_table(models: Models, *, at_once: bool = False) -> str:
    """The table for scripts: name, label, values, default and meaning of all fields, and the types that have them.

    `at_once`: all of them take effect without a restart, which the page says once.
    """
    with_types = len(models) > 1
    heading = ["Field", "Label", "Values", "Default", *(["Types"] if with_types else []), "Meaning"]
    rows = []
    for name, field, owners in _fields(models):
        types = "" if len(owners) == len(models) else ", ".join(f"`{_type(each)}`" for each in owners)
        shown = [f"`{name}`", field.title or "", _values(field), _default(field)]
        meaning = _words(field) if at_once else _meaning(field)
        rows.append([*shown, *([types] if with_types else []), meaning])
    return _table(heading, rows)


def _definitions(*models: type[BaseModel]) -> Callable[[], str]:
    """The table of what takes effect with the next event."""
    return lambda: field_table(models, at_once=True)


def help_table(
    models: Models, wanted: Callable[[str, FieldInfo], bool] = lambda _name, _field: True, *, at_once: bool = False
) -> str:
    """The table for admins: label and meaning of the `wanted` fields. `at_once`: the page says that none of them needs a restart."""
    words = _words if at_once else _meaning
    rows = [[field.title or "", words(field)] for name, field, _owners in _fields(models) if wanted(name, field)]
    return _table(["Field", "What to enter"], rows)


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


def _fields(models: Models) -> Iterable[tuple[str, FieldInfo, list[type[BaseModel]]]]:
    """Each field with a title and the models that have it; a field with two meanings or defaults is listed twice."""
    names = dict.fromkeys(name for model in models for name in model.model_fields)
    for name in names:
        owners: dict[tuple[str | None, str], list[type[BaseModel]]] = {}
        for model in models:
            if name in model.model_fields:
                field = model.model_fields[name]
                owners.setdefault((field.description, _default(field)), []).append(model)
        for each in owners.values():
            if (field := each[0].model_fields[name]).title:
                yield name, field, each


def _type(model: type[BaseModel]) -> str:
    discriminator = model.model_fields.get("type") or model.model_fields["authentication"]
    return str(discriminator.default)


def _values(field: FieldInfo) -> str:
    shown, limits = presentation_of(field), limits_of(field)
    kinds = (field.annotation, *get_args(field.annotation))
    if shown.choices:
        allowed = _allowed(field.annotation)
        return ", ".join(f"`{_written(each)}`" for each in shown.choices if not allowed or each in allowed)
    if is_secret(field):
        return "secret"
    if isinstance(limits, IntRange):
        return f"{limits.least}–{limits.most} {shown.unit}".strip()
    for kind, words in ((bool, "`true`, `false`"), (date, "date")):
        if kind in kinds:
            return words
    if str(field.annotation).startswith("list"):
        return "list"
    return "group" if any(isinstance(each, type) and issubclass(each, BaseModel) for each in kinds) else "text"


def _allowed(annotation: Any) -> set[Any]:
    """The values of the `Literal` in a type; none if there is none."""
    if get_origin(annotation) is Literal:
        return set(get_args(annotation))
    return {value for each in get_args(annotation) for value in _allowed(each)}


def _default(field: FieldInfo) -> str:
    if words := presentation_of(field).default:
        return words
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return _made(field.get_default(call_default_factory=True))
    return "" if field.default in (None, "") else f"`{_written(field.default)}`"


def _made(value: Any) -> str:
    """What a default that is made anew each time looks like."""
    if isinstance(value, BaseModel):
        given = value.model_dump(exclude_defaults=True)
        return ", ".join(f"`{name}: {_written(each)}`" for name, each in given.items()) or "its own defaults"
    if not value:
        return "empty"
    return ", ".join(f"`{each}`" for each in value) if all(isinstance(each, str) for each in value) else "as delivered"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(int(value)) if isinstance(value, int) else str(value)


def _meaning(field: FieldInfo) -> str:
    return _words(field) if presentation_of(field).restart else f"{_words(field)} Needs no restart."


def _words(field: FieldInfo) -> str:
    shown = presentation_of(field)
    empty = f" Empty: {shown.empty}." if shown.empty else ""
    zero = f" 0: {shown.zero[0].lower()}{shown.zero[1:]}." if shown.zero else ""
    return f"{field.description or ''}{empty}{zero}".strip()


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("|" + "|".join(f" {_cell(each)} " if each else " " for each in line) + "|\n" for line in lines)


def _cell(words: str) -> str:
    return words.replace("\\", "\\\\").replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
