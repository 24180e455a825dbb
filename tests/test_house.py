"""What must hold of the tree as a whole: the lock, the forms, the layers at run time, and the ids that tests claim."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import dev
import forms
from tests.conftest import REQUIREMENT, ROOT, SPECIFICATION

FORM = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>Greeting</class><widget class="QDialog" name="Greeting">
<widget class="QLineEdit" name="said"/></widget></ui>
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


# The lock


@pytest.fixture(scope="module")
def lock() -> str:
    return dev.LOCK.read_text("utf-8")


def test_lock_names_no_host_and_no_folder(lock: str) -> None:
    assert not re.findall(r"\w+://\S+|file:\S+|^--?\w.*|^/.*", lock, re.MULTILINE)


def test_everything_in_the_lock_is_pinned_and_has_hashes(lock: str) -> None:
    packages = re.split(r"\n(?=\S)", lock.strip())
    assert len(packages) > 50
    unsafe = [package for package in packages if not re.match(r"[\w.\-\[\],]+==\S+", package) or "--hash=sha256:" not in package]
    assert not unsafe


@pytest.mark.parametrize("name", ["pefile", "pywin32-ctypes", "secretstorage"])
def test_lock_serves_windows_and_linux(lock: str, name: str) -> None:
    assert re.search(rf"^{name}==\S+ ; .*sys_platform == ", lock, re.MULTILINE)


# The forms


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A project with one form, compiled."""
    form = tmp_path / "ui" / "greeting.ui"
    form.parent.mkdir()
    form.write_text(FORM)
    forms.compile_all(tmp_path)
    return tmp_path


def compiled(tree: Path) -> Path:
    return tree / forms.COMPILED / "ui_greeting.py"


def test_a_form_becomes_python_that_imports_what_it_uses(tree: Path) -> None:
    code = compiled(tree).read_text("utf-8")
    assert "class Ui_Greeting" in code
    assert re.findall(r"^from PySide6.QtWidgets import (.*)", code, re.MULTILINE) == ["QLineEdit"]
    assert "def setupUi(self, Greeting) -> None:" in code


def test_a_fresh_form_is_left_alone(tree: Path) -> None:
    compiled(tree).write_text("as it was")
    forms.compile_all(tree)
    assert compiled(tree).read_text() == "as it was"


def test_an_edited_form_is_compiled_again(tree: Path) -> None:
    form = tree / "ui" / "greeting.ui"
    form.write_text(FORM.replace("QLineEdit", "QLabel"))
    later = compiled(tree).stat().st_mtime + 10
    os.utime(form, (later, later))
    forms.compile_all(tree)
    assert "QLabel" in compiled(tree).read_text("utf-8")


def test_what_has_no_source_any_more_goes(tree: Path) -> None:
    (tree / "ui" / "greeting.ui").unlink()
    forms.compile_all(tree)
    assert not compiled(tree).exists()


def test_a_form_that_does_not_compile_leaves_nothing_half_made(tree: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tree / "ui" / "broken.ui").write_text("<ui>")
    with pytest.raises(subprocess.CalledProcessError):
        forms.compile_all(tree)
    assert "broken.ui" in capfd.readouterr().err
    assert not list((tree / forms.COMPILED).glob("*broken*"))
    assert not list((tree / forms.COMPILED).glob(".*"))


def test_pictures_and_translations_are_compiled_too(tree: Path) -> None:
    translations = tree / "resources" / "translations"
    translations.mkdir(parents=True)
    (tree / "resources" / "icons.qrc").write_text("<RCC><qresource><file>dot.svg</file></qresource></RCC>")
    (tree / "resources" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (translations / "de.ts").write_text('<?xml version="1.0"?><TS version="2.1" language="de"></TS>')
    names = {output.name for output in forms.compile_all(tree)}
    assert names == {"__init__.py", "ui_greeting.py", "icons_rc.py", "de.qm"}


# The layers, as they are at run time


@pytest.mark.covers("RUN-01")
def test_the_monitor_runs_without_qt() -> None:
    loaded = """
        import pkgutil, sys
        from importlib import import_module
        import trackit_console.monitor as monitor

        for module in pkgutil.walk_packages(monitor.__path__, monitor.__name__ + "."):
            import_module(module.name)
        print(*sorted({name.partition(".")[0] for name in sys.modules} & {"PySide6", "shiboken6"}))
    """
    answer = python("-c", textwrap.dedent(loaded))
    assert (answer.returncode, answer.stdout.strip()) == (0, ""), answer.stderr


# The requirements


def test_every_requirement_that_a_test_claims_exists() -> None:
    if not SPECIFICATION.exists():
        pytest.skip(f"there is no {SPECIFICATION.name} to compare with")
    specified = set(REQUIREMENT.findall(SPECIFICATION.read_text("utf-8")))
    claims = {
        (identifier, test.name)
        for test in (ROOT / "tests").rglob("test_*.py")
        for marked in re.findall(r"mark\.covers\(([^)]*)\)", test.read_text("utf-8"))
        for identifier in re.findall(r"\"([^\"]+)\"", marked)
    }
    assert claims
    assert not sorted((identifier, test) for identifier, test in claims if identifier not in specified)


# dev.py


def test_an_unknown_command_shows_what_there_is() -> None:
    answer = python("dev.py", "nonsense")
    assert answer.returncode == 2
    assert all(name in answer.stdout for name in dev.COMMANDS)


def test_missing_system_packages_are_named_when_nobody_may_install_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(dev, "NEEDS", [dev.Need("libnothing1", library="libnothing.so.1"), dev.Need("libever2", module="sys")])
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(dev.CannotGoOn, match=r"apt-get install --no-install-recommends libnothing1$"):
        dev.install_system_packages("console")


def test_only_what_a_command_needs_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "NEEDS", [dev.Need("dovecot-imapd", file="/nowhere", commands=("test",))])
    dev.install_system_packages("console")


def test_a_change_of_the_lock_makes_the_environment_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = dev._fingerprint()
    changed = tmp_path / "lock.txt"
    changed.write_text(dev.LOCK.read_text("utf-8") + "\n")
    monkeypatch.setattr(dev, "LOCK", changed)
    assert dev._fingerprint() != before
