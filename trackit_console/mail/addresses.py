"""Parses the address lists of From, To, Cc and Reply-To into `Address` values (RFC 5322 section 3.4).

Lenient, and linear in time. `email.utils.getaddresses` is not used because it recurses on nested comments and splits
an encoded name at a comma.
"""

from __future__ import annotations

import re

from trackit_console.mail.headers import decoded, one_line
from trackit_console.mail.limits import ADDRESS_LENGTH_LIMIT, ADDRESSES_LIMIT
from trackit_console.mail.message import Address
from trackit_console.mail.parse_warnings import ParseWarning

# Nearly all mail has one of these two forms, which are matched in one step. Everything else is tokenized.
_NAME_AND_ADDRESS = re.compile(r'(?:"([^"\\]*)"[ \t]*|([^",;:()<>\\]*))<([^\s<>,;:()"\\]+)>')
_BARE_ADDRESS = re.compile(r"[^\s<>,;:()\"\\=@]+@[^\s<>,;:()\"\\=@]+")
# Encoded words come first: a comma or quote inside one is part of the name.
_TOKEN = re.compile(
    r"""(?P<word>=\?[^?\s]+\?[bBqQ]\?[^?]*\?=)|"(?P<quoted>(?:[^"\\]|\\.)*)"?|\((?P<comment>(?:[^()\\]|\\.|\([^()]*\))*)\)?"""
    r"""|<(?P<address>[^<>]*)>?|(?P<end>[,;])|(?P<group>:)|(?P<text>[^",;:()<>=]+|.)""",
    re.DOTALL,
)


def read_addresses(value: str, problems: list[ParseWarning]) -> tuple[Address, ...]:
    """All mailboxes in the list, with encoded names decoded. Group names and comments are dropped."""
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
    """The tokens of each mailbox, as pairs of kind and text. A semicolon separates too: it ends a group, and Outlook uses it."""
    mailboxes: list[list[tuple[str, str]]] = [[]]
    for token in _TOKEN.finditer(value):
        kind = token.lastgroup or "text"
        if kind == "end":
            mailboxes.append([])
        elif kind == "group":
            mailboxes[-1].clear()  # what came before the colon is the name of a group
        else:
            mailboxes[-1].append((kind, token[kind]))
    return mailboxes


def _mailbox(tokens: list[tuple[str, str]], problems: list[ParseWarning]) -> list[Address]:
    """Usually one mailbox; several if the angle brackets hold several addresses, none if there is nothing to show."""
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


# Outlook puts single quotes around a name that is an address, inside the double ones.
_QUOTED_AGAIN = re.compile(r"""(['"])([^'"]*)\1""")
_BRACKETS = re.compile(r"[<>\"]")
_SEPARATORS = re.compile(r"[,;<>]")
_COMMENT = re.compile(r"""("(?:[^"\\]|\\.)*"?)|\((?:[^()\\]|\\.|\([^()]*\))*\)?""", re.DOTALL)
_QUOTED_LOCAL_PART = re.compile(r""""(?:[^"\\]|\\.)*"@[^\s<>,;:()"\\]+""")
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ASIDE = frozenset({"address", "comment"})


def _bare(text: str) -> tuple[str, str]:
    """Name and address of a mailbox without angle brackets. The last word that contains an @ is the address."""
    words = text.split()
    at = next((i for i in reversed(range(len(words))) if "@" in words[i]), None)
    return (text, "") if at is None else (" ".join(words[:at] + words[at + 1 :]), words[at])


def _one_each(address: str) -> list[str]:
    """Splits what should be one address. No result holds a separator that a To header would read as the end of an address."""
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
