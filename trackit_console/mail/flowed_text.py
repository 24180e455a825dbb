"""Joins the lines of format=flowed text, which `body` has decoded (MSG-07, RFC 3676)."""

from __future__ import annotations


def unflow(text: str, delete_space: bool) -> str:
    """Joins the lines of each paragraph of a format=flowed text (RFC 3676). `delete_space` is the DelSp parameter."""
    pieces: list[str] = []
    depth, flows = 0, False
    for line in text.split("\n"):
        last_depth, depth = depth, len(line) - len(line.lstrip(">"))
        words = line[depth:].removeprefix(" ")
        signature = words == "-- "
        if not (flows and depth == last_depth and not signature):
            pieces.append("\n" + ">" * depth + " " * (depth > 0))
        flows = words.endswith(" ") and not signature
        pieces.append(words[:-1] if flows and delete_space else words)
    return "".join(pieces)[1:]
