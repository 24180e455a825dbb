"""Everything a developer does, in one command each; standard library only, on Windows and Debian alike.

    python dev.py console               start the console
    python dev.py demo [--headless]     the console with a mail server and sample mail inside the process
    python dev.py test [PYTEST ARGS]    run every check; with arguments pytest alone, with these
    python dev.py screenshots DIR       every page and dialog as a picture
    python dev.py package               the program as a folder that runs without Python
    python dev.py lock                  choose the newest versions of the dependencies again

The first call sets up what is needed: a virtual environment with the locked packages, and on Debian the libraries
that Qt needs.
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements-dev.lock"
STAMP = VENV / "made-from"
WINDOWS = os.name == "nt"
PYTHON = VENV / ("Scripts/python.exe" if WINDOWS else "bin/python")
OLDEST, NEWEST = (3, 11), (3, 13)

QT_LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libfontconfig.so.1": "libfontconfig1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libodbc.so.2": "libodbc2",
}
WINDOW_LIBRARIES = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
PROGRAMS = {"dovecot": "dovecot-imapd", "objdump": "binutils"}
WANTED_FOR = {"console": WINDOW_LIBRARIES, "demo": WINDOW_LIBRARIES}


def main(arguments: Sequence[str]) -> int:
    """Runs the command; answers its exit code."""
    command, rest = (arguments[0], list(arguments[1:])) if arguments else ("", [])
    if command not in COMMANDS:
        print(__doc__)
        return 0 if command in ("", "-h", "--help", "help") else 2
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return _give_up(f"This is Python {sys.version.split()[0]}; versions 3.11 to 3.13 can be used.")
    _require_libraries(command, rest)
    _require_environment()
    return COMMANDS[command](rest)


def _give_up(words: str) -> int:
    print(words, file=sys.stderr)
    return 1


# ---------------------------------------------------------------- set-up


def _require_libraries(command: str, rest: Sequence[str]) -> None:
    """Installs what a bare Debian lacks; elsewhere there is nothing to do."""
    if not Path("/etc/debian_version").exists():
        return
    windowed = {} if "--headless" in rest else WANTED_FOR.get(command, {})
    packages = [package for name, package in {**QT_LIBRARIES, **windowed}.items() if not _loads(name)]
    if importlib.util.find_spec("ensurepip") is None:
        packages.append("python3-venv")
    if command in ("test", "package"):
        packages += [package for program, package in PROGRAMS.items() if _program(program) is None]
        packages += _shared_python()
    if packages:
        _install(packages)


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")


def _shared_python() -> list[str]:
    """PyInstaller needs Python as a library; Debian's own Python comes without it."""
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    system = Path(sys.base_prefix) == Path("/usr")
    return [f"libpython{version}"] if system and not _loads(f"libpython{version}.so.1.0") else []


def _install(packages: list[str]) -> None:
    line = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if os.geteuid() != 0:
        if shutil.which("sudo") is None:
            raise SystemExit(f"These packages are missing. As root, run:\n    {' '.join(line)}")
        line.insert(0, "sudo")
    print(f"Installing: {' '.join(packages)}", file=sys.stderr)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with _services_stay_off():
        subprocess.run([*line[: line.index("apt-get") + 1], "update", "-q"], check=True, stdout=sys.stderr, env=quiet)
        subprocess.run(line, check=True, stdout=sys.stderr, env=quiet)


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Debian starts a mail server that it installs; the tests start one of their own."""
    policy = Path("/usr/sbin/policy-rc.d")
    ours = os.geteuid() == 0 and not policy.exists()
    if ours:
        policy.write_text("#!/bin/sh\nexit 101\n")
        policy.chmod(0o755)
    try:
        yield
    finally:
        if ours:
            policy.unlink()


def _require_environment() -> None:
    """Makes `.venv` anew when the lock, the project or this Python is another than it was made from."""
    stamp = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    if not STAMP.exists() or STAMP.read_text() != stamp:
        print("Setting up .venv; this happens once.", file=sys.stderr)
        _run(sys.executable, "-m", "venv", "--clear", str(VENV))
        _pip("install", "--require-hashes", "--no-deps", "-r", str(LOCK))
        _pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
        STAMP.write_text(stamp)
    from forms import compile_all

    compile_all(ROOT, _pyside())


def _pip(*arguments: str) -> None:
    _run(str(PYTHON), "-m", "pip", "--disable-pip-version-check", "-q", *arguments)


def _run(*line: str) -> None:
    if subprocess.run(line, cwd=ROOT, stdout=sys.stderr).returncode:
        raise SystemExit(f"This failed: {' '.join(line)}")


def _pyside() -> Path:
    folders = VENV.glob("Lib/site-packages/PySide6" if WINDOWS else "lib/python3*/site-packages/PySide6")
    return next(folders)


# ---------------------------------------------------------------- commands


def _call(*arguments: str, **environment: str) -> int:
    return subprocess.run([str(PYTHON), *arguments], cwd=ROOT, env={**os.environ, **environment}).returncode


def _program_of(command: str) -> Callable[[list[str]], int]:
    return lambda rest: _call("-m", "trackit_console", command, *rest)


def _test(rest: list[str]) -> int:
    offscreen = {} if "QT_QPA_PLATFORM" in os.environ else {"QT_QPA_PLATFORM": "offscreen"}
    if rest:
        return _call("-m", "pytest", *rest, **offscreen)
    checks = {
        "ruff check": ("-m", "ruff", "check", "."),
        "ruff format": ("-m", "ruff", "format", "--check", "."),
        "mypy": ("-m", "mypy"),
        "import-linter": ("-c", "from importlinter.cli import lint_imports_command as run; run()"),
        "pytest": ("-m", "pytest"),
    }
    results = {name: _timed(name, line, offscreen) for name, line in checks.items()}
    for name, (code, seconds) in results.items():
        print(f"{'ok    ' if code == 0 else 'FAILED'} {name:14} {seconds:6.1f} s")
    return max(code for code, _ in results.values())


def _timed(name: str, line: Sequence[str], environment: dict[str, str]) -> tuple[int, float]:
    print(f"--- {name}", flush=True)
    begun = time.monotonic()
    return _call(*line, **environment), time.monotonic() - begun


def _screenshots(rest: list[str]) -> int:
    """One process for each scale: Qt reads it when it starts."""
    if len(rest) != 1:
        return _give_up("Which folder? python dev.py screenshots DIR")
    with tempfile.TemporaryDirectory() as folder:
        screen = Path(folder) / "screen.json"
        size = {"name": "main", "x": 0, "y": 0, "width": 2560, "height": 1800, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        screen.write_text(json.dumps({"screens": [size]}))
        platform = {"QT_QPA_PLATFORM": f"offscreen:configfile={screen}"}
        made = [
            _call("-m", "trackit_console.console.screenshots", rest[0], "--scale", scale, QT_SCALE_FACTOR=scale, **platform)
            for scale in ("1", "2")
        ]
    return max(made)


def _package(rest: list[str]) -> int:
    return _call("-m", "PyInstaller", "--noconfirm", "--log-level", "WARN", *rest, "build.spec")


def _lock(rest: list[str]) -> int:
    return _call(
        *("-m", "uv", "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--extra", "dev"),
        *("--upgrade", "--generate-hashes", "--no-header", "--no-annotate", "--quiet", "-o", LOCK.name, *rest),
    )


COMMANDS = {
    "console": _program_of("console"),
    "demo": _program_of("demo"),
    "test": _test,
    "screenshots": _screenshots,
    "package": _package,
    "lock": _lock,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
