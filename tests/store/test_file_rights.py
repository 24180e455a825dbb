"""Files with keys and passwords: written completely, and readable by nobody but those who are meant (SEC-02)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from trackit_console.paths import DataDir
from trackit_console.store.file_rights import keep_readers, readers_of, rights, write_private
from trackit_console.store.windows_accounts import AccountNotNeeded, AccountUnknown, own_sid, service_account, sid_of

pytestmark = pytest.mark.covers("SEC-02")
ADA, SERVICE = "S-1-5-21-1-2-3-1001", "S-1-5-80-4-5-6"
WINDOWS = pytest.mark.skipif(sys.platform != "win32", reason="the access lists of Windows")


def test_the_owner_the_system_and_administrators_have_all_rights_and_nothing_is_inherited() -> None:
    assert rights(ADA, []) == f"D:P(A;;FA;;;{ADA})(A;;FA;;;S-1-5-18)(A;;FA;;;S-1-5-32-544)"


def test_who_is_named_may_only_read() -> None:
    assert rights(ADA, [SERVICE]).endswith(f"(A;;FR;;;{SERVICE})")


@pytest.mark.parametrize("named", [ADA, "S-1-5-18"], ids=["owner", "system"])
def test_who_has_all_rights_is_not_named_again(named: str) -> None:
    assert rights(ADA, [named, named]) == rights(ADA, [])


def test_the_system_that_writes_leaves_the_user_the_right_to_read() -> None:
    assert rights("S-1-5-18", [ADA]) == f"D:P(A;;FA;;;S-1-5-18)(A;;FA;;;S-1-5-32-544)(A;;FR;;;{ADA})"


@pytest.mark.parametrize(
    ("name", "sid"),
    [
        ("LocalSystem", "S-1-5-18"),
        ("NT AUTHORITY\\SYSTEM", "S-1-5-18"),
        ("NT AUTHORITY\\NetworkService", "S-1-5-20"),
        ("nt authority\\network service", "S-1-5-20"),
        ("Local Service", "S-1-5-19"),
        ("CONTOSO\\localservice", None),
        ("ada", None),
    ],
)
def test_the_accounts_of_services_are_known_by_name_in_every_language(name: str, sid: str | None) -> None:
    assert service_account(name) == sid


@pytest.mark.parametrize("written", ["", "{", '"S-1-5-18"', '["S-1-5-18)(A;;FA;;;WD"]', "[null, 7]"])
def test_what_was_typed_by_hand_gives_nobody_a_right(data_dir: DataDir, written: str) -> None:
    data_dir.keys.mkdir()
    data_dir.key_readers.write_text(written)
    assert readers_of(data_dir) == ()


def test_who_may_read_is_kept_for_files_that_are_written_later(data_dir: DataDir) -> None:
    assert readers_of(data_dir) == ()
    keep_readers(data_dir, [ADA, SERVICE])
    assert readers_of(data_dir) == (ADA, SERVICE)
    assert json.loads(data_dir.key_readers.read_text()) == [ADA, SERVICE]


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    write_private(file, b"one")
    write_private(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]
    if os.name == "posix":
        assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes renames in order, and flushes no folder")
def test_a_power_cut_after_it_was_written_does_not_take_the_file_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "a.key"
    flushed: list[tuple[int, bool]] = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append((os.fstat(handle).st_ino, file.exists())))
    write_private(file, b"key")
    assert flushed == [(file.stat().st_ino, False), (tmp_path.stat().st_ino, True)]


@pytest.mark.skipif(sys.platform == "win32", reason="there, accounts can be named")
def test_elsewhere_no_account_is_named() -> None:
    assert own_sid() == ""
    with pytest.raises(AccountNotNeeded):
        sid_of("ada")


@WINDOWS
def test_windows_keeps_the_rights(tmp_path: Path) -> None:
    file = tmp_path / "a.key"
    write_private(file, b"key", [sid_of("LocalService")])
    assert file.read_bytes() == b"key"
    listed = tmp_path / "rights.txt"
    # Saved by icacls as SDDL, in UTF-16: its own list has the names of accounts in the language of the system.
    subprocess.run(["icacls", str(file), "/save", str(listed)], check=True, capture_output=True)
    told = listed.read_text("utf-16")
    assert "D:P" in told and ";;;WD)" not in told and ";;;BU)" not in told
    assert "(A;;FR;;;LS)" in told and "(A;;FA;;;SY)" in told and "(A;;FA;;;BA)" in told


@WINDOWS
def test_windows_finds_accounts_and_tells_of_those_it_does_not_know() -> None:
    assert own_sid().startswith("S-1-5-")
    assert sid_of(os.environ["USERNAME"]) == own_sid()
    with pytest.raises(AccountUnknown):
        sid_of("nobody\\has this name")
