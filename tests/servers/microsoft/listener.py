"""A TLS listener on loopback with HTTP/1.1 and keep-alive; what is answered is decided elsewhere."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.servers.microsoft.http import Request, Response


class Listener(ThreadingHTTPServer):
    """Answers by `answer`, each connection on a thread of its own; `close` ends all of them and waits."""

    daemon_threads = False
    request_queue_size = 64

    def __init__(self, context: ssl.SSLContext, answer: Callable[[Request], Response], port: int = 0) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self.answer = answer
        self.stopping = threading.Event()
        super().__init__(("127.0.0.1", port), Connection)
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), name="microsoft")
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        # The handshake belongs to the connection's own thread: a client that is slow in it must not keep others waiting.
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secured = self._context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        with self._lock:
            self._open.add(secured)
        try:
            if not self.stopping.is_set():
                secured.do_handshake()
                self.finish_request(secured, client_address)
        except OSError:  # the client is gone, or refused the certificate
            pass
        finally:
            with self._lock:
                self._open.discard(secured)
            secured.close()

    def close(self) -> None:
        self.stopping.set()
        self.shutdown()
        with self._lock:
            for sock in self._open:
                with suppress(OSError):
                    socket.socket.shutdown(sock, socket.SHUT_RDWR)
        self._thread.join()
        self.server_close()


class Connection(BaseHTTPRequestHandler):
    """The requests of one connection, in turn."""

    protocol_version = "HTTP/1.1"
    wbufsize = 65536  # headers and body in one packet
    server: Listener

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _respond(self) -> None:
        body = self._body()
        headers = {name.lower(): value for name, value in self.headers.items()}
        response = self.server.answer(Request(self.command, self.path, headers, body))
        if response.silent:
            self._wait_for_the_end()
            return
        self._send(response)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _respond  # noqa: N815

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        bodiless = response.status in (204, 304)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if not bodiless:
            self.send_header("Content-Length", str(len(response.body)))
        body = b"" if bodiless or self.command == "HEAD" else response.body
        if response.sent_bytes is not None:
            body, self.close_connection = body[: response.sent_bytes], True
        self.end_headers()
        self.wfile.write(body)

    def _wait_for_the_end(self) -> None:
        self.close_connection = True
        with suppress(OSError):
            while self.connection.recv(65536):
                pass
