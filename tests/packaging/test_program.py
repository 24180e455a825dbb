"""The program as users get it: frozen by build.spec, started from its folder (PKG-01).

Built into dist/ as `dev.py package` does, and again only when something that goes into it has changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import ROOT
from trackit_console import __version__
from trackit_console.console.dialogs.help import PICTURES

pytestmark = [pytest.mark.packaging, pytest.mark.timeout(900)]

FOLDER = ROOT / "dist" / "trackit-console"
STAMP = ROOT / "build" / "packaged-sources"
SUFFIX = ".exe" if sys.platform == "win32" else ""


def _ingredients() -> Iterator[Path]:
    """Every file that decides what the program is; generated ones follow from these."""
    yield from (ROOT / name for name in ("build.spec", "forms.py", "requirements-dev.lock"))
    for folder in ("trackit_console", "ui", "resources"):
        files = sorted(file for file in (ROOT / folder).rglob("*") if file.is_file())
        yield from (file for file in files if file.suffix != ".pyc" and file.parent != PICTURES)


def _fingerprint() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for file in _ingredients():
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


@pytest.fixture(scope="module")
def program() -> Path:
    """The frozen program, made by build.spec."""
    if find_spec("PyInstaller") is None or (sys.platform != "win32" and not shutil.which("objdump")):
        pytest.fail("PyInstaller and objdump (Debian: binutils) are needed; `python dev.py test` installs both")
    wanted = _fingerprint()
    executable = FOLDER / f"trackit-console{SUFFIX}"
    if not executable.exists() or not STAMP.exists() or STAMP.read_text() != wanted:
        command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR", "build.spec"]
        subprocess.run(command, cwd=ROOT, check=True)
        STAMP.write_text(wanted)
    return executable


def start(program: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs it elsewhere, without this environment's Python, as on a user's computer."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV", "QT_"))}
    return subprocess.run(
        [program, *arguments],
        cwd=program.parent,
        env={**kept, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.mark.covers("PKG-01")
def test_it_tells_its_version(program: Path) -> None:
    answer = start(program, "--version")
    assert (answer.returncode, answer.stdout.strip()) == (0, f"trackit-console {__version__}"), answer.stderr


def test_its_help_has_pictures_of_the_dialogs(program: Path) -> None:
    taken = program.parent / "_internal" / PICTURES.relative_to(ROOT)
    assert {each.stem for each in taken.glob("*.png")} >= {"mailbox-imap", "mailbox-microsoft365", "outgoing-email"}


@pytest.mark.covers("PKG-01", "PKG-02")
def test_it_makes_a_database_by_the_migrations_it_carries(program: Path, tmp_path: Path) -> None:
    answer = start(program, "--data-dir", str(tmp_path), "db", "upgrade")
    assert (answer.returncode, answer.stderr) == (0, "")
    assert (tmp_path / "trackit.sqlite3").exists()


@pytest.mark.covers("DB-01", "PKG-02")
def test_it_carries_the_dialect_of_sql_server(program: Path, tmp_path: Path) -> None:
    answer = start(program, "--data-dir", str(tmp_path), "--database", "mssql+pyodbc://server/helpdesk", "db", "sql")
    assert answer.returncode == 0, answer.stderr
    assert "NVARCHAR" in answer.stdout


@pytest.mark.covers("PKG-01")
def test_it_takes_in_the_mail_of_the_demo_as_the_sources_do(program: Path, tmp_path: Path) -> None:
    answer = start(program, "--data-dir", str(tmp_path), "demo", "--headless")
    assert answer.returncode == 0, answer.stderr
    unfrozen = [sys.executable, "-m", "trackit_console", "demo", "--headless"]
    expected = subprocess.run(unfrozen, cwd=ROOT, capture_output=True, encoding="utf-8", timeout=120, check=True)
    assert _summary(answer.stdout) == _summary(expected.stdout)
    assert _summary(answer.stdout).startswith("60 messages:")


def _summary(output: str) -> str:
    """The line of the demo that counts what became of the mail."""
    [line] = [line for line in output.splitlines() if re.match(r"\d+ messages: ", line)]
    return line


@pytest.mark.covers("PKG-01", "PKG-02")
@pytest.mark.parametrize("door", ["trackit-console", "trackit-consolew"])
def test_its_window_opens_on_a_new_database_and_stays_open(program: Path, tmp_path: Path, door: str) -> None:
    said = tmp_path / "stderr.txt"
    with (
        said.open("wb") as stderr,
        subprocess.Popen(
            [program.with_name(f"{door}{SUFFIX}"), "--data-dir", str(tmp_path / "data"), "console"],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
            stderr=stderr,
        ) as opened,
    ):
        try:
            made = _has_content(tmp_path / "data" / "trackit.sqlite3", opened)
            assert made, said.read_text("utf-8", "replace")
            # What fails after the first window would end the program now.
            with pytest.raises(subprocess.TimeoutExpired):
                opened.wait(timeout=2)
        finally:
            opened.terminate()
    assert "Traceback" not in said.read_text("utf-8", "replace")


def _has_content(file: Path, writer: subprocess.Popen[bytes]) -> bool:
    """Whether `writer`, still running, has written to `file` within 20 seconds."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if file.exists() and file.stat().st_size:
            return True
        with contextlib.suppress(subprocess.TimeoutExpired):
            writer.wait(timeout=0.1)
            return False
    return False
