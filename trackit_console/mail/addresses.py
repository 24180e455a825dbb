"""Address lists of From, To, Cc and Reply-To to `Address` values (RFC 5322 section 3.4), leniently and in linear time.

The standard library's reader recurses on nested comments and takes a comma in an encoded name for the end of it.
"""

from __future__ import annotations

import re

from trackit_console.mail.headers import decoded, one_line
from trackit_console.mail.message import Address
from trackit_console.mail.parse_warnings import ParseWarning

ADDRESSES_LIMIT = 1_000
ADDRESS_LENGTH_LIMIT = 320
"""64 for the local part, 255 for the domain (RFC 5321 section 4.5.3.1), and the @."""

# The two forms of nearly all mail, in one step; everything else goes token by token.
_NAME_AND_ADDRESS = re.compile(r'(?:"([^"\\]*)"[ \t]*|([^",;:()<>\\]*))<([^\s<>,;:()"\\]+)>')
_BARE_ADDRESS = re.compile(r"[^\s<>,;:()\"\\=@]+@[^\s<>,;:()\"\\=@]+")
_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)|"(?P<quoted>(?:[^"\\]|\\.)*)"?|\((?P<comment>(?:[^()\\]|\\.|\([^()]*\))*)\)?"""
    r"""|<(?P<address>[^<>]*)>?|(?P<end>[,;])|(?P<group>:)|(?P<text>[^",;:()<>=]+|.)""",
    re.DOTALL,
)


def read_addresses(value: str, problems: list[ParseWarning]) -> tuple[Address, ...]:
    """Every mailbox of the list; group names and comments are left out, encoded names decoded."""
    if match := _NAME_AND_ADDRESS.fullmatch(value):
        return (_address(match[1] or match[2] or "", match[3], problems),)
    if _BARE_ADDRESS.fullmatch(value):
        return (_address("", value, problems),)
    found: list[Address] = []
    for mailbox in _split(value):
        if len(found) >= ADDRESSES_LIMIT:
            problems.append(ParseWarning.MANY_ADDRESSES)
            break
        found += _mailbox(mailbox, problems)
    return tuple(found[:ADDRESSES_LIMIT])


def _split(value: str) -> list[list[tuple[str, str]]]:
    """The tokens of each mailbox: pairs of kind and text. Outlook's semicolons and the end of a group part them too."""
    mailboxes: list[list[tuple[str, str]]] = [[]]
    for token in _TOKEN.finditer(value):
        kind = token.lastgroup or "text"
        if kind == "end":
            mailboxes.append([])
        elif kind == "group":
            mailboxes[-1].clear()
        else:
            mailboxes[-1].append((kind, token[kind]))
    return mailboxes


def _mailbox(tokens: list[tuple[str, str]], problems: list[ParseWarning]) -> list[Address]:
    """The mailbox that `tokens` are; several where a program put several addresses between angle brackets, or none."""
    in_brackets = [text for kind, text in tokens if kind == "address"]
    name = "".join(_UNESCAPE.sub(r"\1", text) if kind == "quoted" else text for kind, text in tokens if kind not in _ASIDE)
    if len(in_brackets) > 1:  # <Ada <ada@example.com>>
        name = _BRACKETS.sub("", " ".join((*in_brackets[:-1], name)))
    if in_brackets:
        address = in_brackets[-1]
    else:
        name, address = _bare(name)
    if "@" not in address and len(address.split()) > 1:  # <Ada Byrne>
        name, address = name.strip() or address, ""
    if not name.strip():
        name = " ".join(text for kind, text in tokens if kind == "comment")
    return [_address(name, each, problems) for each in _one_each(address) if name.strip() or each]


_QUOTED_AGAIN = re.compile(r"""(['"])([^'"]*)\1""")
_BRACKETS = re.compile(r"[<>\"]")
_SEPARATORS = re.compile(r"[,;<>]")
_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"?)|\((?:[^()\\]|\\.|\([^()]*\))*\)?""", re.DOTALL)
_QUOTED_LOCAL_PART = re.compile(r""""(?:[^"\\]|\\.)*"@[^\s<>,;:()"\\]+""")
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ASIDE = frozenset({"address", "comment"})


def _bare(text: str) -> tuple[str, str]:
    """Name and address of a mailbox without angle brackets: the address is the last word with an @."""
    words = text.split()
    at = next((i for i in reversed(range(len(words))) if "@" in words[i]), None)
    return (text, "") if at is None else (" ".join(words[:at] + words[at + 1 :]), words[at])


def _one_each(address: str) -> list[str]:
    """The addresses in what should be one: none of them holds what a To header would take for the end of it."""
    without_comments = _COMMENT.sub(r"\1", address) if "(" in address else address
    bare = "".join(one_line(without_comments).split()).removeprefix("mailto:")
    if bare.startswith("@"):  # an obsolete route, RFC 5322 section 4.4
        bare = bare.rpartition(":")[2]
    if not _SEPARATORS.search(bare) or (len(bare) <= ADDRESS_LENGTH_LIMIT and _QUOTED_LOCAL_PART.fullmatch(bare)):
        return [bare]
    parts = _SEPARATORS.split(bare.replace('"', ""))
    return [part for part in parts if "@" in part] or parts[:1]


def _address(name: str, address: str, problems: list[ParseWarning]) -> Address:
    return Address(_QUOTED_AGAIN.sub(r"\2", decoded(name, problems)), one_line(address)[:ADDRESS_LENGTH_LIMIT])
