"""Stands between a client and a real server, for what a real one will not do on request: be busy, fall silent."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Proxy:
    """Forwards every connection to `port` of this computer.

    `busy` is sent to new clients instead of connecting them, if it is not empty; while `silent`, nothing that the server
    says gets through. `said` is what clients sent.
    """

    host = "127.0.0.1"

    def __init__(self, port: int) -> None:
        self.busy = b""
        self.silent = threading.Event()
        self.said: list[bytes] = []
        self._target = port
        self._listener = socket.create_server((self.host, 0))
        self._sockets: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def stop(self) -> None:
        """Ends it and every connection."""
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
                if self.busy:
                    client.sendall(self.busy)
                    client.shutdown(socket.SHUT_RDWR)
                    continue
                server = socket.create_connection((self.host, self._target))
                self._sockets.append(server)
                for pump in (self._to_server, self._to_client):
                    thread = threading.Thread(target=pump, args=(client, server))
                    self._threads.append(thread)
                    thread.start()

    def _to_server(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while sent := client.recv(65536):
                self.said.append(sent)
                server.sendall(sent)
            server.shutdown(socket.SHUT_WR)

    def _to_client(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while sent := server.recv(65536):
                if not self.silent.is_set():
                    client.sendall(sent)
            client.shutdown(socket.SHUT_RDWR)
