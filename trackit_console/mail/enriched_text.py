"""Reads the words of text/enriched (RFC 1896) and of text/richtext (RFC 1341), its predecessor, without their formatting."""

from __future__ import annotations

import re

# Line endings count: one is a space, each further one a new line. In <nofill> they count as they are.
_ENRICHED = re.compile(
    r"<(?P<literal><)|(?P<open>(?i:<nofill>))|(?P<close>(?i:</nofill>))|(?i:<param>)(?:(?!<)[^\0])*(?i:</param>)"
    r"|</?[A-Za-z0-9-]{1,60}>|(?P<lines>\n+)"
)
_RICH = re.compile(r"(?i:<comment>)[^<]*(?i:</comment>)|<(?P<command>/?[A-Za-z0-9-]{1,40})>|\n+")
_RICH_COMMANDS = {"lt": "<", "nl": "\n", "np": "\n\n", "/paragraph": "\n\n"}


def enriched_to_text(text: str) -> str:
    """The words of a text/enriched body, whose lines end in LF."""
    filled = 0

    def replacement(found: re.Match[str]) -> str:
        nonlocal filled
        if found["lines"]:
            count = len(found["lines"])
            return found["lines"] if filled else "\n" * (count - 1) or " "
        filled = max(0, filled + (found["open"] is not None) - (found["close"] is not None))
        return found["literal"] or ""

    return _ENRICHED.sub(replacement, text).strip()


def richtext_to_text(text: str) -> str:
    """The words of a text/richtext body, whose lines end in LF. Line endings are blanks; commands make new lines."""

    def replacement(found: re.Match[str]) -> str:
        command = found["command"]
        if command is None:
            return " " if found[0].startswith("\n") else ""
        return _RICH_COMMANDS.get(command.lower(), "")

    lines = _RICH.sub(replacement, text).split("\n")
    return "\n".join(line.strip() for line in lines).strip()
