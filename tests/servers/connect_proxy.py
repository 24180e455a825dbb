"""An HTTP proxy that opens tunnels (CONNECT, RFC 9110 section 9.3.6), or refuses to."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class ConnectProxy:
    """Answers every request with `status`, and tunnels after 200; `requests` are the heads of what clients asked for."""

    host = "127.0.0.1"

    def __init__(self, status: bytes = b"200 Connection established") -> None:
        self._status = status
        self.requests: list[str] = []
        self._listener = socket.create_server((self.host, 0))
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def stop(self) -> None:
        """Ends it and every tunnel."""
        for sock in (self._listener, *self._sockets):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._sockets.append(client)
                self._start(self._tunnel, client)

    def _start(self, act: object, *sockets: socket.socket) -> None:
        thread = threading.Thread(target=act, args=sockets)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _tunnel(self, client: socket.socket) -> None:
        with suppress(OSError, IndexError):
            head = b""
            while b"\r\n\r\n" not in head:
                head += client.recv(1)
            self.requests.append(head.decode())
            client.sendall(b"HTTP/1.1 " + self._status + b"\r\nVia: test\r\n\r\n")
            if not self._status.startswith(b"200"):
                client.shutdown(socket.SHUT_RDWR)
                return
            host, _, port = head.split()[1].decode().rpartition(":")
            server = socket.create_connection((host, int(port)))
            self._sockets.append(server)
            self._start(self._pump, client, server)
            self._pump(server, client)

    @staticmethod
    def _pump(source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while sent := source.recv(65536):
                target.sendall(sent)
            target.shutdown(socket.SHUT_WR)
