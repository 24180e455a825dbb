"""OData query options as Graph's mail takes them: parsed strictly, and turned into functions over messages.

Sources: concepts/query-parameters.md, api-reference/v1.0/api/user-list-messages.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.servers.microsoft.errors import GraphError, bad_request, too_complex, unparsable
from tests.servers.microsoft.http import Request

Predicate = Callable[[Any], bool]
Read = Callable[[Any], Any]


@dataclass(frozen=True)
class Property:
    """A property that can be filtered by: its EDM type, and how it is read from an item."""

    edm: str
    read: Read


@dataclass(frozen=True)
class Filter:
    """A parsed `$filter`: the test, and the properties in the order in which they are named."""

    accepts: Predicate
    properties: list[str]
    since: datetime | None = None
    """What the whole filter demands as the earliest `receivedDateTime`, where it begins with that."""


def options(request: Request, allowed: Iterable[str]) -> dict[str, str]:
    """The query's options; raises for one that is not `allowed`, or that comes twice."""
    known = set(allowed)
    found: dict[str, str] = {}
    for name, value in request.query:
        if name not in known:
            raise bad_request(f"The query parameter '{name}' is not supported.")
        if name in found:
            raise bad_request(f"Query option '{name}' was specified more than once, but it must be specified at most once.")
        found[name] = value
    return found


def number(text: str, name: str, minimum: int, maximum: int | None = None) -> int:
    if not re.fullmatch(r"-?\d+", text):
        raise unparsable(f"Invalid value '{text}' for {name} query option found. The {name} query option requires an integer.")
    value = int(text)
    if value < minimum:
        raise unparsable(f"Invalid value '{value}' for {name} query option found. It must be at least {minimum}.")
    if maximum is not None and value > maximum:
        message = (
            f"The limit of '{maximum}' for {name} query has been exceeded. The value from the incoming request is '{value}'."
        )
        raise GraphError(400, "ErrorInvalidParameter", message)
    return value


def selection(text: str | None, known: Iterable[str], type_name: str) -> list[str] | None:
    """The properties of `$select`; None for all."""
    if text is None:
        return None
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise unparsable(
                f"Parsing OData Select and Expand failed: Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'."
            )
    return names


def order(text: str, known: dict[str, Property], type_name: str) -> list[tuple[str, bool]]:
    """Properties of `$orderby`, each with True for descending."""
    found = []
    for item in text.split(","):
        name, _, direction = item.strip().partition(" ")
        if direction.strip() not in ("", "asc", "desc"):
            raise unparsable(f"Syntax error at position {len(name) + 1} in '{text}'.")
        _known(name, known, type_name)
        found.append((name, direction.strip() == "desc"))
    return found


def check_order(orders: list[tuple[str, bool]], filtered: Filter | None) -> None:
    """Properties of `$orderby` come first in `$filter`, in the same order; else it is refused as too complex."""
    if filtered is None:
        return
    names = [name for name, _ in orders]
    if list(dict.fromkeys(filtered.properties))[: len(names)] != names:
        raise too_complex()


def _known(name: str, known: dict[str, Property], type_name: str) -> Property:
    if name not in known:
        raise unparsable(f"Could not find a property named '{name}' on type 'microsoft.graph.{type_name}'.")
    return known[name]


TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^']|'')*')"
    r"|(?P<date>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))"
    r"|(?P<word>[A-Za-z][A-Za-z0-9/]*)|(?P<number>-?\d+)|(?P<mark>[(),]))"
)
SINCE = re.compile(r"receivedDateTime (?:ge|gt) (\d\S+)(?: and (?:(?! or ).)*)?")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda left, right: left == right,
    "ne": lambda left, right: left != right,
    "gt": lambda left, right: left > right,
    "ge": lambda left, right: left >= right,
    "lt": lambda left, right: left < right,
    "le": lambda left, right: left <= right,
}
FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": lambda text, part: text.lower().startswith(part.lower()),
    "contains": lambda text, part: part.lower() in text.lower(),
}
VERBS = {
    "eq": "Equal",
    "ne": "NotEqual",
    "gt": "GreaterThan",
    "ge": "GreaterThanOrEqual",
    "lt": "LessThan",
    "le": "LessThanOrEqual",
}


def parse_filter(text: str, known: dict[str, Property], type_name: str) -> Filter:
    """A `$filter`; raises what Graph answers to one that it does not understand."""
    parser = _Parser(text, known, type_name)
    since = SINCE.fullmatch(text.strip()) if "(" not in text else None
    return Filter(parser.whole(), parser.properties, datetime.fromisoformat(since[1]).astimezone(UTC) if since else None)


class _Parser:
    def __init__(self, text: str, known: dict[str, Property], type_name: str) -> None:
        self.text, self.known, self.type_name = text, known, type_name
        self.properties: list[str] = []
        self.tokens = self._tokens()

    def _tokens(self) -> list[tuple[str, str]]:
        found, position, text = [], 0, self.text.rstrip()
        while position < len(text):
            match = TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise self._syntax(position)
            found.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()
        return found

    def _syntax(self, position: int) -> GraphError:
        return bad_request(f"Invalid filter clause: Syntax error at position {position} in '{self.text}'.")

    def _next(self, *kinds: str) -> tuple[str, str]:
        if not self.tokens or (kinds and self.tokens[0][0] not in kinds):
            raise self._syntax(len(self.text))
        return self.tokens.pop(0)

    def _take(self, value: str) -> bool:
        if self.tokens and self.tokens[0][0] in ("word", "mark") and self.tokens[0][1] == value:
            del self.tokens[0]
            return True
        return False

    def _demand(self, value: str) -> None:
        if not self._take(value):
            raise self._syntax(len(self.text))

    def whole(self) -> Predicate:
        accepts = self._either()
        if self.tokens:
            raise self._syntax(len(self.text))
        return accepts

    def _either(self) -> Predicate:
        terms = [self._both()]
        while self._take("or"):
            terms.append(self._both())
        return terms[0] if len(terms) == 1 else lambda item: any(term(item) for term in terms)

    def _both(self) -> Predicate:
        terms = [self._one()]
        while self._take("and"):
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else lambda item: all(term(item) for term in terms)

    def _one(self) -> Predicate:
        if self._take("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._take("("):
            inner = self._either()
            self._demand(")")
            return inner
        name = self._next("word")[1]
        return self._called(name) if self._take("(") else self._compared(name)

    def _called(self, name: str) -> Predicate:
        if name not in FUNCTIONS:
            raise bad_request(f"Invalid filter clause: An unknown function with name '{name}' was found.")
        read = self._property(self._next("word")[1], "Edm.String")
        self._demand(",")
        part, call = _unquoted(self._next("string")[1]), FUNCTIONS[name]
        self._demand(")")
        return lambda item: call(read(item), part)

    def _compared(self, name: str) -> Predicate:
        verb = self._next("word")[1]
        if verb not in COMPARE:
            raise self._syntax(self.text.find(verb))
        edm, value = self._literal()
        found = _known(name, self.known, self.type_name)
        if edm != found.edm:
            raise bad_request(
                "Invalid filter clause: A binary operator with incompatible types was detected. "
                f"Found operand types '{found.edm}' and '{edm}' for operator kind '{VERBS[verb]}'."
            )
        read, compare = self._property(name, edm), COMPARE[verb]
        if edm == "Edm.String":
            value = str(value).lower()
            return lambda item: compare(read(item).lower(), value)
        return lambda item: compare(read(item), value)

    def _property(self, name: str, edm: str) -> Read:
        found = _known(name, self.known, self.type_name)
        if found.edm != edm:
            raise bad_request(f"Invalid filter clause: '{name}' is not of type '{edm}'.")
        self.properties.append(name)
        return found.read

    def _literal(self) -> tuple[str, Any]:
        kind, text = self._next("string", "date", "word", "number")
        if kind == "string":
            return "Edm.String", _unquoted(text)
        if kind == "date":
            return "Edm.DateTimeOffset", datetime.fromisoformat(text).astimezone(UTC)
        if kind == "number":
            return "Edm.Int32", int(text)
        if text not in ("true", "false"):
            raise bad_request(
                f"Invalid filter clause: Could not find a property named '{text}' on type 'microsoft.graph.{self.type_name}'."
            )
        return "Edm.Boolean", text == "true"


def _unquoted(text: str) -> str:
    return text[1:-1].replace("''", "'")
