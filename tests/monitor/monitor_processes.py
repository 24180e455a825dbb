"""Headless monitors as processes, which a test kills. Where the system can fork, one is there within milliseconds."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress

from trackit_console.paths import DataDir

FORKS = hasattr(os, "fork")

SPAWNER = """
import functools, importlib, os, pkgutil, signal, sys
import trackit_console.monitor.engine, trackit_console.transports
from trackit_console.__main__ import main
from trackit_console.mail import parse

told = os.dup(1)
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)

@functools.cache
def warm_up():
    main(["--data-dir", data_dir, "status"])
    parse(b"Subject: x\\r\\n\\r\\nx")
    for each in pkgutil.iter_modules(trackit_console.transports.__path__, "trackit_console.transports."):
        importlib.import_module(each.name)

for line in sys.stdin:
    what, _, named = line.rstrip("\\n").partition(" ")
    if what == "start":
        data_dir = named
        warm_up()
        child = os.fork()
        if not child:
            sys.stdin.close()
            os._exit(main(["--data-dir", data_dir, "monitor"]))
        os.write(told, f"{child}\\n".encode())
    else:
        os.kill(int(named), signal.SIGKILL)
        _, status = os.waitpid(int(named), 0)
        os.write(told, b"killed\\n" if os.WIFSIGNALED(status) else b"had ended\\n")
"""
"""Has done and loaded all of it once, so that the monitors which it forks begin at once."""


class Spawner:
    """Forks monitors, for all tests of a run."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SPAWNER], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def told(self, line: str) -> str:
        """What it answers to `line`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        return self._process.stdout.readline()

    def close(self) -> None:
        """Ends it."""
        with suppress(BrokenPipeError):
            self._process.communicate()


class MonitorProcesses:
    """Starts and kills them, on one data directory. Without a `spawner` each is started anew."""

    def __init__(self, data_dir: DataDir, spawner: Spawner | None) -> None:
        self._data_dir = str(data_dir.root)
        self._alive: dict[int, subprocess.Popen[str]] = {}
        self._forked: set[int] = set()
        self._spawner = spawner

    def start(self) -> int:
        """The number of a new one. Where it is not forked, it runs already."""
        if self._spawner:
            number = int(self._spawner.told(f"start {self._data_dir}"))
            self._forked.add(number)
            return number
        child = subprocess.Popen(
            [sys.executable, "-m", "trackit_console", "--data-dir", self._data_dir, "monitor"],
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._alive[child.pid] = child
        assert child.stderr is not None
        assert "runs on" in child.stderr.readline()
        return child.pid

    def kill(self, number: int) -> None:
        """Kills one, which must not have ended by itself."""
        if self._spawner:
            self._forked.discard(number)
            assert self._spawner.told(f"kill {number}") == "killed\n"
            return
        child = self._alive.pop(number)
        assert child.poll() is None
        child.kill()
        child.communicate()

    def close(self) -> None:
        """Ends all of them."""
        for child in self._alive.values():
            child.kill()
            child.communicate()
        if self._spawner:
            for number in self._forked:
                self._spawner.told(f"kill {number}")
