"""The HTTP layer that the sign-in service, Graph and EWS share: requests and answers as values, and a table of routes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

SECRET_HEADERS = ("authorization", "cookie", "proxy-authorization")


@dataclass
class Request:
    """One request as it came; header names are in lower case, `path` is decoded, `segments` are its decoded parts."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    number: int = 0
    mailbox: str = ""
    """The address of the mailbox it was about, once that is known."""

    @property
    def path(self) -> str:
        return unquote(urlsplit(self.target).path)

    @property
    def segments(self) -> list[str]:
        return [unquote(part) for part in urlsplit(self.target).path.split("/") if part]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.target).query, keep_blank_values=True)

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    @property
    def origin(self) -> str:
        """The address the client used, so that links in answers lead back the same way."""
        return f"https://{self.headers.get('host', '')}"

    def preference(self, name: str) -> str | None:
        """The value of one item of the Prefer header (RFC 7240), without quotes; "" for an item without value."""
        for item in self.headers.get("prefer", "").split(","):
            key, _, value = item.strip().partition("=")
            if key.strip().lower() == name.lower():
                return value.strip().strip('"')
        return None

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass
class Response:
    """What is answered; the last two change how it is sent (see `faults`)."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    sent_bytes: int | None = None
    """So many bytes of the body are sent, then the connection is closed."""
    silent: bool = False
    """Nothing is sent, until the client or the server gives up."""


def json_response(value: Any, status: int = 200, **headers: str) -> Response:
    """A JSON answer; `Retry_After="3"` becomes the header Retry-After."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status, json.dumps(value).encode(), {"Content-Type": "application/json; charset=utf-8"} | named)


Handler = Callable[[Request], Response]
Slot = Callable[[Request], AbstractContextManager[Response | None]]
"""Held while a request is in flight; it may give the answer that refuses the request."""


@dataclass(frozen=True)
class Route:
    pattern: re.Pattern[str]
    handler: Handler
    slot: Slot


class Router:
    """Which handler answers which path. The first route that matches wins; letter case does not matter, as at Microsoft."""

    def __init__(self) -> None:
        self._routes: list[Route] = []

    def add(self, pattern: str, handler: Handler, slot: Slot = lambda _request: nullcontext()) -> None:
        """`pattern` is a regular expression for the beginning of the decoded path: `/EWS/Exchange\\.asmx`."""
        self._routes.append(Route(re.compile(pattern, re.IGNORECASE), handler, slot))

    def find(self, request: Request) -> Route:
        for route in self._routes:
            if route.pattern.match(request.path):
                return route
        return Route(re.compile(""), _not_found, lambda _request: nullcontext())


def _not_found(_request: Request) -> Response:
    return Response(404, b"<html><body><h2>404 - File or directory not found.</h2></body></html>", {"Content-Type": "text/html"})
