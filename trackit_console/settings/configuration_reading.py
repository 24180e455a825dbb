"""Reads the configuration file strictly, with the line of everything that is wrong (docs/interface.md).

From text to settings; `yaml_lines` reads the YAML. The command line reads the file; `store.config_import` fills the database.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from trackit_console.settings.configuration import DEFINITION_PARTS, Configuration
from trackit_console.settings.configuration_checks import (
    check_mailboxes,
    check_names,
    check_requestors,
    check_technicians,
    check_templates,
)
from trackit_console.settings.mailbox import MailboxType
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.rule_actions import ACTION_LABELS
from trackit_console.settings.sealed_fields import open_sealed
from trackit_console.settings.validation import Finding
from trackit_console.settings.yaml_lines import ConfigurationRefused, LocatedFinding, line_of, load_yaml

_DISCRIMINATORS = (*MailboxType, "basic", *ACTION_LABELS)
_PATHS = ("ca_file", "certificate_file")


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
        # Not chained below: pydantic's error keeps the input, and with it the opened secrets.
        found = findings(error, _DISCRIMINATORS)
        raise ConfigurationRefused([LocatedFinding(line_of(lines, each.field), each) for each in found]) from None
    file = ConfigurationFile(configuration, lines)
    file.refuse(_doubled(configuration))
    return file


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
