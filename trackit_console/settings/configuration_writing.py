"""Writes the configuration file: from settings to YAML, as a person would write it (docs/interface.md)."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr

from trackit_console.settings.configuration import Configuration
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.passphrases import PassphraseSeal
from trackit_console.settings.sealed_fields import HEADER, sealed


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
    # As dates, not as JSON's text: the models are strict, and take no text for a day when the file is read again.
    dates = {name: each for name, each in value if isinstance(each, date)}
    plain = (
        value.model_dump(mode="json", exclude=secrets, warnings=False) | dates
    )  # a row that was changed by hand may hold anything
    first = {name: plain.pop(name) for name in ("name", "type", "authentication") if name in plain}
    return first | plain
