"""What a test does to a server in another process: the same verbs as in Python, as JSON over one path."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from tests.servers.microsoft import faults
from tests.servers.microsoft.http import Request, Response, json_response
from tests.servers.microsoft.server import Microsoft

PATH = "/control"


def register(cloud: Microsoft) -> None:
    cloud.router.add(f"{PATH}$", lambda request: _controlled(cloud, request))


def do(cloud: Microsoft, name: str, arguments: dict[str, Any]) -> Any:
    """Carries one command out; KeyError for an unknown one."""
    return COMMANDS[name](cloud, **arguments)


def _controlled(cloud: Microsoft, request: Request) -> Response:
    arguments = json.loads(request.body)
    return json_response({"result": do(cloud, arguments.pop("do"), arguments)})


def _add_app(cloud: Microsoft, tenant: str, client_id: str, certificate: str | None = None, **more: Any) -> None:
    if more.get("secret_expires"):
        more["secret_expires"] = datetime.fromisoformat(more["secret_expires"])
    cloud.entra.add_app(tenant, client_id, certificate=certificate.encode() if certificate else None, **more)


def _add_mailbox(cloud: Microsoft, address: str, **more: Any) -> None:
    cloud.add_mailbox(address, **more)


def _make_folder(cloud: Microsoft, mailbox: str, path: str) -> str:
    return cloud.mailbox(mailbox).make_folder(path).id


def _deliver(
    cloud: Microsoft, mailbox: str, raw: str, folder: str = "inbox", received: str | None = None, read: bool = False
) -> str:
    moment = datetime.fromisoformat(received) if received else None
    return cloud.mailbox(mailbox).deliver(b64decode(raw), folder, moment, read)


def _messages(cloud: Microsoft, mailbox: str, folder: str = "inbox") -> list[dict[str, Any]]:
    return [
        {
            "id": message.id,
            "immutable_id": message.immutable_id,
            "read": message.read,
            "received": message.received.isoformat(),
            "raw": b64encode(message.raw).decode(),
        }
        for message in cloud.mailbox(mailbox).folder(folder).messages
    ]


def _act(verb: str) -> Callable[..., Any]:
    return lambda cloud, mailbox, id, **more: getattr(cloud.mailbox(mailbox), verb)(id, **more)


def _fault(cloud: Microsoft, match: str, fault: str, times: int | None = 1, **arguments: Any) -> None:
    """`fault` is the name of a function of `faults`."""
    cloud.faults.add(match, getattr(faults, fault)(**arguments), times)


COMMANDS: dict[str, Callable[..., Any]] = {
    "add_app": _add_app,
    "add_mailbox": _add_mailbox,
    "make_folder": _make_folder,
    "deliver": _deliver,
    "messages": _messages,
    "set_read": _act("set_read"),
    "move": _act("move"),
    "delete": _act("delete"),
    "fault": _fault,
    "clear_faults": lambda cloud: cloud.faults.clear(),
    "expire_tokens": lambda cloud: cloud.entra.expire_tokens(),
    "requests": lambda cloud: [asdict(logged) for logged in cloud.requests if logged.path != PATH],
    "token_requests": lambda cloud: [asdict(each) | {"time": each.time.isoformat()} for each in cloud.token_requests],
    "sent": lambda cloud: [asdict(sent) | {"raw": b64encode(sent.raw).decode()} for sent in cloud.sent],
}
