"""How forms and the reference show a field. Declared on the field, so that a field is described in one place.

`title` (the label) and `description` (the help text) are those of `pydantic.Field`. The rest is a `Presentation` among
the field's `Annotated` metadata. All texts are marked for translation under the context "settings".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from trackit_console.settings.limits import metadata_of


@dataclass(frozen=True, slots=True)
class Presentation:
    """The presentation of one field.

    `unit` follows a number; `empty` says what an empty field means, `zero` what the number 0 means; `choices` are the labels of the values of a list;
    `files` are the patterns of the file dialog; `default` describes a default that depends on other fields, for the
    reference only. `more` puts the field under **More settings**. `restart` means that a running monitor uses the old
    value until it is restarted (MON-05).
    """

    unit: str = ""
    empty: str = ""
    zero: str = ""
    choices: Mapping[Any, str] = field(default_factory=dict)
    files: str = ""
    default: str = ""
    more: bool = False
    restart: bool = True


def presentation_of(declared: FieldInfo) -> Presentation:
    """The `Presentation` of a field, or the defaults."""
    return next((each for each in metadata_of(declared) if isinstance(each, Presentation)), Presentation())


def more_settings(*models: type[BaseModel]) -> frozenset[str]:
    """The names of the fields under **More settings**."""
    fields = [each for model in models for each in model.model_fields.items()]
    return frozenset(name for name, declared in fields if presentation_of(declared).more)
