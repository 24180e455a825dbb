"""The first usable window beside a bare one, and the longest stall of the UI thread during intake (DESIGN's budget).

    python -m tests.benchmarks.window [--rounds 7]

Each start is a whole process, offscreen, until the window is shown and answers. The bare window has as many widgets of
the same kinds. The stall is the longest pause between two ticks of a 5 ms timer in the UI thread while the monitor in
the same process takes in 1,000 messages.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from functools import partial
from itertools import pairwise
from pathlib import Path

from tests.benchmarks.peers import add_mailbox, filled, mail, running
from trackit_console.paths import DataDir

CACHE = str(Path(tempfile.gettempdir()) / "trackit-benchmark-bytecode")
OURS = """
import sys, pathlib
from trackit_console.console.app import application, make_window
from trackit_console.console.gc_scheduler import GcScheduler
from trackit_console.paths import DataDir
data_dir = DataDir(pathlib.Path(sys.argv[1])).make()
qt = application()
GcScheduler(qt)
window = make_window(data_dir, data_dir.database_url, qt)
window.show(); qt.processEvents()
from PySide6.QtWidgets import QWidget
print(len(window.findChildren(QWidget)))
import os; os._exit(0)
"""
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow, QVBoxLayout, QWidget
qt = QApplication([])
qt.setStyle("Fusion")
window = QMainWindow(); host = QWidget(); column = QVBoxLayout(host)
for number in range(int(sys.argv[2])):
    column.addWidget(QLabel(str(number)))
window.setCentralWidget(host); window.resize(1180, 780)
window.show(); qt.processEvents()
import os; os._exit(0)
"""


def start(code: str, *arguments: str) -> tuple[float, str]:
    """Seconds of a whole process, and what it printed."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPYCACHEPREFIX": CACHE}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its byte code
    begun = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], env=environment, capture_output=True, text=True, check=True)
    return time.perf_counter() - begun, done.stdout.strip()


def first_window(rounds: int) -> None:
    """Prints the ratio of the console's start to that of a bare window."""
    with tempfile.TemporaryDirectory() as folder:
        widgets = start(OURS, folder)[1]
        start(BARE, folder, widgets)
        ours, bare = [], []
        for _ in range(rounds):
            bare.append(start(BARE, folder, widgets)[0])
            ours.append(start(OURS, folder)[0])
    ratio = statistics.median(one / other for one, other in zip(ours, bare, strict=True))
    print(
        f"first window: {statistics.median(ours):.3f} s, bare {statistics.median(bare):.3f} s ({widgets} widgets), ratio {ratio:.2f}"
    )


def longest_stall(messages: int) -> None:
    """Prints the longest pause of the UI thread while the monitor works in the same process."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtCore import QEventLoop, QTimer

    from trackit_console.console.app import application, make_window
    from trackit_console.console.gc_scheduler import GcScheduler

    with running() as (server, certificates), tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        data_dir = DataDir(Path(folder)).make()
        qt = application()
        GcScheduler(qt)  # as `run_console` does
        window = make_window(data_dir, data_dir.database_url, qt)
        services = window.services
        add_mailbox(services.database, server, filled(server, mail(messages)), certificates)
        window.show()
        window.begin()
        window.open_page("activity")
        ticks: list[float] = []
        timer = QTimer(interval=5)
        timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
        loop = QEventLoop()

        def look() -> None:
            snapshot = window.watch.snapshot
            if snapshot is not None and sum(snapshot.today.values()) >= messages:
                loop.quit()

        looking = QTimer(interval=200)
        looking.timeout.connect(look)
        QTimer.singleShot(3000, timer.start)
        QTimer.singleShot(3000, lambda: window.tasks.run(partial(services.monitor.set_wanted, True), owner=window))
        QTimer.singleShot(3000, looking.start)
        QTimer.singleShot(120_000, loop.quit)
        loop.exec()
        timer.stop()
        _print_pauses(ticks, messages)
        services.monitor.set_wanted(False)
        window.watch.stop()
        window.monitor.end()
        window.tasks.end(3000)
        services.connection.close()


def _print_pauses(ticks: list[float], messages: int) -> None:
    pauses = sorted(later - earlier for earlier, later in pairwise(ticks))
    print(
        f"UI thread during {messages} messages: longest stall {pauses[-1] * 1000:.0f} ms, 99th percentile "
        f"{pauses[int(len(pauses) * 0.99)] * 1000:.0f} ms, {len(pauses)} ticks"
    )


def main() -> None:
    """Runs both."""
    parser = argparse.ArgumentParser(description="First window and longest stall")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--messages", type=int, default=1000)
    options = parser.parse_args()
    first_window(options.rounds)
    longest_stall(options.messages)
    sys.stdout.flush()
    os._exit(0)  # without Qt's clean-up at exit: the window is of no use any more


if __name__ == "__main__":
    main()
