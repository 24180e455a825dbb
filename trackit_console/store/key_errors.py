"""What can be wrong with the key of the secrets in a database (SEC-02).

StoreError
+-- WrongKey                tell the admin: the secrets were sealed on another computer
|   +-- KeyOutOfReach       tell the admin: the keyring of this account cannot be used, as by a service
+-- RecoveryKeyChanged      tell the admin: show the recovery key again
"""

from __future__ import annotations

from trackit_console.store.errors import StoreError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class WrongKey(StoreError):
    """The secrets in the database were sealed with a key that this computer does not have (SEC-02)."""

    code = "wrong_key"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The passwords in this database were sealed with a key that this computer does not have."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Show the recovery key on the first computer (Recovery Key in the menu, or trackit-console db key) and enter it here (or by "
        "trackit-console db enroll).",
    )


class KeyOutOfReach(WrongKey):
    """The keyring, in which the key may lie, cannot be used: the account is that of a service, or there is no keyring."""

    code = "key_out_of_reach"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The key of the stored passwords is not in a file, and this account cannot use the keyring of this computer."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "For a service: run trackit-console db service-key as the user who set up the database, with the same --data-dir, and start the "
        "service again. Otherwise enter the recovery key (Recovery Key in the menu of the first computer) with trackit-console db enroll.",
    )


class RecoveryKeyChanged(StoreError):
    """The recovery key that was shown is not that of the database any more: somebody has changed the key meanwhile."""

    code = "recovery_key_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The key of the database was changed meanwhile. This recovery key opens nothing any more."
    )
    remedy = QT_TRANSLATE_NOOP("store", "Close this window, and show the recovery key again.")
