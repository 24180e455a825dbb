"""Headless monitors as processes, which a test kills. Where the system can fork, one is there within milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from trackit_console.paths import DataDir

FORKS = hasattr(os, "fork")

SPAWNER = """
import importlib, os, pkgutil, signal, sys
import trackit_console.monitor.engine, trackit_console.transports
from trackit_console.__main__ import main
from trackit_console.mail import parse

told = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
main(["--data-dir", sys.argv[1], "status"])
parse(b"Subject: x\\r\\n\\r\\nx")
for each in pkgutil.iter_modules(trackit_console.transports.__path__, "trackit_console.transports."):
    importlib.import_module(each.name)
for line in sys.stdin:
    what, _, number = line.strip().partition(" ")
    if what == "start":
        child = os.fork()
        if not child:
            sys.stdin.close()
            os._exit(main(["--data-dir", sys.argv[1], "monitor"]))
        os.write(told, f"{child}\\n".encode())
    else:
        os.kill(int(number), signal.SIGKILL)
        _, status = os.waitpid(int(number), 0)
        os.write(told, b"killed\\n" if os.WIFSIGNALED(status) else b"had ended\\n")
"""
"""Has done and loaded all of it once, so that the monitors which it forks begin at once."""


class MonitorProcesses:
    """Starts and kills them, on one data directory."""

    def __init__(self, data_dir: DataDir) -> None:
        self._data_dir = str(data_dir.root)
        self._alive: dict[int, subprocess.Popen[str]] = {}
        self._forked: set[int] = set()
        self._spawner = self._popen("-c", SPAWNER, self._data_dir) if FORKS else None

    def _popen(self, *arguments: str) -> subprocess.Popen[str]:
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if FORKS:
            pipes["stderr"] = subprocess.DEVNULL
        return subprocess.Popen([sys.executable, *arguments], text=True, **pipes)  # type: ignore[call-overload,no-any-return]

    def start(self) -> int:
        """The number of a new one. Where it is not forked, it runs already."""
        if self._spawner:
            number = int(self._told("start"))
            self._forked.add(number)
            return number
        child = self._popen("-m", "trackit_console", "--data-dir", self._data_dir, "monitor")
        self._alive[child.pid] = child
        assert child.stderr is not None
        assert "runs on" in child.stderr.readline()
        return child.pid

    def kill(self, number: int) -> None:
        """Kills one, which must not have ended by itself."""
        if self._spawner:
            self._forked.discard(number)
            assert self._told(f"kill {number}") == "killed\n"
            return
        child = self._alive.pop(number)
        assert child.poll() is None
        child.kill()
        child.communicate()

    def _told(self, line: str) -> str:
        assert self._spawner and self._spawner.stdin and self._spawner.stdout
        self._spawner.stdin.write(line + "\n")
        self._spawner.stdin.flush()
        return self._spawner.stdout.readline()

    def close(self) -> None:
        """Ends all of it."""
        for child in self._alive.values():
            child.kill()
            child.communicate()
        if self._spawner:
            with suppress(BrokenPipeError):
                for number in self._forked:
                    self._told(f"kill {number}")
                self._spawner.communicate()
