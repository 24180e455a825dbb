"""Lets requests speak HTTP over connections that somebody else opens.

So a web service is reached with the time limits, certificate checks and error messages of a mail server, and a call can
be aborted by closing the socket. Neither REQUESTS_CA_BUNDLE nor a switch of another account has an influence.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool

OpenSocket = Callable[[], socket.socket]
"""Returns a connected socket that is secured already."""


class _Connection(HTTPSConnection):
    """An HTTP/1.1 connection over the socket of `open_socket`."""

    def __init__(self, open_socket: OpenSocket, **options: Any) -> None:
        super().__init__(**options)
        self._open_socket = open_socket

    def connect(self) -> None:
        self.sock = self._open_socket()
        # Checked by whoever opened it, by the settings of the account; urllib3 would warn otherwise.
        self.is_verified = True


class _Pool(HTTPSConnectionPool):
    def __init__(self, open_socket: OpenSocket, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.ConnectionCls = partial(_Connection, open_socket)  # type: ignore[assignment]


class SocketAdapter(HTTPAdapter):
    """Mounted on a `requests.Session`: every connection comes from `open_socket`. One at a time, and no retries."""

    def __init__(self, open_socket: OpenSocket) -> None:
        self._open_socket = open_socket
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": partial(_Pool, self._open_socket)}
