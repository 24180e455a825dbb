"""One cloud: sign-in, Graph and whatever else is registered with its router, on one address; and what tests see of it."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType

from tests.servers.certificates import Certificates, ServerCertificate
from tests.servers.microsoft import graph_delta, graph_drafts, graph_folders, graph_messages, graph_sending
from tests.servers.microsoft.access import Access, Directory
from tests.servers.microsoft.entra import Entra, TokenRequest
from tests.servers.microsoft.faults import Faults
from tests.servers.microsoft.graph import Graph
from tests.servers.microsoft.graph_delta import Deltas
from tests.servers.microsoft.graph_drafts import Uploads
from tests.servers.microsoft.graph_sending import MailTransport, Sent
from tests.servers.microsoft.http import SECRET_HEADERS, Request, Response, Router
from tests.servers.microsoft.listener import Listener
from tests.servers.microsoft.mailbox import Mailbox


@dataclass
class Logged:
    """One request as it was answered; without what is secret. `status` is 0 while it is being answered."""

    number: int
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    mailbox: str = ""
    status: int = 0


class Microsoft:
    """A simulated cloud of Microsoft's, listening from the moment it is made; `stop` it, or use it as a context manager.

    `permanent_delete=False` is a national cloud, where that call does not exist.
    """

    def __init__(
        self,
        certificates: Certificates | ServerCertificate,
        *,
        permanent_delete: bool = True,
        port: int = 0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.now = now
        self.lock = threading.RLock()
        self.faults = Faults()
        self.requests: list[Logged] = []
        self.crashes: list[str] = []
        """Faults of the simulation itself, as tracebacks; a test must not pass over them."""
        self.router = Router()
        self.directory = Directory()
        self.entra = Entra(self._time, self.lock)
        self.access = Access(self.entra, self.directory, self._time)
        self.transport = MailTransport(self.directory)
        self.deltas = Deltas()
        graph = Graph(self.access)
        graph_folders.register(graph)
        graph_delta.register(graph, self.deltas)
        graph_messages.register(graph, permanent_delete=permanent_delete)
        graph_sending.register(graph, self.transport)
        uploads = Uploads()
        uploads.register(self.router)
        graph_drafts.register(graph, self.transport, uploads)
        graph.register(self.router)
        self.entra.register(self.router)
        certificate = certificates.good if isinstance(certificates, Certificates) else certificates
        self._listener = Listener(certificate.context, self._answer, port)

    def _time(self) -> datetime:
        return self.now()

    @property
    def url(self) -> str:
        """The address of sign-in and Graph alike, without a slash at its end."""
        return f"https://localhost:{self._listener.port}"

    @property
    def port(self) -> int:
        return self._listener.port

    @property
    def token_requests(self) -> list[TokenRequest]:
        return self.entra.requests

    @property
    def sent(self) -> list[Sent]:
        """What was accepted for delivery."""
        return self.transport.sent

    def add_mailbox(
        self,
        address: str,
        licensed: bool = True,
        tenant: str | None = None,
        upn: str | None = None,
        aliases: Iterable[str] = (),
        names: dict[str, str] | None = None,
    ) -> Mailbox:
        """A mailbox of one tenant, or of all where none is named; see `Mailbox` for the rest."""
        mailbox = Mailbox(
            address, licensed=licensed, tenant=tenant, upn=upn, aliases=aliases, names=names, lock=self.lock, now=self._time
        )
        with self.lock:
            self.directory.add(mailbox)
        return mailbox

    def mailbox(self, name: str) -> Mailbox:
        found = self.directory.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def paths(self, method: str = "") -> list[str]:
        """The paths asked for so far, in order."""
        return [logged.path for logged in self.requests if method in ("", logged.method)]

    def _answer(self, request: Request) -> Response:
        logged = self._log(request)
        response = self._carried_out(request)
        logged.mailbox, logged.status = request.mailbox, response.status
        self.faults.answered(request)
        return response

    def _log(self, request: Request) -> Logged:
        headers = {name: value for name, value in request.headers.items() if name not in SECRET_HEADERS}
        with self.lock:
            request.number = len(self.requests) + 1
            logged = Logged(request.number, request.method, request.path, dict(request.query), headers)
            self.requests.append(logged)
        return logged

    def _carried_out(self, request: Request) -> Response:
        route = self.router.find(request)
        try:
            with route.slot(request) as refusal:
                if refusal:
                    return refusal
                fault = self.faults.take(request)
                fault.wait(self._listener.stopping)
                with self.lock:
                    return fault.apply(fault.response or route.handler(request))
        except Exception:
            self.crashes.append(f"{request}\n{traceback.format_exc()}")
            return Response(500, b"the simulation itself failed", {"Content-Type": "text/plain"})

    def stop(self) -> None:
        self._listener.close()

    def __enter__(self) -> Microsoft:
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()
        assert not self.crashes or kind, self.crashes[0]
