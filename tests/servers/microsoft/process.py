"""The simulated cloud in a process of its own, for tests that kill one side and look at the other."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from base64 import b64encode
from datetime import datetime
from pathlib import Path
from shutil import copyfile
from typing import Any
from urllib.request import HTTPSHandler, ProxyHandler, Request, build_opener

from tests.servers.certificates import Certificates

ROOT = Path(__file__).resolve().parents[3]


class MicrosoftProcess:
    """`setup` is a list of control commands, each with its name under `do`. Stop it, or use it as a context manager."""

    def __init__(self, certificates: Certificates, state: Path, setup: list[dict[str, Any]] | None = None, port: int = 0) -> None:
        state.mkdir(parents=True, exist_ok=True)
        copyfile(certificates.good.file, state / "server.pem")
        (state / "setup.json").write_text(json.dumps(setup or []), "utf-8")
        context = ssl.create_default_context(cafile=str(certificates.ca_file))
        self._opener = build_opener(ProxyHandler({}), HTTPSHandler(context=context))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.servers.microsoft", "--state", str(state), "--port", str(port)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the process ended before it said its address"

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def do(self, name: str, **arguments: Any) -> Any:
        """One command of `control`; raises HTTPError where it fails."""
        body = json.dumps({"do": name} | arguments).encode()
        with self._opener.open(Request(f"{self.url}/control", body), timeout=30) as answer:
            return json.load(answer)["result"]

    def deliver(
        self, mailbox: str, raw: bytes, folder: str = "inbox", received: datetime | None = None, read: bool = False
    ) -> str:
        """As `Mailbox.deliver`; the message's regular id."""
        when = received.isoformat() if received else None
        return str(self.do("deliver", mailbox=mailbox, raw=b64encode(raw).decode(), folder=folder, received=when, read=read))

    def messages(self, mailbox: str, folder: str = "inbox") -> list[dict[str, Any]]:
        """Each with id, immutable_id, read, received and raw (base64), oldest first."""
        return list(self.do("messages", mailbox=mailbox, folder=folder))

    def kill(self) -> None:
        """As a crash does; the mailboxes are gone with it."""
        self.process.kill()
        self._reap()

    def stop(self) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            self.process.stdin.close()
        self._reap()

    def _reap(self) -> None:
        self.process.wait(30)
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()

    def __enter__(self) -> MicrosoftProcess:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
