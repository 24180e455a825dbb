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
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.certificates import CertificateCheck
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
from trackit_console.settings.server_mailbox import Imap, Pop3, ServerMailbox

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
            "email-commands",
            "loop-protection",
            "people",
            "templates",
            "notifications",
            "notification-templates",
            "notification-schedules",
        )
    ),
)
MAILBOXES = tuple(MAILBOX_MODELS.values())
_BLOCK = re.compile(r"(<!-- fields ([\w-]+) -->\n).*?(<!-- /fields -->)", re.DOTALL)


def field_table(models: Models) -> str:
    """The table for scripts: name, label, values, default and meaning of all fields, and the types that have them."""
    with_types = len(models) > 1
    heading = ["Field", "Label", "Values", "Default", *(["Types"] if with_types else []), "Meaning"]
    rows = []
    for name, field, owners in _fields(models):
        types = "" if len(owners) == len(models) else ", ".join(f"`{_type(each)}`" for each in owners)
        shown = [f"`{name}`", field.title or "", _values(field), _default(field)]
        rows.append([*shown, *([types] if with_types else []), _meaning(field)])
    return _table(heading, rows)


def help_table(
    models: Models, wanted: Callable[[str, FieldInfo], bool] = lambda _name, _field: True, *, at_once: bool = False
) -> str:
    """The table for admins: label and meaning of the `wanted` fields. `at_once`: the page says that none of them needs a restart."""
    rows = [[field.title or "", _meaning(field, at_once)] for name, field, _owners in _fields(models) if wanted(name, field)]
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
    "help-imap-pop3": lambda: help_table([Imap, Pop3], _is_main_of_server),
    "help-microsoft": lambda: help_table([Microsoft365, EwsOAuth, EwsBasic], _is_main_but_for_imap),
    "help-more-settings": lambda: help_table(MAILBOXES, _is_more),
    "help-smtp": lambda: help_table([BasicOutgoing], lambda name, _field: name not in CertificateCheck.model_fields),
    "help-outgoing-microsoft": lambda: help_table([Microsoft365Outgoing], _is_of_application),
    "help-certificates": lambda: help_table([BasicOutgoing], _is_more),
    "help-email-commands": lambda: help_table([EmailCommands]),
    "help-monitor": lambda: help_table([MonitorSettings]),
    "help-loop-protection": lambda: help_table([LoopProtection]),
    "help-requestors": lambda: help_table([Requestor]),
    "help-technicians": lambda: help_table([Technician]),
    "help-templates": lambda: help_table([TicketTemplate]),
    "help-notifications": lambda: help_table([Notification], at_once=True),
    "help-notification-templates": lambda: help_table([NotificationTemplate], at_once=True),
    "help-notification-schedules": lambda: help_table([NotificationSchedule], at_once=True),
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
    """Each field with a title and the models that have it; a field with two meanings is listed twice."""
    names = dict.fromkeys(name for model in models for name in model.model_fields)
    for name in names:
        owners: dict[str | None, list[type[BaseModel]]] = {}
        for model in models:
            if name in model.model_fields:
                owners.setdefault(model.model_fields[name].description, []).append(model)
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
        return ", ".join(f"`{_written(each)}`" for each in shown.choices)
    if is_secret(field):
        return "secret"
    if isinstance(limits, IntRange):
        return f"{limits.least}–{limits.most} {shown.unit}".strip()
    for kind, words in ((bool, "`true`, `false`"), (date, "date")):
        if kind in kinds:
            return words
    return "list" if str(field.annotation).startswith("list") else "text"


def _default(field: FieldInfo) -> str:
    if words := presentation_of(field).default:
        return words
    if field.is_required():
        return "required"
    if field.default_factory is not None:
        return "empty" if not field.get_default(call_default_factory=True) else "as delivered"
    return "" if field.default in (None, "") else f"`{_written(field.default)}`"


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(int(value)) if isinstance(value, int) else str(value)


def _meaning(field: FieldInfo, at_once: bool = False) -> str:
    shown = presentation_of(field)
    empty = f" Empty: {shown.empty}." if shown.empty else ""
    no_restart = "" if shown.restart or at_once else " Needs no restart."
    return f"{field.description or ''}{empty}{no_restart}".strip()


def _table(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heading, ["---"] * len(heading), *rows]
    return "".join("|" + "|".join(f" {_cell(each)} " if each else " " for each in line) + "|\n" for line in lines)


def _cell(words: str) -> str:
    return words.replace("\\", "\\\\").replace("|", "\\|")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
