"""What can be wrong with the key of the secrets in a database (SEC-02).

StoreError
+-- WrongKey                tell the admin: the secrets were sealed on another computer
|   +-- KeyOutOfReach       tell the admin: the keyring of this account cannot be used, as by a service
+-- KeyNotLost              tell the admin: this computer has the key, nothing has to be replaced
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
        "trackit-console db enroll). For a restored backup it is the recovery key of that time. If nobody has it any more, choose The "
        "Key Is Lost where you enter it (or trackit-console db rotate-key --lost): then only the stored passwords are typed again.",
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
        "service again. Otherwise enter the recovery key (Recovery Key in the menu of the first computer) with trackit-console db enroll. "
        "If nobody has it any more, trackit-console db rotate-key --lost gives the database another one, and only the stored passwords "
        "are typed again.",
    )


class KeyNotLost(StoreError):
    """The key was to be replaced as a lost one, and this computer has it."""

    code = "key_not_lost"
    sentence = QT_TRANSLATE_NOOP("store", "This computer has the key of the database. Nothing was changed.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Open the database as usual. To give it another key, choose Recovery Key in the menu (or trackit-console db rotate-key).",
    )


class RecoveryKeyChanged(StoreError):
    """The recovery key that was shown is not that of the database any more: somebody has changed the key meanwhile."""

    code = "recovery_key_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "The key of the database was changed meanwhile. This recovery key opens nothing any more."
    )
    remedy = QT_TRANSLATE_NOOP("store", "Close this window, and show the recovery key again.")
