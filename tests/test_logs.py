"""The log files: one a day for each component, kept for 30 days, and never with a secret in them (LOG-01, SEC-02)."""

from __future__ import annotations

import base64
import html
import imaplib
import json
import logging
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from pydantic import BaseModel, SecretStr
from sqlalchemy.engine import URL

from tests.settings.samples import MAILBOXES, OUTGOINGS
from trackit_console import log_masking
from trackit_console.commands.cli_context import CliContext
from trackit_console.console.services import Services
from trackit_console.log_masking import SecretFilter, mask_in_logs
from trackit_console.logs import DailyFiles, LogFiles, component
from trackit_console.paths import DatabaseUrl, DataDir
from trackit_console.store.database import Database
from trackit_console.store.engine import make_engine

TODAY = date.today()


def record(words: str = "words", component_name: str = "EmailMonitor") -> logging.LogRecord:
    return logging.LogRecord(f"trackit.{component_name}", logging.INFO, __file__, 1, words, None, None)


def written(folder: Path) -> str:
    return "".join(file.read_text("utf-8") for file in folder.glob("*.log"))


# ---------------------------------------------------------------- files


@pytest.mark.covers("LOG-01")
def test_old_files_go_and_files_of_others_stay(tmp_path: Path) -> None:
    old = [f"EmailMonitor_{TODAY - timedelta(days=31)}.log", f"Console_{TODAY - timedelta(days=400)}.log"]
    kept = [f"EmailMonitor_{TODAY - timedelta(days=30)}.log", "X_2024-02-30.log", "X_2024-13-01.log", "X_0000-00-00.log", "x.log"]
    for name in (*old, *kept):
        (tmp_path / name).write_text("")
    files = DailyFiles(tmp_path)
    files.handle(record())
    files.close()
    assert {each.name for each in tmp_path.iterdir()} == {*kept, f"EmailMonitor_{TODAY}.log"}
    assert written(tmp_path).endswith("INFO words\n")


@pytest.mark.covers("LOG-01")
def test_a_file_that_cannot_be_deleted_or_written_stops_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "EmailMonitor_2020-01-01.log").mkdir()
    (tmp_path / f"Console_{TODAY}.log").mkdir()
    with LogFiles(tmp_path):
        component("Console").info("lost")
        component("EmailMonitor").info("%d", "no number")
        component("EmailMonitor").info("kept")
    assert "kept" in written_of(tmp_path, "EmailMonitor")
    assert "Traceback" in capsys.readouterr().err


def written_of(folder: Path, component_name: str) -> str:
    return (folder / f"{component_name}_{TODAY}.log").read_text("utf-8")


# ---------------------------------------------------------------- secrets

FORMS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "imap": lambda secret: imaplib.IMAP4._quote(None, secret),  # type: ignore[attr-defined]
    "python": repr,
    "python-bytes": lambda secret: repr(secret.encode()),
    "json": json.dumps,
    "json-unicode": lambda secret: json.dumps(secret, ensure_ascii=False),
    "xml": html.escape,
    "url": quote,
    "url-all": lambda secret: quote(secret, safe=""),
    "form": quote_plus,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64-auth-plain": lambda secret: base64.b64encode(f"\0a@example.com\0{secret}".encode()).decode(),
    "base64-oauth": lambda secret: base64.b64encode(f"user=ada\1auth=Bearer {secret}\1\1".encode()).decode(),
    "base64-url": lambda secret: base64.urlsafe_b64encode(f"id:{secret}".encode()).decode(),
}


def traces(secret: str) -> list[str]:
    """What none of the forms may leave behind: the secret, and what only it makes of itself in base64."""
    core = [base64.b64encode(b"\0" * behind + secret.encode()).decode()[behind + 2 : -4] for behind in range(3)]
    # The beginning has nothing that any form escapes, so it is left of each form that was not recognized.
    return [secret, secret[:-2], secret.partition("?")[0], *core, quote(secret, safe="")]


def canaries(sample: BaseModel, number: int) -> tuple[BaseModel, list[str]]:
    """`sample` with a secret of its own in each secret field, and those secrets."""
    fields = [name for name in type(sample).model_fields if isinstance(getattr(sample, name), SecretStr)]
    secrets = [f"c4n4ry {number}/{name}?\"'\\<wörd>+~" for name in fields]
    return sample.model_copy(update=dict(zip(fields, map(SecretStr, secrets), strict=True))), secrets


def log_all(secrets: list[str]) -> None:
    """Logs an exception that repeats each secret in each form: in its text, its cause, the message and the arguments."""
    log = component("ImapMailListener")
    for secret in secrets:
        for name, form in FORMS.items():
            try:
                try:
                    raise OSError(f"cause {form(secret)}")
                except OSError as cause:
                    raise ValueError(f"answer ({name}): {form(secret)}") from cause
            except ValueError as problem:
                log.exception("%s failed: %r", name, form(secret))
                log.error(f"{problem}", stack_info=True)
                log.warning("%(words)s", {"words": form(secret)})
                logging.getLogger("trackit.Console").error("unexpected", exc_info=problem)


@pytest.mark.covers("SEC-02", "LOG-01")
def test_no_stored_secret_gets_into_a_log_in_any_form(
    database: Database, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    planted: list[str] = []
    with database.begin() as transaction:
        for number, sample in enumerate(MAILBOXES.values()):
            mailbox, secrets = canaries(sample, number)
            transaction.mailboxes.add(mailbox.model_copy(update={"name": str(number), "folder": str(number)}), "ada")  # type: ignore[arg-type]
            planted += secrets
        for number, sample in enumerate(OUTGOINGS.values(), 100):
            outgoing, secrets = canaries(sample, number)
            transaction.settings.save_outgoing(outgoing, None if number == 100 else number - 100, "ada")  # type: ignore[arg-type]
            planted += secrets
    assert len(planted) == len(set(planted)) > 7
    with LogFiles(tmp_path / "logs"):
        log_all(planted)
    words = written(tmp_path / "logs")
    assert words.count("Traceback") >= len(planted) * len(FORMS)
    for secret in planted:
        for trace in traces(secret):
            assert trace not in words


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_form_is_masked_as_a_whole(form: Callable[[str], str]) -> None:
    """Its signs are written otherwise in each form, so what is left of it need not look like the secret."""
    secret = "c4n4ry ?\"'\\<wörd>+~ c4n4ry"
    secrets, told = SecretFilter(), record(f"refused: {form(secret)}")
    secrets.add(secret)
    secrets.filter(told)
    assert [trace for trace in ("c4n4ry", "rd&gt;", "rd>", *traces(secret)) if trace in told.getMessage()] == []


@pytest.mark.covers("SEC-02")
def test_a_secret_of_the_database_is_masked_once_it_was_opened(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trackit_console.store.secrets import SecretBox

    box = SecretBox(b"k" * 32)
    sealed = box.seal("a secret of yesterday", "here")
    fresh = log_masking.SecretFilter()
    monkeypatch.setattr(log_masking, "SECRETS", fresh)
    assert not fresh._forms
    box.open(sealed, "here")
    told = record("refused: a secret of yesterday")
    fresh.filter(told)
    assert told.getMessage() == f"refused: {log_masking.MASK}"


@pytest.mark.covers("SEC-02", "DB-01")
@pytest.mark.parametrize(
    "address",
    [
        "mssql+pyodbc://sa:c4n4ry%40db@sql01/TRACKIT",
        "mssql+pyodbc://sql01/TRACKIT?PWD=c4n4ry%40db",
        "mssql+pyodbc://?odbc_connect=DSN%3Dx%3BPwd%3D%7Bc4n4ry%40db%7D%3B",
        "mssql+pyodbc://?odbc_connect=Password%3Dc4n4ry%40db",
    ],
)
def test_no_repr_and_no_log_shows_the_password_of_the_database(address: str, tmp_path: Path, data_dir: DataDir) -> None:
    url = DatabaseUrl(address)
    context = CliContext(data_dir, url)
    services: Any = Services(data_dir, url)
    engine = make_engine(url)
    shown = f"{context!r} {context} {vars(services.connection)!r} {url}"
    with LogFiles(tmp_path / "logs"):
        component("Database").info("%s %r %r %s", context, url, engine, "PWD=c4n4ry@db")
    for words in (shown, written(tmp_path / "logs")):
        assert "c4n4ry" not in words


@pytest.mark.covers("SEC-02", "DB-01")
@pytest.mark.parametrize(
    ("options", "password"),
    [
        ({"odbc_connect": "PWD={c4n}}4ry};Encrypt=yes"}, "c4n}4ry"),
        ({"odbc_connect": "PWD={{c4n4ry}}}"}, "{c4n4ry}"),
        ({"odbc_connect": "PWD={c4n;4ry}"}, "c4n;4ry"),
        ({"odbc_connect": "DSN=x; pwd = c4n4ry ;Encrypt=yes"}, "c4n4ry"),
        ({"odbc_connect": "PWD=c4n4ry}"}, "c4n4ry}"),
        ({"odbc_connect": "Password = {c4n}}4ry} "}, "c4n}4ry"),
        ({"PWD": "{c4n}4ry}"}, "{c4n}4ry}"),
        ({" Pwd ": "c4n4ry"}, "c4n4ry"),
        ({"PWD": ("c4n4ry", "c4n4ry again")}, "c4n4ry again"),
    ],
)
def test_no_log_shows_a_password_that_stands_among_the_options(
    options: dict[str, Any], password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither as it is, nor as it is handed to the driver, where a brace is written twice."""
    monkeypatch.setattr(log_masking, "SECRETS", log_masking.SecretFilter())
    make_engine(URL.create("mssql+pyodbc", host="sql01", database="TRACKIT", query=options))
    told = log_masking.SECRETS.masked(f"{password} {{{password.replace('}', '}}')}}}")
    assert told == f"{log_masking.MASK} {{{log_masking.MASK}}}"


def test_a_very_short_secret_does_not_spoil_the_log(tmp_path: Path) -> None:
    mask_in_logs("a")
    mask_in_logs("")
    files = DailyFiles(tmp_path)
    files.handle(record("a plain sentence"))
    files.close()
    assert "a plain sentence" in written(tmp_path)
