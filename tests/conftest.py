"""What every test stands on: fresh forms, Qt without a screen, requirement ids that exist, and no unannounced warning."""

from __future__ import annotations

import base64
import gc
import itertools
import logging
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from sqlalchemy import Dialect, Unicode

from forms import compile_all
from tests.new_database import open_new_database
from trackit_console.paths import DataDir
from trackit_console.store.database import Database
from trackit_console.store.secrets import KEY_BYTES

ROOT = Path(__file__).resolve().parent.parent
SPECIFICATION = ROOT / "docs" / "specification.md"
REQUIREMENT = re.compile(r"[A-Z][A-Z0-9]{0,4}-\d{2}")

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if sys.platform == "win32":  # as in dev.py
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts")))
compile_all(ROOT)
# Where the computer's authorities are a file, each TLS connection reads all of them: 40 ms of the processor, many thousand times.
os.environ["SSL_CERT_FILE"] = str(ROOT / "tests" / "servers" / "no_authorities.pem")

pytest_plugins = ["tests.servers.fixtures"]


# Every run of the checks tries the same examples: whether a change may go in must not depend on luck. New ones are for -m soak.
hypothesis.settings.register_profile(
    "checks",
    derandomize=True,
    # A busy computer is no fault of a strategy.
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)


def _checking_length(column: Unicode, dialect: Dialect) -> Callable[[Any], Any] | None:
    if dialect.name != "sqlite" or not column.length:
        return None

    def check(value: Any) -> Any:
        if isinstance(value, str) and len(value.encode("utf-16-le", "surrogatepass")) // 2 > column.length:  # type: ignore[operator]
            pytest.fail(f"longer than {column.length}: {value[:200]!r}")
        return value

    return check


# SQLite takes any length, SQL Server refuses the row (2628): so that every test notices what does not fit.
Unicode.bind_processor = _checking_length  # type: ignore[method-assign,assignment]


def pytest_configure(config: pytest.Config) -> None:
    if "soak" not in config.option.markexpr and not config.getoption("hypothesis_profile"):
        hypothesis.settings.load_profile("checks")
    config.addinivalue_line("markers", "covers(*ids): the requirements of docs/specification.md that the test shows")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Not by an -m in addopts: any other -m would replace it.
    if "soak" not in config.option.markexpr and (soak := [item for item in items if item.get_closest_marker("soak")]):
        config.hook.pytest_deselected(items=soak)
        items[:] = [item for item in items if item not in soak]
    known = _known_requirements()
    for item in items:
        for identifier in (identifier for mark in item.iter_markers("covers") for identifier in mark.args):
            if not REQUIREMENT.fullmatch(identifier):
                raise pytest.UsageError(
                    f"{item.nodeid} covers {identifier!r}, which is no requirement's id: they look like IN-07"
                )
            if known and identifier not in known:
                raise pytest.UsageError(f"{item.nodeid} covers {identifier}, which {SPECIFICATION.name} does not have")


def pytest_collection_finish() -> None:
    # Modules and collected tests live as long as the run, so later passes need not visit them.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    # In the thread of a server or a monitor it would delete Qt objects of an earlier test outside their own thread
    # (QObject, "Thread Affinity"), which can block for ever; the console itself collects in its own thread only.
    gc.disable()


FULL_COLLECTION_EVERY = 50
"""Tests. What a test made is young; to visit the old objects as well takes 60 ms."""
_torn_down = itertools.count(1)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    gc.collect(2 if next(_torn_down) % FULL_COLLECTION_EVERY == 0 else 1)


def _known_requirements() -> set[str]:
    return set(REQUIREMENT.findall(SPECIFICATION.read_text("utf-8"))) if SPECIFICATION.exists() else set()


class LogWatch(logging.Handler):
    """Keeps what is logged at warning or above, and compares it with what a test announced."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.seen: list[str] = []
        self.announced: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(f"{record.levelname} {record.name}: {record.getMessage()}")

    def unannounced(self) -> list[str]:
        return [line for line in self.seen if not any(words in line for words in self.announced)]

    def missing(self) -> list[str]:
        return [words for words in self.announced if not any(words in line for line in self.seen)]


@pytest.fixture(autouse=True)
def log_watch() -> Iterator[LogWatch]:
    """Fails a test in which something was logged at warning or above that it had not announced by `expect_log`."""
    watch = LogWatch()
    logging.getLogger().addHandler(watch)
    yield watch
    logging.getLogger().removeHandler(watch)
    if lines := watch.unannounced():
        pytest.fail("logged without being announced:\n  " + "\n  ".join(lines), pytrace=False)
    if words := watch.missing():
        pytest.fail(f"announced, but never logged: {words}", pytrace=False)


@pytest.fixture
def expect_log(log_watch: LogWatch) -> Callable[[str], None]:
    """Announces a warning or an error: `expect_log("ERROR trackit.EmailMonitor")`, any part of `LEVEL logger: message`."""
    return log_watch.announced.append


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """An empty data directory with a key file, so that no keyring of this computer is touched."""
    made = DataDir(tmp_path / "data").make()
    made.key_file.write_bytes(base64.b64encode(b"k" * KEY_BYTES))
    return made


@pytest.fixture
def database(data_dir: DataDir) -> Iterator[Database]:
    """An empty database in the data directory."""
    opened = open_new_database(data_dir)
    yield opened
    opened.close()
