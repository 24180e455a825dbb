"""Reads YAML strictly, and keeps the line of every value, so that whatever is wrong can be shown where it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml
from yaml.reader import ReaderError

from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase, Problem

_MOST_VALUES = 100_000
_DEEPEST = 30
"""Far more than a real file has. YAML aliases that refer to themselves would expand without end."""
NOT_YAML = QT_TRANSLATE_NOOP("settings", "This cannot be read as YAML: {problem}")
DOUBLED_NAME = QT_TRANSLATE_NOOP("settings", "{name} is set more than once.")


_BASE_60 = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")


class _Loader(yaml.SafeLoader):
    """PyYAML's loader without numbers in base 60: YAML 1.1 reads 17:00 as 1020, but 09:00 as text. YAML 1.2 has dropped them."""

    def resolve(self, kind: type[yaml.Node], value: Any, implicit: Any) -> str:
        tag = str(super().resolve(kind, value, implicit))  # type: ignore[no-untyped-call]
        return self.DEFAULT_SCALAR_TAG if tag in _BASE_60 and ":" in value else tag


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


def load_yaml(text: str) -> tuple[Any, dict[str, int]]:
    """The data in `text`, and the line of each value by its path (`mailboxes.0.server`). Raises `ConfigurationRefused`."""
    lines: dict[str, int] = {"": 1}
    try:
        loader = _Loader(text)
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


def line_of(lines: dict[str, int], path: str) -> int:
    """The line of the field, or of the nearest enclosing element in the file."""
    while path not in lines:
        path = path.rpartition(".")[0]
    return lines[path]
