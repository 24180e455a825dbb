"""How email addresses compare: letter case aside, and an internationalised domain in one form (RFC 5321 2.4, RFC 5891)."""

from __future__ import annotations

ADDRESS_UNITS = 255
"""UTF-16 units of an address that are kept and compared: what its columns take."""


def address_key(address: str) -> str:
    """The form in which two spellings of one address are equal.

    `Support@BÜCHER.example` and `support@xn--bcher-kva.example` give the same key. RFC 5321 lets a server tell letter
    case apart before the @, but no help desk wants two requestors for one person. A domain that is no valid IDNA name is
    compared as written.
    """
    address = address.strip()
    if address.isascii() and "xn--" not in (folded := address.lower()):
        # Nearly every address: nothing to convert. ASCII has no letter that lower() and casefold() treat differently.
        return folded.rstrip(".")[:ADDRESS_UNITS]
    local, at, domain = address.rpartition("@")
    folded = f"{local}{at}{_unicode_domain(domain)}".casefold()
    return _shortened(folded)


def _unicode_domain(domain: str) -> str:
    labels = [_unicode_label(label) for label in domain.rstrip(".").split(".")]
    return ".".join(labels)


def _unicode_label(label: str) -> str:
    try:
        if label.casefold().startswith("xn--"):
            return label.lower().encode("ascii").decode("idna")
        # Through ASCII and back, so that width and composed accents become one form (nameprep).
        return label if label.isascii() else label.encode("idna").decode("ascii").encode("ascii").decode("idna")
    except UnicodeError:
        return label


def _shortened(text: str) -> str:
    units = text.encode("utf-16-le", "surrogatepass")
    return text if len(units) <= ADDRESS_UNITS * 2 else units[: ADDRESS_UNITS * 2].decode("utf-16-le", "ignore")
