"""A secret that is in the database and was not opened (SEC-02), and the rule for one that was typed."""

from __future__ import annotations

from typing import NoReturn

from pydantic import SecretStr

from trackit_console.settings.limits import is_one_line
from trackit_console.settings.text_rules import guid_of
from trackit_console.settings.validation import rule_error


class StoredSecret(SecretStr):
    """Stands for a secret that the database holds, wherever nobody needs to know it: forms, lists, snapshots (SEC-02).

    Saving one leaves the stored secret as it is. `seal` is the sealed text: another one means that the secret was replaced.
    """

    def __init__(self, seal: str = "") -> None:
        super().__init__("")
        self.seal = seal

    def get_secret_value(self) -> NoReturn:
        """A secret that was not opened has no value; whoever needs it reads it from the database, with `secrets=True`."""
        raise TypeError("this secret was not opened: read the settings with secrets=True")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredSecret)

    def __hash__(self) -> int:
        return hash(StoredSecret)

    def __bool__(self) -> bool:
        # By its length, which a SecretStr has, it would be false: it is empty.
        return True

    def _display(self) -> str:
        # SecretStr shows an empty value as empty: then it would look as if nothing were stored.
        return "**********"


def check_secret(secret: SecretStr) -> SecretStr:
    """A typed secret is one line, and not empty; a stored one is not looked into."""
    if isinstance(secret, StoredSecret):
        return secret
    text = secret.get_secret_value()
    if not text:
        raise rule_error("required")
    if not is_one_line(text):
        raise rule_error("one_line")
    return secret


def check_client_secret(secret: SecretStr) -> SecretStr:
    """A client secret without the blanks that come with pasting. Microsoft Entra shows it as **Value**, next to the **Secret ID**."""
    if isinstance(secret, StoredSecret):
        return secret
    text = secret.get_secret_value().strip(" \t\u00a0")
    if guid_of(text):
        raise rule_error("secret_id")
    return check_secret(SecretStr(text))
