"""What every test has: compiled forms, the `covers` marker, and nothing logged at warning or above unless it was expected."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms import compile_all
from trackit_console.paths import DataDir
from trackit_console.store.database import Database, open_database

ROOT = Path(__file__).resolve().parent.parent
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
compile_all(ROOT)

pytest_plugins = ["tests.servers.fixtures"]
_ID = re.compile(r"(T|IN|OUT|MON|RUN|MSG|FIL|NOT|DB|SEC|LOG|I18N|A11Y|PKG)-\d\d")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A requirement that a test claims to cover must exist."""
    for item in items:
        for marker in item.iter_markers("covers"):
            wrong = [each for each in marker.args if not _ID.fullmatch(str(each))]
            if wrong or not marker.args:
                raise pytest.UsageError(f"{item.nodeid} covers {wrong or 'nothing'}")


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def nothing_logged(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fails a test in which something unannounced was logged at warning or above."""
    heard = _Heard()
    loggers = (logging.getLogger(), logging.getLogger("trackit"))
    for logger in loggers:
        logger.addHandler(heard)
    yield
    for logger in loggers:
        logger.removeHandler(heard)
    if "expect_log" not in request.fixturenames:
        assert [record.getMessage() for record in heard.records] == []


@pytest.fixture
def expect_log() -> None:
    """Announces that this test makes the program log a warning or an error."""


@pytest.fixture
def data_dir(tmp_path: Path) -> DataDir:
    """An empty data directory with a key file of its own, so that no keyring of this computer is touched."""
    from trackit_console.store import secrets

    made = DataDir(tmp_path / "data").make()
    secrets._write_owner_only(made.key_file, b"dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=")
    return made


@pytest.fixture
def database(data_dir: DataDir) -> Iterator[Database]:
    """An empty database in the data directory."""
    opened = open_database(data_dir.database_url, data_dir)
    yield opened
    opened.close()
