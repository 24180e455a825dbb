"""Splits an address list into mailboxes: names, angle brackets, comments and groups (RFC 5322 sections 3.2 and 3.4).

What stands within the brackets of a mailbox is read in `addresses`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from trackit_console.mail.encoded_words import WORD

# Encoded words come first: a comma, quote or bracket inside one is part of the name. `local` is a quoted local part.
_TOKEN = re.compile(
    rf"""(?P<word>{WORD})|(?P<local>"(?:[^"\\]|\\.)*+"@[^\s<>,;:()"\\]+)|"(?P<quoted>(?:[^"\\]|\\.)*+)"?"""
    r"""|(?P<open><[^<>]*(?=<))|<(?P<address>[^<>]*)>?|(?P<end>[,;])|(?P<group>:)|(?P<stray>>)|(?P<text>[^",;:<>=]+|.)""",
    re.DOTALL,
)
_OUTSIDE_COMMENTS = re.compile(rf"""{WORD}|"(?:[^"\\]|\\.)*+"|\\.|[()]""", re.DOTALL)
_INSIDE_COMMENTS = re.compile(r"\\.|[()]", re.DOTALL)
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MARKS = re.compile(r"[<>\"]")


@dataclass(slots=True)
class Mailbox:
    """One mailbox: its name and comment, undecoded, and what the angle brackets hold; None if there are no brackets."""

    name: str = ""
    comment: str = ""
    in_brackets: str | None = None
    quoted: bool = False


@dataclass(slots=True)
class _Tokens:
    """Kind and text of what stands between two separators, and the comments there."""

    tokens: list[tuple[str, str]] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    before_comma: bool = False

    def is_name(self) -> bool:
        return (
            self.before_comma
            and any(text.strip() for _, text in self.tokens)
            and all(kind == "text" and "@" not in text for kind, text in self.tokens)
        )

    def names_address(self) -> bool:
        """Whether text stands before an address in brackets."""
        kinds = [kind for kind, text in self.tokens if kind == "address" or text.strip()]
        return kinds[:2] == ["text", "address"]


def mailboxes(value: str) -> Iterator[Mailbox]:
    """The mailboxes in their order. Group names are left out; a missing comma between two of them is tolerated."""
    for between in _with_whole_names(_between_separators(value)):
        for tokens in _by_brackets(between.tokens):
            yield _mailbox(tokens, " ".join(between.comments))


def _between_separators(value: str) -> list[_Tokens]:
    """A semicolon separates too: it ends a group, and Outlook uses it."""
    text, comments = _without_comments(value)
    found = [_Tokens()]
    for token in _TOKEN.finditer(text):
        while comments and comments[-1][0] <= token.start():
            found[-1].comments.append(comments.pop()[1])
        kind = token.lastgroup or "text"
        if kind == "end":
            found[-1].before_comma = token[0] == ","
            found.append(_Tokens())
        elif kind == "group":
            found[-1] = _Tokens()  # what came before the colon is the name of a group
        else:
            found[-1].tokens.append((kind, token[kind]))
    found[-1].comments += (comment for _, comment in reversed(comments))
    return found


def _with_whole_names(found: list[_Tokens]) -> Iterator[_Tokens]:
    """Joins `Byrne` and `Ada <ada@example.com>`: many programs do not quote the comma in a name."""
    before: _Tokens | None = None
    for between in found:
        if before and between.names_address():
            between.tokens[:0] = [*before.tokens, ("text", ",")]
        elif before:
            yield before
        before = between if before is None and between.is_name() else None
        if before is None:
            yield between
    if before:
        yield before


def _by_brackets(tokens: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """The tokens of each address in brackets, if there are several without a separator between them."""
    ends = [place + 1 for place, (kind, text) in enumerate(tokens) if kind == "address" and "@" in text]
    return [tokens[start:end] for start, end in pairwise([0, *ends[:-1], len(tokens)])]


def _mailbox(tokens: list[tuple[str, str]], comment: str) -> Mailbox:
    brackets = [text for kind, text in tokens if kind in _ADDRESSES]
    if not brackets:
        name = "".join(_of_name(kind, text) for kind, text in tokens)
        return Mailbox(name, comment, None, any(kind == "quoted" for kind, _ in tokens))
    chosen = next((text for text in reversed(brackets) if "@" in text), brackets[-1])
    name = "".join(_of_name(kind, text) for kind, text in tokens if text is not chosen)
    several = len(brackets) > 1 or any(kind == "open" for kind, _ in tokens)
    return Mailbox(_MARKS.sub("", name) if several else name, comment, chosen)


_ADDRESSES = frozenset({"address", "local"})


def _of_name(kind: str, text: str) -> str:
    if kind == "stray":
        return ""
    return _UNESCAPE.sub(r"\1", text) if kind == "quoted" else f" {text} " if kind in _ADDRESSES else text


def _without_comments(value: str) -> tuple[str, list[tuple[int, str]]]:
    """`value` without comments, and each comment with its place there, the last one first."""
    if "(" not in value:
        return value, []
    spans = _comments(value)
    edges = [0, *(edge for span in spans for edge in span), len(value)]
    pieces = [value[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]
    comments, place = [], 0
    for piece, (start, end) in zip(pieces, spans, strict=False):
        place += len(piece)
        comments.append((place, _UNESCAPE.sub(r"\1", value[start + 1 : end - 1])))
    return "".join(pieces), comments[::-1]


def _comments(value: str) -> list[tuple[int, int]]:
    """Where the outermost comments begin and end. A bracket that is never closed begins none."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    position = 0
    while mark := (_INSIDE_COMMENTS if opened else _OUTSIDE_COMMENTS).search(value, position):
        position = mark.end()
        if mark[0] == "(":
            opened.append(mark.start())
        elif mark[0] == ")" and opened:
            start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, position))
    return found
