"""Looks for canaries: in text, in bytes, in files, and in the local variables of tracebacks."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Iterable, Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]


def _forms(core: str) -> Iterator[bytes]:
    """The core as text, as Windows writes it, and in base64 at any place of a longer text (RFC 4648)."""
    plain = core.encode()
    yield from (plain, core.encode("utf-16-le"))
    for behind in range(3):
        encoded = base64.b64encode(b"\0" * behind + plain)
        # Without the letters at both ends, which depend on what stands around.
        yield encoded[-(-behind * 8 // 6) : (behind + len(plain)) * 8 // 6]


def found_in(content: str | bytes, cores: Iterable[str]) -> list[str]:
    """Those canaries that are somewhere in `content`."""
    data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
    return [core for core in cores if any(form in data for form in _forms(core))]


def assert_unseen(where: str, content: object, cores: Iterable[str]) -> None:
    """Fails if a canary is in `content`, which is text, bytes, or an object that is written out in all usual ways."""
    if isinstance(content, bytes):
        texts: list[str | bytes] = [content]
    elif type(content) is str:
        texts = [content]
    else:  # a text of a class of its own may write itself in another way than it is
        texts = [str(content), repr(content), f"{content}", f"{content!r:>5}"]
    for text in texts:
        assert found_in(text, cores) == [], f"a secret is seen: {where}"


def assert_unseen_in_files(folder: Path, cores: Iterable[str]) -> None:
    """Fails if a canary is in the bytes, or the name, of a file below `folder`."""
    files = [each for each in folder.rglob("*") if each.is_file()]
    assert files, "nothing was looked at"
    for file in files:
        assert_unseen(str(file), file.read_bytes(), cores)
        assert_unseen(str(file), str(file), cores)


def assert_unseen_in_problem(problem: BaseException, cores: Iterable[str]) -> None:
    """Fails if a canary is in an exception, its causes, or a local variable of their tracebacks; the test's own are left out."""
    for each in _chain(problem):
        assert_unseen(f"exception {type(each).__name__}", each, cores)
        assert_unseen(f"attributes of {type(each).__name__}", str(vars(each)), cores)
        for frame in traceback.TracebackException.from_exception(each, capture_locals=True).stack:
            if not Path(frame.filename).is_relative_to(TESTS):
                for name, value in (frame.locals or {}).items():
                    assert_unseen(f"local {name} of {frame.name} in {frame.filename}:{frame.lineno}", value, cores)


def _chain(problem: BaseException) -> Iterator[BaseException]:
    waiting, seen = [problem], set[int]()
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        yield each
        waiting += [other for other in (each.__cause__, each.__context__) if other is not None]
        waiting += getattr(each, "exceptions", ())
