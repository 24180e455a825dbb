"""Compiles forms, icons and translations into `trackit_console/console/compiled/`, with the tools inside PySide6.

Called by the build hook, by dev.py and by the tests, so that what they run is never older than what was drawn. Standard
library only. The results are not committed, and nothing here knows what a form is for.
"""

from __future__ import annotations

import functools
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

COMPILED = Path("trackit_console", "console", "compiled")
PACKAGE_NOTE = '"""Forms, icons and translations, compiled from ui/ and resources/ by forms.py. Not to be edited."""\n'


@dataclass(frozen=True)
class Job:
    """One file to make: `options` go to `tool` between source and output, `parts` are files that the source names."""

    tool: str
    options: tuple[str, ...]
    source: Path
    output: Path
    parts: tuple[Path, ...] = ()
    tidy: Callable[[str], str] | None = None


def compile_all(root: Path) -> list[Path]:
    """Makes what is missing or older than its source below `root`, removes what has no source any more.

    Answers every file in the folder that belongs there, made now or before. Raises `CalledProcessError` when a tool
    refuses a source; its words are on standard error.
    """
    compiled = root / COMPILED
    compiled.mkdir(parents=True, exist_ok=True)
    jobs = list(_jobs(root, compiled))
    for job in jobs:
        if _stale(job):
            _make(job)
    package = compiled / "__init__.py"
    if not package.exists():
        package.write_text(PACKAGE_NOTE, encoding="utf-8")
    outputs = [job.output for job in jobs]
    _remove_orphans(compiled, keep=set(outputs))
    return [package, *outputs]


def _jobs(root: Path, compiled: Path) -> Iterator[Job]:
    for form in sorted(root.glob("ui/*.ui")):
        yield Job("uic", ("-g", "python", "--from-imports"), form, compiled / f"ui_{form.stem}.py", tidy=tidy_form)
    for resource in sorted(root.glob("resources/*.qrc")):
        parts = tuple(resource.parent / name for name in re.findall(r"<file[^>]*>([^<]+)</file>", resource.read_text("utf-8")))
        yield Job("rcc", ("-g", "python"), resource, compiled / f"{resource.stem}_rc.py", parts)
    for translation in sorted(root.glob("resources/translations/*.ts")):
        yield Job("lrelease", ("-silent",), translation, compiled / f"{translation.stem}.qm")


def _stale(job: Job) -> bool:
    if not job.output.exists():
        return True
    # The tool counts as a source: another PySide6 writes other code.
    sources = (job.source, *job.parts, _tool(job.tool), Path(__file__))
    return any(source.exists() and source.stat().st_mtime > job.output.stat().st_mtime for source in sources)


def _make(job: Job) -> None:
    """Runs the tool into a file beside the output and renames it: whoever imports meanwhile sees the old one or the new one."""
    fresh = job.output.with_name(f".{os.getpid()}.{job.output.name}")
    to = "-qm" if job.tool == "lrelease" else "-o"
    try:
        subprocess.run([_tool(job.tool), *job.options, job.source, to, fresh], check=True)
        if job.tidy:
            fresh.write_text(job.tidy(fresh.read_text("utf-8")), encoding="utf-8")
        fresh.replace(job.output)
    finally:
        fresh.unlink(missing_ok=True)


@functools.cache
def _tool(name: str) -> Path:
    """The native tool, twenty times faster than its `pyside6-` wrapper. Windows has it beside the package, Linux in libexec too."""
    spec = importlib.util.find_spec("PySide6")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        for place in (Path(folder), Path(folder, "Qt", "libexec")):
            tool = place / (f"{name}.exe" if sys.platform == "win32" else name)
            if tool.exists():
                return tool
    raise FileNotFoundError(f"{name} was not found: pyside6-essentials is not installed in {sys.prefix}")


def tidy_form(code: str) -> str:
    """The code of a form, without the names it imports and does not use (a fifth of its import time), typed as far as callers see."""
    code = re.sub(r"^from (PySide6\.\w+) import \(([^)]*)\)\n", lambda found: _used_names(found, code), code, flags=re.MULTILINE)
    return re.sub(r"^(    def (?:setupUi|retranslateUi)\(self, \w+\)):", r"\1 -> None:", code, flags=re.MULTILINE)


def _used_names(found: re.Match[str], code: str) -> str:
    body = code[code.index("\nclass ") :]
    names = [name for name in re.split(r"[,\s]+", found[2]) if name and re.search(rf"\b{name}\b", body)]
    return f"from {found[1]} import {', '.join(names)}\n" if names else ""


def _remove_orphans(compiled: Path, keep: set[Path]) -> None:
    for pattern in ("ui_*.py", "*_rc.py", "*.qm"):
        for output in compiled.glob(pattern):
            # The dot is a file that another process is just writing.
            if output not in keep and not output.name.startswith("."):
                output.unlink(missing_ok=True)


if __name__ == "__main__":
    compile_all(Path(__file__).resolve().parent)
