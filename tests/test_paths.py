"""The data directory: private where the program makes it, left alone where it was there before (PKG-02, SEC-02)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trackit_console.__main__ import main
from trackit_console.paths import DatabaseUrl, DataDir, DataDirRefused
from trackit_console.settings.database import SqliteTarget
from trackit_console.store.chosen_database import url_of
from trackit_console.store.database import open_database

POSIX = pytest.mark.skipif(os.name != "posix", reason="permissions as POSIX knows them")


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@POSIX
@pytest.mark.covers("PKG-02", "SEC-02")
@pytest.mark.parametrize("command", [["db", "upgrade"], ["activity"]])
def test_a_folder_that_was_there_keeps_its_permissions(tmp_path: Path, data_dir: DataDir, command: list[str]) -> None:
    shared = tmp_path / "opt"
    shared.mkdir()
    shared.chmod(0o755)
    (shared / "secret.key").write_bytes(data_dir.key_file.read_bytes())
    assert main(["--data-dir", str(shared), *command]) == 0
    assert mode(shared) == 0o755
    if command == ["activity"]:
        assert {mode(each) for each in (shared / "keys").iterdir()} == {0o600}


@POSIX
@pytest.mark.covers("PKG-02", "SEC-02")
def test_a_folder_that_the_program_makes_is_its_owners_alone(tmp_path: Path) -> None:
    assert mode(DataDir(tmp_path / "new" / "data").make().root) == 0o700
    assert mode(tmp_path / "new") != 0o700
    beside = DataDir(tmp_path / "beside")
    beside.make().key_file.write_bytes(b"a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=")
    open_database(f"sqlite:///{tmp_path}/databases/x.sqlite3", beside).close()
    assert mode(tmp_path / "databases") == 0o700


@pytest.mark.covers("PKG-02")
def test_a_data_directory_that_cannot_be_made_is_a_wrong_call(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(DataDirRefused):
            DataDir(place).make()
        assert main(["--data-dir", str(place), "db", "upgrade"]) == 2
        assert str(place) in capsys.readouterr().err


@pytest.mark.covers("DB-01", "PKG-02")
@pytest.mark.parametrize("name", ["100%41", "a?b", "a#b", "Jörg ü", "x@y:z"])
def test_the_database_lies_in_the_data_directory_whatever_that_is_called(tmp_path: Path, name: str) -> None:
    found = DataDir(tmp_path / name).make()
    open_database(found.database_url, found).close()
    assert found.database.is_file()
    chosen = tmp_path / f"{name}.sqlite3"
    open_database(url_of(SqliteTarget(file=str(chosen)), found), found).close()
    assert chosen.is_file()


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("sqlite:///folder/file.sqlite3", "sqlite:///folder/file.sqlite3"),
        ("mssql+pyodbc://sa:p@ss@server/database", "mssql+pyodbc://sa:***@server/database"),
        ("mssql+pyodbc:///?odbc_connect=PWD%3Dsecret", "mssql+pyodbc:///?***"),
    ],
)
def test_the_address_of_a_database_is_shown_without_its_password(url: str, shown: str) -> None:
    assert f"{DatabaseUrl(url)}" == str(DatabaseUrl(url)) == shown
