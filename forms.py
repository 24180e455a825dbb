"""Compiles Qt Designer forms and translations into `trackit_console/console/compiled`, only what is stale.

Standard library only: the build hook, dev.py and the tests call it, the last two before anything is installed around
it. It uses the native tools inside PySide6, which start twenty times faster than their Python wrappers.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

COMPILED = Path("trackit_console") / "console" / "compiled"


def compile_all(root: Path, pyside: Path | None = None) -> None:
    """Brings everything below `COMPILED` up to date; `pyside` is PySide6's folder, by default that of this Python."""
    target = root / COMPILED
    target.mkdir(parents=True, exist_ok=True)
    (target / "__init__.py").touch()
    tools = _Tools(pyside or _pyside())
    made = {"__init__.py"}
    for form in sorted((root / "ui").glob("*.ui")):
        made.add(_make(form, target / f"ui_{form.stem}.py", tools.compile_form))
    for words in sorted((root / "resources" / "translations").glob("*.ts")):
        made.add(_make(words, target / f"{words.stem}.qm", tools.compile_translation))
    for old in target.iterdir():
        if old.is_file() and old.name not in made:
            old.unlink()


def _make(source: Path, output: Path, how: Callable[[Path, Path], None]) -> str:
    if not output.exists() or output.stat().st_mtime < source.stat().st_mtime:
        how(source, output)
    return output.name


def _pyside() -> Path:
    found = find_spec("PySide6")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("PySide6 is not installed: run python dev.py test once.")
    return Path(found.submodule_search_locations[0])


class _Tools:
    """The native tools of a PySide6; they lie in different folders on Windows and on Linux."""

    def __init__(self, pyside: Path) -> None:
        self._folders = (pyside, pyside / "Qt" / "libexec")

    def compile_form(self, form: Path, output: Path) -> None:
        self._run("uic", "-g", "python", str(form), "-o", str(output))

    def compile_translation(self, words: Path, output: Path) -> None:
        self._run("lrelease", "-silent", str(words), "-qm", str(output))

    def _run(self, name: str, *arguments: str) -> None:
        program = f"{name}.exe" if sys.platform == "win32" else name
        found = next(folder / program for folder in self._folders if (folder / program).exists())
        subprocess.run([str(found), *arguments], check=True)


if __name__ == "__main__":
    compile_all(Path(__file__).resolve().parent)
