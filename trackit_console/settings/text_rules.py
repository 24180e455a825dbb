"""The rules for the text of a field: addresses, server names, identifiers. Each `check` returns the text as it is kept.

A rule that is broken is a `rule_error`, whose message is in `validation`.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath
from uuid import UUID

from trackit_console.settings.validation import rule_error

# A label of a domain may have letters of any script (RFC 5890), also combining marks, which \w does not count.
_LABEL = r"(?:[\w-]|[^\x00-\x7f\s])+"
_ADDRESS = re.compile(rf"[^\s@<>()\[\],;:\"\\]+@({_LABEL}(?:\.{_LABEL})*)")
_HOST = re.compile(r"(?=.{1,253}\Z)[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_DOMAIN = re.compile(rf"@?{_LABEL}(?:\.{_LABEL})+")
_SQL_HOST = re.compile(r"\(local\)|[^\s,;{}()\\/]+")
_SQL_INSTANCE = re.compile(r"[^\W\d][\w$#]*")
_FILE_TYPE = re.compile(r"[a-z0-9_+-]{1,16}")


def is_address(text: str) -> bool:
    """Whether mail can be addressed to `text`. A domain may be a single name (`support@mailhost`) and in any script."""
    return _ADDRESS.fullmatch(text) is not None


def is_principal_name(text: str) -> bool:
    """Whether `text` has the form userName@domain.com, as Microsoft's sign-in names have (IN-07)."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and "." in found[1]


def check_address(text: str) -> str:
    """An email address."""
    if not is_address(text):
        raise rule_error("email_address")
    return text


def check_principal_name(text: str) -> str:
    """A sign-in name of Microsoft: userName@domain.com (IN-07)."""
    if not is_principal_name(text):
        raise rule_error("principal_name")
    return text


def check_host(text: str) -> str:
    """A host name or an IP address, without protocol and port."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        # Digits and dots that are no address: resolvers read them as one all the same, 10.1 as 10.0.0.1.
        if not _HOST.fullmatch(text) or text.replace(".", "").isdigit():
            raise rule_error("server_name") from None
    return text


def check_host_or_nothing(text: str) -> str:
    """A host name or an IP address, or nothing."""
    return check_host(text) if text else text


def check_sql_server(text: str) -> str:
    """A server name or address, with the name of an instance behind a backslash; the port has a field of its own."""
    host, named, instance = text.partition("\\")
    if not _SQL_HOST.fullmatch(host) or (named and not _SQL_INSTANCE.fullmatch(instance)):
        raise rule_error("sql_server")
    return text


def guid_of(text: str) -> str | None:
    """The GUID in `text`, in the notation with hyphens, None if it is none. Braces, blanks and invisible marks are left out."""
    try:
        return str(UUID(_visible(text)))
    except ValueError:
        return None


def _visible(text: str) -> str:
    """`text` without blanks and the invisible marks that come with copying from Windows' dialogs and web pages."""
    return "".join(each for each in text if not each.isspace() and unicodedata.category(each) != "Cf")


def check_guid(text: str) -> str:
    """A GUID in any usual notation; returns the one with hyphens."""
    guid = guid_of(text)
    if guid is None:
        raise rule_error("guid")
    return guid


def check_directory_id(text: str) -> str:
    """The GUID of a directory (tenant). A domain is refused with words of its own: many tools ask for either."""
    guid = guid_of(text)
    if guid is None:
        raise rule_error("tenant_domain" if _DOMAIN.fullmatch(text) else "guid")
    return guid


def check_user_id(text: str) -> str:
    """A mailbox's address, or its object ID in Microsoft Entra."""
    if is_principal_name(text):
        return text
    guid = guid_of(text)
    if guid is None:
        raise rule_error("user_id")
    return guid


def check_fingerprint(text: str) -> str:
    """A SHA-256 fingerprint in any usual notation; returns 64 hexadecimal digits."""
    digits = _visible(text).replace(":", "").lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise rule_error("fingerprint")
    return digits


def check_file_type(text: str) -> str:
    """The ending of a file name; returns it in lower case, without the dot."""
    ending = text.lower().lstrip(".")
    if not _FILE_TYPE.fullmatch(ending):
        raise rule_error("file_type")
    return ending


def check_folder(text: str) -> str:
    """A full path, of Windows or of POSIX, or nothing: a relative one would depend on where the program was started."""
    if text and not (PureWindowsPath(text).is_absolute() or PurePosixPath(text).is_absolute()):
        raise rule_error("full_path")
    return text


def check_two_characters(text: str) -> str:
    """At least two characters: one alone would match nearly every message."""
    if len(text) < 2:
        raise rule_error("too_short")
    return text


def check_not_empty(text: str) -> str:
    """Anything but nothing."""
    if not text:
        raise rule_error("required")
    return text
