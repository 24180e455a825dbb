"""Parses the address lists of From, To, Cc and Reply-To into `Address` values (RFC 5322 section 3.4).

Lenient, and linear in time. `email.utils.getaddresses` is not used because it recurses on nested comments and splits
an encoded name at a comma. What one address is, is decided in `address_tokens`.
"""

from __future__ import annotations

import re

from trackit_console.mail.address_tokens import Mailbox, mailboxes
from trackit_console.mail.encoded_words import decoded, one_line
from trackit_console.mail.limits import ADDRESS_LENGTH_LIMIT, ADDRESSES_LIMIT
from trackit_console.mail.message import Address
from trackit_console.mail.parse_warnings import ParseWarning

# Nearly all mail has one of these two forms, which are matched in one step. Everything else is tokenized.
_NAME_AND_ADDRESS = re.compile(r'(?:"([^"\\]*)"[ \t]*|([^",;:()<>\\]*))<([^\s<>,;:()"\\\'=@]+@[^\s<>,;:()"\\\'=@]+)>')
_BARE_ADDRESS = re.compile(r"[^\s<>,;:()\"\\=@']+@[^\s<>,;:()\"\\=@']+")
# Outlook puts single quotes around a name that is an address, inside the double ones.
_QUOTED_AGAIN = re.compile(r"""(['"])([^'"]*)\1""")
_SEPARATORS = re.compile(r"[,;<>]")
_QUOTED_LOCAL_PART = re.compile(r""""(?:[^"\\]|\\.)*"@[^\s<>,;:()"\\]+""")
# Outlook and Exchange put such a word before an address.
_SCHEME = re.compile(r"^(?:mailto|smtp):", re.IGNORECASE)


def read_addresses(value: str, problems: list[ParseWarning]) -> tuple[Address, ...]:
    """All mailboxes in the list, with encoded names decoded. Group names and comments are dropped."""
    if match := _NAME_AND_ADDRESS.fullmatch(value):
        return (_address(match[1] or match[2] or "", match[3], problems),)
    if _BARE_ADDRESS.fullmatch(value):
        return (_address("", value, problems),)
    found = _all(value, problems)
    # Some programs encode the address along with the name. Only if there is none outside: a name may quote another one.
    if "=?" in value and not any("@" in address.address for address in found):
        within = _all(decoded(value, problems), problems)
        found = within if any("@" in address.address for address in within) else found
    if len(found) > ADDRESSES_LIMIT:
        problems.append(ParseWarning.MANY_ADDRESSES)
    return tuple(found[:ADDRESSES_LIMIT])


def _all(value: str, problems: list[ParseWarning]) -> list[Address]:
    found: list[Address] = []
    for mailbox in mailboxes(value):
        found += _read(mailbox, problems)
        if len(found) > ADDRESSES_LIMIT:
            break
    return found


def _read(mailbox: Mailbox, problems: list[ParseWarning]) -> list[Address]:
    """Usually one address; several if separators are missing or misplaced, none if there is nothing to show."""
    name, address = mailbox.name, mailbox.in_brackets
    if address is None:
        if mailbox.quoted and "@" in name and _SEPARATORS.search(name):  # quotes around the whole
            return [address for inner in mailboxes(name.replace('"', "")) for address in _unquoted(inner, problems)]
        return _bare(name, mailbox.comment, problems)
    if "@" not in address and len(address.split()) > 1:  # <Ada Byrne>
        name, address = name.strip() or address, ""
    return _addresses(name if name.strip() else mailbox.comment, _one_each(address), problems)


def _unquoted(mailbox: Mailbox, problems: list[ParseWarning]) -> list[Address]:
    if mailbox.in_brackets is None:
        return _bare(mailbox.name, mailbox.comment, problems)
    return _addresses(mailbox.name or mailbox.comment, _one_each(mailbox.in_brackets), problems)


def _bare(text: str, comment: str, problems: list[ParseWarning]) -> list[Address]:
    """A mailbox without angle brackets: the last word with an @ is the address. If every word has one, each is an address."""
    words = text.split()
    places = [place for place, word in enumerate(words) if "@" in word.strip("@")]
    if not places:
        joined = "@".join(part.strip() for part in text.split("@"))  # ada @ example.com
        name, addresses = (text, [""]) if "@" not in text or len(joined.split()) > 1 else ("", _one_each(joined))
    elif len(places) == len(words):
        name, addresses = "", [address for word in words for address in _one_each(word)]
    else:
        name, addresses = " ".join(words[: places[-1]] + words[places[-1] + 1 :]), _one_each(words[places[-1]])
    return _addresses(name if name.strip() else comment, addresses, problems)


def _addresses(name: str, addresses: list[str], problems: list[ParseWarning]) -> list[Address]:
    return [_address(name, address, problems) for address in addresses if name.strip() or address]


def _one_each(address: str) -> list[str]:
    """Splits what should be one address. No result holds a separator that a To header would read as the end of an address."""
    line = one_line(address)
    if len(line) <= ADDRESS_LENGTH_LIMIT and _QUOTED_LOCAL_PART.fullmatch(line):
        return [line]
    bare = _SCHEME.sub("", "".join(line.split()).strip("'`"), count=1)
    if not bare.endswith("]") or "@[" not in bare:  # ada@[192.0.2.1]
        bare = bare.strip("[]")
    if bare.startswith("@"):  # an obsolete route, RFC 5322 section 4.4
        bare = bare.rpartition(":")[2]
    if not _SEPARATORS.search(bare):
        return [bare]
    parts = _SEPARATORS.split(bare.replace('"', ""))
    return [part for part in parts if "@" in part] or parts[:1]


def _address(name: str, address: str, problems: list[ParseWarning]) -> Address:
    return Address(_QUOTED_AGAIN.sub(r"\2", decoded(name, problems)), one_line(address)[:ADDRESS_LENGTH_LIMIT])
