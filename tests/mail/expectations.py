"""The corpus: raw messages as they come, each beside what is expected of it (`corpus/NAME.eml`, `corpus/NAME.yaml`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from trackit_console.mail import find_keywords, parse

FOLDER = Path(__file__).parent / "corpus"
NAMES = sorted(path.stem for path in FOLDER.glob("*.eml"))


def raw(name: str) -> bytes:
    return (FOLDER / f"{name}.eml").read_bytes()


def expected(name: str) -> object:
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text("utf-8"))


def read(name: str) -> dict[str, object]:
    """What the parser makes of the message: all that `parse FILE` would say but the HTML, and its keywords."""
    message = parse(raw(name))
    answer = message.as_dict()
    del answer["html"]
    words = [f"{word.module} {word.id} in {word.place}" for word in find_keywords(message.subject, message.new_text)]
    return {name: value for name, value in {**answer, "keywords": words}.items() if value not in (None, "", [])}


class _Dumper(yaml.SafeDumper):
    """Several lines are written as several lines, so that a change of a text reads as one."""


def _text(dumper: Any, text: str) -> Any:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def rewrite(name: str) -> None:
    """Makes what the parser says now the expectation."""
    text = yaml.dump(read(name), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    (FOLDER / f"{name}.yaml").write_text(text, "utf-8", newline="\n")
