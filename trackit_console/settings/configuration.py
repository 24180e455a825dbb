"""The configuration file: all settings as YAML, read strictly, with the line of everything that is wrong (docs/interface.md).

Converts text to settings and back; `yaml_lines` reads the YAML. The command line reads the file; `store.config_import` fills the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, SecretStr, ValidationError

from trackit_console.settings.backups import Backups
from trackit_console.settings.business_hours import BusinessHours
from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.configuration_checks import (
    check_mailboxes,
    check_names,
    check_requestors,
    check_technicians,
    check_templates,
)
from trackit_console.settings.email_commands import CommandSwitches
from trackit_console.settings.field_types import FileType, Settings, TrustedServer, is_secret
from trackit_console.settings.filters import Filters
from trackit_console.settings.loop_protection import LoopProtection
from trackit_console.settings.mailbox import Mailbox, MailboxType
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.notification_schedules import NotificationSchedule
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.notifications import Notification
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.passphrases import PassphraseSeal
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.reports import Report
from trackit_console.settings.retention import Retention
from trackit_console.settings.rule_actions import ACTION_LABELS
from trackit_console.settings.sealed_fields import HEADER, open_sealed, sealed
from trackit_console.settings.service_levels import ServiceLevel
from trackit_console.settings.validation import Finding
from trackit_console.settings.yaml_lines import ConfigurationRefused, LocatedFinding, line_of, load_yaml

_DISCRIMINATORS = (*MailboxType, "basic", *ACTION_LABELS)
_PATHS = ("ca_file", "certificate_file")
DEFINITION_PARTS = (
    "notification_templates",
    "notifications",
    "business_rules",
    "service_levels",
    "reports",
    "notification_schedules",
)
"""The parts that are lists of definitions: unique by name, used in the order of the file."""


class Configuration(Settings):
    """The configuration file. A part that is None is absent and stays as it is in the database."""

    version: Literal[1]
    mailboxes: list[Mailbox] | None = None
    outgoing: Outgoing | None = None
    monitor: MonitorSettings | None = None
    filters: Filters | None = None
    loop_protection: LoopProtection | None = None
    email_commands: CommandSwitches | None = None
    trusted_server_for_sender_checks: TrustedServer | None = None
    restricted_file_types: list[FileType] | None = None
    technicians: list[Technician] | None = None
    requestors: list[Requestor] | None = None
    ticket_templates: list[TicketTemplate] | None = None
    notification_templates: list[NotificationTemplate] | None = None
    notifications: list[Notification] | None = None
    business_rules: list[BusinessRule] | None = None
    service_levels: list[ServiceLevel] | None = None
    business_hours: BusinessHours | None = None
    reports: list[Report] | None = None
    notification_schedules: list[NotificationSchedule] | None = None
    backups: Backups | None = None
    retention: Retention | None = None


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """A configuration and the line of each field, for findings that come up later."""

    configuration: Configuration
    lines: dict[str, int]

    def refuse(self, found: Sequence[Finding]) -> None:
        """Raises `ConfigurationRefused` if there are findings."""
        if found:
            raise ConfigurationRefused([LocatedFinding(line_of(self.lines, each.field), each) for each in found])


def read_configuration(text: str, folder: Path, passphrase: str | None = None) -> ConfigurationFile:
    """The configuration in `text`; paths in it are relative to `folder`.

    Raises `ConfigurationRefused`; for sealed secrets `PassphraseNeeded` without a passphrase, and `WrongPassphrase`.
    """
    data, lines = load_yaml(text)
    data, not_opened = open_sealed(data, passphrase)
    if not_opened:
        raise ConfigurationRefused([LocatedFinding(line_of(lines, each.field), each) for each in not_opened])
    try:
        configuration = Configuration.model_validate(_resolved(data, folder))
    except ValidationError as error:
        found = findings(error, _DISCRIMINATORS)
        raise ConfigurationRefused([LocatedFinding(line_of(lines, each.field), each) for each in found]) from None
    file = ConfigurationFile(configuration, lines)
    file.refuse(_doubled(configuration))
    return file


def write_configuration(configuration: Configuration, seal: PassphraseSeal | None = None) -> str:
    """The YAML text of `configuration`, without absent parts. Its secrets are sealed by `seal`, or left out without one."""
    parts: dict[str, Any] = {"version": configuration.version}
    if seal is not None:
        parts[HEADER] = seal.as_dict()
    for name in list(Configuration.model_fields)[1:]:
        part = getattr(configuration, name)
        if part is not None:
            parts[name] = [_written(each, name, seal) for each in part] if isinstance(part, list) else _written(part, name, seal)
    return yaml.dump(parts, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=120)


class _Writer(yaml.SafeDumper):
    """PyYAML's writer, with text of several lines as a person would write it: as a block, line by line."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        return self.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Writer.add_representer(str, _Writer.represent_text)


def _written(value: object, part: str, seal: PassphraseSeal | None) -> Any:
    public = _public(value)
    if seal is not None and isinstance(value, BaseModel):
        for name, secret in value:
            if isinstance(secret, SecretStr):
                public[name] = sealed(seal, secret.get_secret_value(), part, public, name)
    return public


def _public(value: object) -> Any:
    """`value` without its secrets; the discriminator first, as a person would write it."""
    if not isinstance(value, BaseModel):
        return value
    secrets = {name for name, field in type(value).model_fields.items() if is_secret(field)}
    dates = {name: each for name, each in value if isinstance(each, date)}
    plain = (
        value.model_dump(mode="json", exclude=secrets, warnings=False) | dates
    )  # a row that was changed by hand may hold anything
    first = {name: plain.pop(name) for name in ("name", "type", "authentication") if name in plain}
    return first | plain


def _resolved(data: Any, folder: Path) -> Any:
    """`data` with relative paths made absolute."""
    if isinstance(data, list):
        return [_resolved(each, folder) for each in data]
    if not isinstance(data, dict):
        return data
    return {
        key: str(folder / value) if key in _PATHS and isinstance(value, str) and value else _resolved(value, folder)
        for key, value in data.items()
    }


def _doubled(configuration: Configuration) -> list[Finding]:
    return [
        *check_mailboxes(configuration.mailboxes or []),
        *check_technicians(configuration.technicians or []),
        *check_requestors(configuration.requestors or []),
        *check_templates(configuration.ticket_templates or []),
        *(found for part in DEFINITION_PARTS for found in check_names(part, _names(configuration, part))),
    ]


def _names(configuration: Configuration, part: str) -> list[str]:
    return [each.name for each in getattr(configuration, part) or []]
