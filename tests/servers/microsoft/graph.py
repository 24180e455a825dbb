"""Microsoft Graph v1.0 for mail: which function answers which path, and what holds for every request.

The functions themselves: `graph_folders`, `graph_messages`, `graph_delta`, `graph_sending`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote, urlencode
from uuid import uuid4

from tests.servers.microsoft import errors
from tests.servers.microsoft.access import Access
from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.http import Request, Response, Router, json_response
from tests.servers.microsoft.ids import parse
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import NAMES_WITHOUT_FOLDER, Folder, Mailbox
from tests.servers.microsoft.tokens import Token

LARGEST_REQUEST = 4 * 1024 * 1024


@dataclass
class Call:
    """One request to a mailbox, with what each function needs of it; `parts` are the ids in its path."""

    request: Request
    token: Token
    mailbox: Mailbox
    access: Access
    parts: list[str]

    def need(self, permissions: frozenset[str]) -> None:
        self.access.check(self.token, self.mailbox, permissions)

    @property
    def immutable(self) -> bool:
        return (self.request.preference("IdType") or "").lower() == "immutableid"

    @property
    def body_type(self) -> str:
        return self.request.preference("outlook.body-content-type") or "html"

    @cached_property
    def json(self) -> dict[str, Any]:
        if "application/json" not in self.request.headers.get("content-type", "").lower():
            raise errors.bad_request("A missing or empty content type header was found when trying to read a message.")
        try:
            value = json.loads(self.request.body)
        except ValueError:
            raise errors.bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format."
            ) from None
        if not isinstance(value, dict):
            raise errors.bad_request("Empty Payload. JSON content expected.")
        return value

    def folder(self, name: str) -> Folder:
        """By id or well-known name; the id keeps its letter case, the name need not."""
        if found := self.mailbox.well_known(name):
            return found
        if name.lower() in NAMES_WITHOUT_FOLDER:
            raise errors.item_not_found()
        entry = parse(name)
        if entry is None or entry.kind != "folder" or entry.mailbox != self.mailbox.guid:
            raise errors.malformed_id()
        if entry.number not in self.mailbox.folders:
            raise errors.item_not_found()
        return self.mailbox.folders[entry.number]

    def message(self, text: str, folder: Folder | None = None) -> Message:
        entry = parse(text)
        if entry is None or entry.kind == "folder" or entry.mailbox != self.mailbox.guid:
            raise errors.malformed_id()
        found = self.mailbox.find(text)
        if found is None or (folder and found.folder is not folder):
            raise errors.item_not_found()
        return found

    def link(self, **changed: str) -> str:
        """This request's address with other query options."""
        query = dict(self.request.query) | {name.replace("__", "$"): value for name, value in changed.items()}
        path = self.request.target.partition("?")[0]
        return f"{self.request.origin}{path}?{urlencode(query, quote_via=quote)}"

    def context(self, what: str) -> str:
        user = quote(self.parts[0], safe="")
        return f"{self.request.origin}/v1.0/$metadata#users('{user}')/{what}"

    def answer(self, value: dict[str, Any], what: str, status: int = 200) -> Response:
        answer = json_response({"@odata.context": self.context(what)} | value, status)
        applied = [name for name, said in (('IdType="ImmutableId"', self.immutable),) if said]
        if applied:
            answer.headers["Preference-Applied"] = ", ".join(applied)
        return answer


Function = Callable[[Call], Response]


class Graph:
    """The table of functions. A path is written as `mailFolders/{}/messages`; `{}` is an id."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._functions: list[tuple[str, re.Pattern[str], Function]] = []
        self._segments: set[str] = set()

    def register(self, router: Router) -> None:
        router.add(r"/v1\.0(/|$)", self.answer, self._access.slot)

    def on(self, method: str, path: str, function: Function) -> None:
        """Later ones do not hide earlier ones: register `messages/delta` before `messages/{}`."""
        pattern = "/".join("([^/]+)" if part == "{}" else re.escape(part) for part in path.split("/"))
        self._functions.append((method, re.compile(pattern, re.IGNORECASE), function))
        self._segments |= {part.lower() for part in path.split("/")}

    def answer(self, request: Request) -> Response:
        """Every answer has a `request-id`, which is what Microsoft's support asks for."""
        client_request_id = request.headers.get("client-request-id", "")
        try:
            answer = self._answer(request)
        except GraphError as problem:
            return problem.response(client_request_id)
        request_id = str(uuid4())
        answer.headers |= {"request-id": request_id, "client-request-id": client_request_id or request_id}
        return answer

    def _answer(self, request: Request) -> Response:
        token = self._access.token(request)
        raw = _without_keys(request.target.partition("?")[0]).strip("/").split("/")
        if raw[1:2] == ["me"]:
            raise errors.bad_request("/me request is only valid with delegated authentication flow.")
        if len(raw) < 3 or raw[1].lower() != "users":
            raise errors.no_such_segment(raw[1] if len(raw) > 1 else "")
        if len(raw) == 3:
            return self._user(request, token, unquote(raw[2]))
        function, parts = self._function(request, raw[3:])
        if len(request.body) > LARGEST_REQUEST:
            raise errors.too_large()
        name = unquote(raw[2])
        mailbox = self._access.mailbox(request, token, name)
        return function(Call(request, token, mailbox, self._access, [name, *parts]))

    def _function(self, request: Request, raw: list[str]) -> tuple[Function, list[str]]:
        path, methods = "/".join(raw), set()
        for method, pattern, function in self._functions:
            if match := pattern.fullmatch(path):
                methods.add(method)
                if method == request.method:
                    return function, [unquote(part) for part in match.groups()]
        if methods:
            raise GraphError(
                405, "Request_BadRequest", f"Specified HTTP method is not allowed for the request target: {request.method}."
            )
        unknown = [part for part in raw if part.lower() not in self._segments]
        raise errors.no_such_segment(unknown[-1] if unknown else raw[-1])

    def _user(self, request: Request, token: Token, name: str) -> Response:
        """The directory's user object, which no permission for mail opens."""
        if not token.roles & {"User.Read.All", "User.ReadBasic.All", "Directory.Read.All"}:
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
        try:
            mailbox = self._access.mailbox(request, token, name)
        except GraphError:
            message = f"Resource '{name}' does not exist or one of its queried reference-property objects are not present."
            raise GraphError(404, "Request_ResourceNotFound", message) from None
        return json_response({"id": mailbox.object_id, "userPrincipalName": mailbox.upn, "mail": mailbox.address})


def _without_keys(path: str) -> str:
    """`mailFolders('id')` is another way to write `mailFolders/id` (OData), and the one that delta links use."""
    return re.sub(r"\((?:'|%27)(.*?)(?:'|%27)\)(?=/|$)", r"/\1", path)
