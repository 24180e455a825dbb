"""The sealed secrets among the data of a configuration file: `password: {sealed: …}` (DB-06, SEC-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from trackit_console.settings.passphrase_errors import NotSealed, PassphraseNeeded
from trackit_console.settings.passphrases import PassphraseSeal
from trackit_console.settings.validation import Finding
from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

HEADER = "secrets"
"""The part of the file that tells how its secrets were sealed."""
_SEALED = "sealed"
HEADER_UNREADABLE = QT_TRANSLATE_NOOP(
    "settings", "This does not say how the secrets were sealed; it was changed or is from another version."
)
SEALED_ELSEWHERE = QT_TRANSLATE_NOOP(
    "settings",
    "This was sealed for another field, another name or by another export. Write the secret itself, or leave it out.",
)


def sealed(seal: PassphraseSeal, secret: str, part: str, owner: Mapping[str, Any], field: str) -> dict[str, str]:
    """The form in which a secret stands in the file; `owner` is the mailbox or account as the file has it."""
    return {_SEALED: seal.seal(secret, _place(part, owner, field))}


def open_sealed(data: Any, passphrase: str | None) -> tuple[Any, list[Finding]]:
    """`data` of a file with its sealed secrets opened and without the header, and findings for those that do not open.

    Raises `PassphraseNeeded` without a passphrase, and `WrongPassphrase`. A file without sealed secrets needs none.
    """
    if not isinstance(data, dict):
        return data, []
    places = list(_places(data))
    # Its parts are those of `data`: what is opened below in their owners stands in both.
    rest = {name: part for name, part in data.items() if name != HEADER}
    if not places and HEADER not in data:
        return data, []
    if passphrase is None:
        raise PassphraseNeeded
    try:
        seal = PassphraseSeal.of_file(passphrase, data.get(HEADER))
    except NotSealed:
        return rest, [Finding(HEADER, "sealed_header", Phrase(CONTEXT, HEADER_UNREADABLE))]
    found = []
    for part, owner, field, path in places:
        try:
            owner[field] = seal.open(owner[field][_SEALED], _place(part, owner, field))
        except NotSealed:
            found.append(Finding(path, "sealed_elsewhere", Phrase(CONTEXT, SEALED_ELSEWHERE)))
    return rest, found


def _places(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str, str]]:
    """Part, owner, field and path of each sealed secret."""
    for part, content in data.items():
        owners = content if isinstance(content, list) else [content]
        for number, owner in enumerate(owners):
            if isinstance(owner, dict):
                prefix = f"{part}.{number}" if isinstance(content, list) else part
                yield from ((part, owner, field, f"{prefix}.{field}") for field, value in owner.items() if _is_sealed(value))


def _is_sealed(value: Any) -> bool:
    return isinstance(value, dict) and list(value) == [_SEALED] and isinstance(value[_SEALED], str)


def _place(part: str, owner: Mapping[str, Any], field: str) -> str:
    """What a secret is bound to: what the admin sees as its place, so that other fields can be edited in the file."""
    name = next((str(owner[key]) for key in ("name", "user_account_name", "user_id") if owner.get(key)), "")
    return "\n".join((part, name.casefold(), field))
