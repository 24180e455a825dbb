"""The folder of backups: a full path of Windows or POSIX, or none (DB-01)."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from trackit_console.settings.backups import Backups
from trackit_console.settings.pydantic_errors import findings

pytestmark = pytest.mark.covers("DB-01")


@pytest.mark.parametrize("folder", ["", r"D:\Backups", "D:/Backups", r"\\nas\share\Help desk", "/var/backups", "//nas/share"])
def test_a_full_path_is_taken_as_it_is(folder: str) -> None:
    assert Backups(folder=folder).folder == folder


@pytest.mark.parametrize("folder", ["backups", r"..\backups", "D:backups", "./backups", "~/backups"])
def test_a_relative_path_is_refused(folder: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Backups(folder=folder)
    assert [each.rule for each in findings(caught.value)] == ["full_path"]


def test_backups_are_made_unless_an_admin_turns_them_off() -> None:
    assert (Backups().enabled, Backups().kept_days) == (True, 14)
