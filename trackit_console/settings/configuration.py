"""The configuration file: all settings as YAML, read strictly, with the line of everything that is wrong (docs/interface.md).

Converts text to settings and back. The command line reads the file; `store.config_transfer` fills the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ValidationError
from yaml.reader import ReaderError

from trackit_console.domain.addresses import address_key
from trackit_console.settings.field_types import FileType, Settings, is_secret
from trackit_console.settings.filters import Filters
from trackit_console.settings.mailbox import Mailbox, MailboxType
from trackit_console.settings.mailbox_checks import check_among
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import Outgoing
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.validation import CONTEXT, Finding, finding, findings
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

_DISCRIMINATORS = (*MailboxType, "basic")
_PATHS = ("ca_file", "certificate_file")
_MOST_VALUES = 100_000
_DEEPEST = 30
"""Far more than a real file has. YAML aliases that refer to themselves would expand without end."""
NOT_YAML = QT_TRANSLATE_NOOP("settings", "This cannot be read as YAML: {problem}")
DOUBLED_NAME = QT_TRANSLATE_NOOP("settings", "{name} is set more than once.")


class Configuration(Settings):
    """The configuration file. A part that is None is absent and stays as it is in the database."""

    version: Literal[1]
    mailboxes: list[Mailbox] | None = None
    outgoing: Outgoing | None = None
    monitor: MonitorSettings | None = None
    filters: Filters | None = None
    restricted_file_types: list[FileType] | None = None
    technicians: list[Technician] | None = None
    requestors: list[Requestor] | None = None
    ticket_templates: list[TicketTemplate] | None = None


@dataclass(frozen=True, slots=True)
class LocatedFinding:
    """A finding and the line of the file it is about, counted from 1."""

    line: int
    found: Finding

    def __str__(self) -> str:
        return f"line {self.line}: {self.found}" if self.found.field else f"line {self.line}: {self.found.message}"


class ConfigurationRefused(Problem):
    """The file is not valid; nothing was imported. `findings` lists all violations in the order of the file."""

    context = CONTEXT
    code = "configuration_refused"
    sentence = QT_TRANSLATE_NOOP("settings", "The configuration file was refused; nothing was imported.")
    remedy = QT_TRANSLATE_NOOP("settings", "Correct the lines that are named and import the file again.")

    def __init__(self, findings: Sequence[LocatedFinding]) -> None:
        self.findings = sorted(findings, key=lambda each: each.line)
        super().__init__("\n".join(str(each) for each in self.findings))


@dataclass(frozen=True, slots=True)
class ConfigurationFile:
    """A configuration and the line of each field, for findings that come up later."""

    configuration: Configuration
    lines: dict[str, int]

    def refuse(self, found: Sequence[Finding]) -> None:
        """Raises `ConfigurationRefused` if there are findings."""
        if found:
            raise ConfigurationRefused([LocatedFinding(_line(self.lines, each.field), each) for each in found])


def read_configuration(text: str, folder: Path) -> ConfigurationFile:
    """The configuration in `text`; paths in it are relative to `folder`. Raises `ConfigurationRefused`."""
    data, lines = _load(text)
    try:
        configuration = Configuration.model_validate(_resolved(data, folder))
    except ValidationError as error:
        found = findings(error, _DISCRIMINATORS)
        raise ConfigurationRefused([LocatedFinding(_line(lines, each.field), each) for each in found]) from None
    file = ConfigurationFile(configuration, lines)
    file.refuse(_doubled(configuration))
    return file


def write_configuration(configuration: Configuration) -> str:
    """The YAML text of `configuration`, without secrets and absent parts."""
    parts: dict[str, Any] = {"version": configuration.version}
    for name in list(Configuration.model_fields)[1:]:
        part = getattr(configuration, name)
        if part is not None:
            parts[name] = [_public(each) for each in part] if isinstance(part, list) else _public(part)
    return yaml.safe_dump(parts, sort_keys=False, allow_unicode=True, width=120)


def _public(value: object) -> Any:
    """`value` without its secrets; the discriminator first, as a person would write it."""
    if not isinstance(value, BaseModel):
        return value
    secrets = {name for name, field in type(value).model_fields.items() if is_secret(field)}
    dates = {name: each for name, each in value if isinstance(each, date)}
    plain = value.model_dump(mode="json", exclude=secrets) | dates
    first = {name: plain.pop(name) for name in ("name", "type", "authentication") if name in plain}
    return first | plain


def taken_addresses(number: int, technician: Technician, owners: Mapping[str, str]) -> list[Finding]:
    """Findings for addresses of another technician; `owners` maps keys of addresses to names. An address has one owner (MSG-05)."""
    written = [("email", technician.email), *(("mapped_addresses", each) for each in technician.mapped_addresses)]
    return [
        finding(f"technicians.{number}.{field}", "address_taken", value=each, owner=owners[address_key(each)])
        for field, each in written
        if address_key(each) in owners
    ]


def _load(text: str) -> tuple[Any, dict[str, int]]:
    lines: dict[str, int] = {"": 1}
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        return (_value(loader, node, "", lines) if node else {}), lines
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _unreadable(mark.line + 1 if mark else 1, str(error.problem)) from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _unreadable(line, f"unacceptable character U+{error.character:04X}") from None
    except RecursionError:
        raise _unreadable(1, "it is nested too deeply") from None


def _unreadable(line: int, problem: str) -> ConfigurationRefused:
    return ConfigurationRefused([LocatedFinding(line, Finding("", "not_yaml", Phrase(CONTEXT, NOT_YAML, {"problem": problem})))])


def _value(loader: yaml.SafeLoader, node: yaml.Node, path: str, lines: dict[str, int]) -> Any:
    lines.setdefault(path, node.start_mark.line + 1)
    if len(lines) > _MOST_VALUES or path.count(".") > _DEEPEST:
        raise _unreadable(node.start_mark.line + 1, "it is nested too deeply or has too many values")
    if isinstance(node, yaml.MappingNode):
        return _mapping(loader, node, path, lines)
    if isinstance(node, yaml.SequenceNode):
        return [_value(loader, each, _join(path, str(number)), lines) for number, each in enumerate(node.value)]
    return _constructed(loader, node)


def _constructed(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    """The value of a scalar or key. PyYAML does not wrap the exceptions of its conversions."""
    try:
        return loader.construct_object(node, deep=True)
    except (ValueError, LookupError, AttributeError, TypeError):
        raise _unreadable(node.start_mark.line + 1, f"this is no {node.tag.rpartition(':')[2]}") from None


def _mapping(loader: yaml.SafeLoader, node: yaml.MappingNode, path: str, lines: dict[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(_constructed(loader, key_node))
        if key in values:
            message = Phrase(CONTEXT, DOUBLED_NAME, {"name": key})
            raise ConfigurationRefused(
                [LocatedFinding(key_node.start_mark.line + 1, Finding(_join(path, key), "doubled", message))]
            )
        lines[_join(path, key)] = key_node.start_mark.line + 1
        values[key] = _value(loader, value_node, _join(path, key), lines)
    return values


def _join(path: str, part: str) -> str:
    return f"{path}.{part}" if path else part


def _line(lines: dict[str, int], path: str) -> int:
    """The line of the field, or of the nearest enclosing element in the file."""
    while path not in lines:
        path = path.rpartition(".")[0]
    return lines[path]


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
    """Findings for entries that are in the file twice."""
    found: list[Finding] = []
    mailboxes = configuration.mailboxes or []
    for number, mailbox in enumerate(mailboxes):
        for each in check_among(mailbox, mailboxes[:number]):
            found.append(Finding(f"mailboxes.{number}.{each.field}", each.rule, each.message))
    owners: dict[str, str] = {}
    for number, technician in enumerate(configuration.technicians or []):
        found += taken_addresses(number, technician, owners)
        owners |= dict.fromkeys(technician.addresses, technician.name)
    found += _same("requestors", "email", [each.email for each in configuration.requestors or []], address_key)
    found += _same("ticket_templates", "name", [each.name for each in configuration.ticket_templates or []], str.casefold)
    return found


def _same(part: str, field: str, values: Sequence[str], key: Callable[[str], str]) -> list[Finding]:
    """Findings for values whose key occurred before."""
    seen: set[str] = set()
    found = []
    for number, value in enumerate(values):
        if key(value) in seen:
            found.append(finding(f"{part}.{number}.{field}", "doubled", value=value))
        seen.add(key(value))
    return found
