"""Everything a developer runs: prepares the project's own environment when it has to, then runs one of the commands.

    python dev.py console [...]       the console, from this tree
    python dev.py demo [--headless]   the console on invented data and a mail server of its own
    python dev.py test                every check: style, types, layers, tests
    python dev.py test tests/mail     pytest alone, with these arguments
    python dev.py screenshots DIR     pictures of every page and dialog, at 100 % and 200 %
    python dev.py package             the program for users, in dist/
    python dev.py lock [--upgrade]    requirements-dev.lock, from pyproject.toml

Standard library only, for Windows and Linux. The first start makes `.venv`, installs the locked packages there and, on
Debian, the system libraries that are missing; later starts only look.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent
WINDOWS = sys.platform == "win32"
VENV = ROOT / ".venv"
PROGRAMS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = PROGRAMS / ("python.exe" if WINDOWS else "python")
STAMP = VENV / "prepared"
LOCK = ROOT / "requirements-dev.lock"
HELP_PICTURES = ROOT / "trackit_console" / "console" / "compiled" / "pictures"
NO_SERVICES = Path("/usr/sbin/policy-rc.d")
OLDEST, NEWEST = (3, 11), (3, 13)
THIS = f"3.{sys.version_info[1]}"

FORBID_SERVICES = "#!/bin/sh\nexit 101\n"
"""Debian's way to keep a freshly installed service from being started (invoke-rc.d, section "policy")."""

LARGE_SCREEN = {
    "screens": [{"name": "main", "x": 0, "y": 0, "width": 2560, "height": 1440, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}]
}
"""The offscreen platform's own screen has 800 by 800 pixels: too small for a window at 200 %."""


class CannotGoOn(Exception):
    """The person at the keyboard has to do something first; the message says what."""


@dataclass(frozen=True)
class Need:
    """A Debian package, how to see that it is there (`file` may be a pattern), and the commands that need it (none named: all)."""

    package: str
    library: str = ""
    file: str = ""
    module: str = ""
    commands: tuple[str, ...] = ()

    def met(self) -> bool:
        if self.library:
            return _loads(self.library)
        return any(Path("/").glob(self.file[1:])) if self.file else importlib.util.find_spec(self.module) is not None


NEEDS = [
    Need(f"python{THIS}-venv", module="ensurepip"),
    # QtGui is linked with these, offscreen too; uic, rcc and lrelease with the last four.
    Need("libgl1", library="libGL.so.1"),
    Need("libegl1", library="libEGL.so.1"),
    Need("libxkbcommon0", library="libxkbcommon.so.0"),
    Need("libglib2.0-0", library="libglib-2.0.so.0"),
    Need("libfontconfig1", library="libfontconfig.so.1"),
    Need("libdbus-1-3", library="libdbus-1.so.3"),
    Need("libgssapi-krb5-2", library="libgssapi_krb5.so.2"),
    Need("libodbc2", library="libodbc.so.2"),
    # A window on a screen; the tests and the pictures do without.
    Need("libxcb-cursor0", library="libxcb-cursor.so.0", commands=("console", "demo")),
    Need("libxcb-icccm4", library="libxcb-icccm.so.4", commands=("console", "demo")),
    Need("libxcb-keysyms1", library="libxcb-keysyms.so.1", commands=("console", "demo")),
    Need("libxcb-shape0", library="libxcb-shape.so.0", commands=("console", "demo")),
    Need("libxcb-xkb1", library="libxcb-xkb.so.1", commands=("console", "demo")),
    Need("libxkbcommon-x11-0", library="libxkbcommon-x11.so.0", commands=("console", "demo")),
    # The tests speak to a real server.
    Need("dovecot-imapd", file="/usr/lib/dovecot/imap", commands=("test",)),
    Need("dovecot-pop3d", file="/usr/lib/dovecot/pop3", commands=("test",)),
    # And through Debian's driver to a scripted SQL Server.
    Need("tdsodbc", file="/usr/lib/*/odbc/libtdsodbc.so", commands=("test",)),
    # PyInstaller reads and copies libraries; the tests start the program that it makes.
    Need("binutils", file="/usr/bin/objdump", commands=("package", "test")),
]
if sys.base_prefix == "/usr":
    NEEDS.append(Need(f"libpython{THIS}", library=f"libpython{THIS}.so.1.0", commands=("package", "test")))


def main(arguments: Sequence[str]) -> int:
    """Runs one command and answers its exit code; 2 when it could not be started."""
    name, *rest = arguments or ["--help"]
    if name not in COMMANDS:
        print(__doc__)
        return 0 if name in ("-h", "--help") else 2
    try:
        _refuse_other_pythons()
        if install_system_packages(name):
            # Debian may have renewed this very Python along with them: the rest runs in the one that is there now.
            return _call([sys.executable, str(ROOT / "dev.py"), *arguments])
        prepare(locked=name != "lock")
        return COMMANDS[name](rest)
    except CannotGoOn as obstacle:
        print(f"dev.py: {obstacle}", file=sys.stderr)
        return 2


def _refuse_other_pythons() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        raise CannotGoOn(
            f"this is Python {sys.version.split()[0]}, but Python {wanted} is needed. Start dev.py with one of those."
        )


# The system


def install_system_packages(command: str) -> bool:
    """Installs what Debian lacks for `command`, as root or by sudo; answers whether there was anything to install."""
    missing = _missing(command)
    if not missing:
        return False
    by_hand = f"apt-get update && apt-get install --no-install-recommends {' '.join(missing)}"
    root = _as_root()
    if root is None:
        raise CannotGoOn(f"system packages are missing. As root, run this (on Debian; elsewhere the equivalents):\n  {by_hand}")
    print(f"dev.py: installing {' '.join(missing)}", flush=True)
    with _services_kept_from_starting(root):
        updated = _call([*root, "apt-get", "update", "-q"])
        if updated or _call([*root, "apt-get", "install", "-q", "-y", "--no-install-recommends", *missing]):
            raise CannotGoOn(f"system packages could not be installed. Try it yourself:\n  {by_hand}")
    importlib.invalidate_caches()
    if missing := _missing(command):
        raise CannotGoOn(f"these were installed, and still cannot be found: {' '.join(missing)}")
    return True


def _missing(command: str) -> list[str]:
    if not sys.platform.startswith("linux"):
        return []
    return [need.package for need in NEEDS if command in (need.commands or (command,)) and not need.met()]


def _as_root() -> list[str] | None:
    """The words before a command that root must run; None when there is no way."""
    if not shutil.which("apt-get"):
        return None
    quietly = ["env", "DEBIAN_FRONTEND=noninteractive"]
    if os.geteuid() == 0:
        return quietly
    if not shutil.which("sudo"):
        return None
    # Without a person at the terminal sudo must not wait for a password.
    sudo = ["sudo"] if sys.stdin.isatty() else ["sudo", "-n"]
    return None if _call([*sudo, "true"]) else [*sudo, *quietly]


@contextlib.contextmanager
def _services_kept_from_starting(root: Sequence[str]) -> Iterator[None]:
    """The tests start servers of their own: an installed Dovecot must not run beside them. A policy that is there stays."""
    if NO_SERVICES.exists():
        yield
        return
    with tempfile.NamedTemporaryFile("w", suffix=".policy") as policy:
        policy.write(FORBID_SERVICES)
        policy.flush()
        _call([*root, "install", "-m", "755", policy.name, str(NO_SERVICES)])
    try:
        yield
    finally:
        _call([*root, "rm", "-f", str(NO_SERVICES)])


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


# The environment


def prepare(*, locked: bool = True) -> None:
    """Makes `.venv` as the lock file says, unless it is so already, and compiles the forms. The help gets its pictures along with it.

    Without `locked` an environment of any age will do, and one that is missing gets only what makes a lock file.
    """
    if not locked:
        _prepare_for_lock()
        return
    wanted = _fingerprint()
    if not STAMP.exists() or STAMP.read_text() != wanted:
        started = time.monotonic()
        _make_venv()
        _pip("install", "--require-hashes", "--no-deps", "-r", str(LOCK))
        _pip("install", "--no-deps", "--no-build-isolation", "-e", str(ROOT))
        STAMP.write_text(wanted)
        print(f"dev.py: prepared .venv in {time.monotonic() - started:.0f} s", flush=True)
    if _call([str(PYTHON), str(ROOT / "forms.py")]):
        raise CannotGoOn("the forms could not be compiled; the message is above.")
    if not HELP_PICTURES.exists():  # `package` takes them anew each time
        _call([str(PYTHON), "-m", "trackit_console.console.help_pictures"], **_offscreen())


def _prepare_for_lock() -> None:
    if not _program("uv").exists():
        _make_venv()
        _pip("install", "uv")


def _fingerprint() -> str:
    """Changes with whatever decides what is in `.venv`: lock, project, build hook, and the Python that made it."""
    if not LOCK.exists():
        raise CannotGoOn(f"{LOCK.name} is missing. Make it with: python dev.py lock")
    import tomllib  # from Python 3.11 on: dev.py must also start in an older one, to say so

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    built = [project["build-system"], project["project"], project["tool"]["hatch"]]
    parts = [LOCK.read_text("utf-8"), json.dumps(built), (ROOT / "hatch_build.py").read_text("utf-8"), sys.version]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _make_venv() -> None:
    print(f"dev.py: making .venv with Python {sys.version.split()[0]}; this takes about half a minute", flush=True)
    # Started with the environment's own Python, it is the one below that has to make it anew.
    python = getattr(sys, "_base_executable", sys.executable)
    if _call([python, "-m", "venv", "--clear", str(VENV)]):
        raise CannotGoOn(f"{VENV} could not be made; the message is above.")


def _pip(*arguments: str) -> None:
    command = [str(PYTHON), "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    if _call(command):
        raise CannotGoOn(f"this failed, see above:\n  {shlex.join(command)}")


def _program(name: str) -> Path:
    return PROGRAMS / (f"{name}.exe" if WINDOWS else name)


def _call(command: Sequence[str], **environment: str) -> int:
    return subprocess.call(command, cwd=ROOT, env={**os.environ, **environment})


# The commands: each gets the words after its name and answers an exit code


def console(arguments: Sequence[str]) -> int:
    """The console, from this tree."""
    return _call([str(PYTHON), "-m", "trackit_console", "console", *arguments])


def demo(arguments: Sequence[str]) -> int:
    """The console on invented data, with a mail server of its own."""
    return _call([str(PYTHON), "-m", "trackit_console", "demo", *arguments])


def test(arguments: Sequence[str]) -> int:
    """Every check, each of them even when one before it failed; with arguments pytest alone."""
    screen = {} if "QT_QPA_PLATFORM" in os.environ else _offscreen()
    if arguments:
        return _call([str(_program("pytest")), *arguments], **screen)
    results = _every_check(screen)
    print()
    for title, code, seconds in results:
        print(f"{title:23} {'failed' if code else 'passed'} {seconds:7.1f} s")
    return 1 if any(code for _, code, _ in results) else 0


def _offscreen(platform: str = "offscreen") -> dict[str, str]:
    """Windows' own fonts have to be pointed out to this platform; without any, each letter is a box."""
    fonts = {"QT_QPA_FONTDIR": str(Path(os.environ.get("SYSTEMROOT", r"C:\Windows"), "Fonts"))} if WINDOWS else {}
    return {"QT_QPA_PLATFORM": platform, **fonts}


CHECKS = {
    "ruff check": ("ruff", "check"),
    "ruff format": ("ruff", "format", "--check"),
    "mypy": ("mypy",),
    "lint-imports": ("lint-imports",),
}
TESTED_APART = {
    "monitor, commands, mail": ("tests/monitor", "tests/commands", "tests/mail"),
    "console, demo": ("tests/console", "tests/canaries", "tests/demo", "tests/packaging"),
}


def _checked(title: str, command: Sequence[str], environment: dict[str, str]) -> tuple[str, int, float]:
    print(f"\n== {title}", flush=True)
    started = time.monotonic()
    code = _call([str(_program(command[0])), *command[1:]], **environment)
    return title, code, time.monotonic() - started


def _every_check(environment: dict[str, str]) -> list[tuple[str, int, float]]:
    """The tests run in parts beside the other checks, because many of them wait for servers; the reports follow each other."""
    pytest = str(_program("pytest"))
    started = time.monotonic()
    with contextlib.ExitStack() as stack:
        beside = []
        for title, folders in TESTED_APART.items():
            report = stack.enter_context(tempfile.TemporaryFile())
            child = subprocess.Popen(
                [pytest, *folders], cwd=ROOT, env={**os.environ, **environment}, stdout=report, stderr=report
            )
            beside.append((title, stack.enter_context(child), report))
        results = [_checked(title, command, environment) for title, command in CHECKS.items()]
        apart = [f"--ignore={each}" for folders in TESTED_APART.values() for each in folders]
        results.append(_checked("pytest", ["pytest", *apart], environment))
        for title, child, report in beside:
            code = child.wait()
            results.append((title, code, time.monotonic() - started))
            print(f"\n== {title}", flush=True)
            report.seek(0)
            sys.stdout.buffer.write(report.read())
            sys.stdout.flush()
    return results


def screenshots(arguments: Sequence[str]) -> int:
    """Pictures of every page and dialog; Qt reads its scale once, so each scale is a process."""
    if not arguments:
        raise CannotGoOn("which folder? python dev.py screenshots DIR")
    folder, *rest = arguments
    # Named relative to ROOT: the colon of a Windows drive would end the platform's argument.
    screen = VENV / "screen.json"
    screen.write_text(json.dumps(LARGE_SCREEN))
    platform = f"offscreen:configfile={screen.relative_to(ROOT).as_posix()}"
    command = [str(PYTHON), "-m", "trackit_console.console.screenshots", str(Path(folder).resolve()), *rest]
    codes = [
        _call([*command, "--scale-name", f"{scale}00"], **_offscreen(platform), QT_SCALE_FACTOR=str(scale)) for scale in (1, 2)
    ]
    return next((code for code in codes if code), 0)


def package(arguments: Sequence[str]) -> int:
    """The program for users, one folder in dist/."""
    return _call([str(_program("pyinstaller")), "--noconfirm", "build.spec", *arguments])


def lock(arguments: Sequence[str]) -> int:
    """One lock file for every platform and Python, with hashes; names no index, so any will do."""
    flags = ["--universal", "--python-version", "3.11", "--extra", "dev", "--generate-hashes", "--no-header", "--no-annotate"]
    command = [str(_program("uv")), "pip", "compile", "pyproject.toml", *flags, "--quiet", "-o", LOCK.name, *arguments]
    return _call(command)


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    command.__name__: command for command in (console, demo, test, screenshots, package, lock)
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
