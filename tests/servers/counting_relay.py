"""A relay before a database server: it counts round trips, and can put the server at a distance."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.engine import URL, make_url

HERE = "127.0.0.1"
SQL_SERVER = 1433


class CountingRelay:
    """Passes connections on to a server. A round trip is counted when the client speaks after the server did."""

    def __init__(self, host: str, port: int) -> None:
        self.trips = 0
        self._target = (host, port)
        self._listener = socket.create_server((HERE, 0))
        self._open: list[socket.socket] = [self._listener]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._target)
                self._open += [client, server]
                last = [server]
                for source, sink in ((client, server), (server, client)):
                    source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    threading.Thread(target=self._pass_on, args=(source, sink, client, last), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, client: socket.socket, last: list[socket.socket]) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if source is client and last[0] is not client:
                    self.trips += 1
                last[0] = source
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Ends all connections."""
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def relayed(address: str) -> Iterator[tuple[CountingRelay, str]]:
    """A relay before the SQL Server at `address`, and the address that leads through it. A named instance needs its port there."""
    url = make_url(address)
    text = url.query.get("odbc_connect")
    options = _options(text) if isinstance(text, str) else {}
    host, _, port = (options.get("server") or url.host or HERE).removeprefix("tcp:").partition(",")
    relay = CountingRelay(host.partition("\\")[0], int(port or options.get("port") or url.port or SQL_SERVER))
    try:
        yield relay, _through(relay, host, url, options).render_as_string(hide_password=False)
    finally:
        relay.close()


def _through(relay: CountingRelay, host: str, url: URL, options: dict[str, str]) -> URL:
    # The certificate is still checked for the name of the server behind the relay.
    named = {"HostNameInCertificate": host}
    if not options:
        # FreeTDS may be given its port among the options: it would lead past the relay.
        ports = {name: str(relay.port) for name in url.query if name.lower() == "port"}
        return url.set(host=HERE, port=relay.port).update_query_dict(named | ports)
    place = {"server": HERE, "port": str(relay.port)} if "port" in options else {"server": f"{HERE},{relay.port}"}
    return url.update_query_dict(
        {"odbc_connect": ";".join(f"{name}={value}" for name, value in (options | place | named).items())}
    )


def _options(text: str) -> dict[str, str]:
    pairs = (each.partition("=") for each in text.split(";") if each)
    return {name.strip().lower(): value for name, _, value in pairs}
