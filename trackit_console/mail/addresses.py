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
        if len(found) == ADDRESSES_LIMIT:
            problems.append(ParseWarning.MANY_ADDRESSES)
            break
        if read := _mailbox(mailbox, problems):
            found.append(read)
    return tuple(found)


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


def _mailbox(tokens: list[tuple[str, str]], problems: list[ParseWarning]) -> Address | None:
    address = next((text for kind, text in tokens if kind == "address"), None)
    name = "".join(_UNESCAPE.sub(r"\1", text) if kind == "quoted" else text for kind, text in tokens if kind not in _ASIDE)
    if address is None:
        name, address = _bare(name)
    if not name.strip():
        name = " ".join(text for kind, text in tokens if kind == "comment")
    return _address(name, address, problems) if name.strip() or address.strip() else None


_QUOTED_AGAIN = re.compile(r"""(['"])([^'"]*)\1""")
_UNESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ASIDE = frozenset({"address", "comment"})


def _bare(text: str) -> tuple[str, str]:
    """Name and address of a mailbox without angle brackets: the address is the last word with an @."""
    words = text.split()
    at = next((i for i in reversed(range(len(words))) if "@" in words[i]), None)
    return (text, "") if at is None else (" ".join(words[:at] + words[at + 1 :]), words[at])


def _address(name: str, address: str, problems: list[ParseWarning]) -> Address:
    bare = "".join(one_line(address).split()).removeprefix("mailto:")
    if bare.startswith("@"):  # an obsolete route, RFC 5322 section 4.4
        bare = bare.rpartition(":")[2]
    return Address(_QUOTED_AGAIN.sub(r"\2", decoded(name, problems)), bare[:ADDRESS_LENGTH_LIMIT])
