"""Files that a person chose: written whole, durably and for their owner alone, or left as they were."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from trackit_console.files import FileNotWritten, write_file


def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    kept = tmp_path / "list.csv"
    kept.write_text("old")
    with pytest.raises(FileNotWritten) as caught:
        write_file(tmp_path / "no-such-folder" / "list.csv", b"new")
    assert "list.csv" in str(caught.value)
    with pytest.raises(TypeError):
        write_file(kept, "no bytes")  # type: ignore[arg-type]
    assert kept.read_text() == "old"
    assert list(tmp_path.iterdir()) == [kept]


def test_a_file_is_on_the_disk_before_it_takes_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a power cut, a name without its content would be an empty recovery key."""
    kept = tmp_path / "recovery-key.txt"
    kept.write_bytes(b"old")
    flushed: list[tuple[int, bytes]] = []
    monkeypatch.setattr(os, "fsync", lambda handle: flushed.append((os.fstat(handle).st_size, kept.read_bytes())))
    write_file(kept, b"the new key")
    assert flushed == [(len(b"the new key"), b"old")]
    assert kept.read_bytes() == b"the new key"


def test_a_file_that_another_program_has_open_stays_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows replaces no file that is open elsewhere."""
    kept = tmp_path / "list.csv"
    kept.write_text("old")

    def refuse(*_paths: object) -> None:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(FileNotWritten) as caught:
        write_file(kept, b"new")
    assert "no other program has the file open" in str(caught.value)
    assert kept.read_text() == "old" and list(tmp_path.iterdir()) == [kept]


@pytest.mark.covers("SEC-02")
@pytest.mark.skipif(os.name != "posix", reason="Windows has access lists, which the folder hands on")
def test_nobody_but_the_owner_reads_the_file_even_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = tmp_path / "all.yaml"
    kept.write_text("old")
    rights: list[int] = []
    monkeypatch.setattr(os, "fsync", lambda handle: rights.append(os.fstat(handle).st_mode & 0o777))
    write_file(kept, b"new")
    assert [*rights, kept.stat().st_mode & 0o777] == [0o600, 0o600]
