"""Joins the lines of format=flowed text, which `body` has decoded (MSG-07, RFC 3676)."""

from __future__ import annotations


def unflow(text: str, delete_space: bool) -> str:
    """Joins the lines of each paragraph of a format=flowed text (RFC 3676). `delete_space` is the DelSp parameter."""
    pieces: list[str] = []
    depth, flows, start = 0, False, "\n"
    for line in text.split("\n"):
        unquoted = line.lstrip(">")
        # The blank is space-stuffing (RFC 3676 section 4.4).
        words = unquoted.removeprefix(" ")
        # Its line ends in a blank, but does not flow (RFC 3676 section 4.3).
        signature = words == "-- "
        if depth != len(line) - len(unquoted):
            depth, flows = len(line) - len(unquoted), False
            start = "\n" + ">" * depth + " " * (depth > 0)
        if not flows or signature:
            pieces.append(start)
        flows = words.endswith(" ") and not signature
        pieces.append(words[:-1] if flows and delete_space else words)
    return "".join(pieces)[1:]
