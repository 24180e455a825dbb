"""When the embedded database is backed up, how long backups are kept, and where (DB-01).

On by default: an embedded database has no administrator who would think of it.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trackit_console.settings.field_types import BackupFolder, Count, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.time_fields import TimeOfDay
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class Backups(Settings):
    """The schedule of backups. It is about the embedded database alone; SQL Server is backed up by its administrator."""

    enabled: Annotated[bool, Presentation(restart=False)] = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Back up every day"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The email monitor makes a backup each day. A backup that was missed is made when it runs again."
        ),
    )
    time: Annotated[TimeOfDay, Presentation(restart=False)] = Field(
        "03:00",
        title=QT_TRANSLATE_NOOP("settings", "Time"),
        description=QT_TRANSLATE_NOOP("settings", "By the clock of the computer that runs the email monitor, such as 03:00."),
    )
    kept_days: Annotated[Count, Presentation(unit=QT_TRANSLATE_NOOP("settings", "days"), restart=False)] = Field(
        14,
        title=QT_TRANSLATE_NOOP("settings", "Keep for"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Older backups are deleted once a new one has succeeded. The newest three are never deleted."
        ),
    )
    folder: Annotated[
        BackupFolder,
        Presentation(empty=QT_TRANSLATE_NOOP("settings", "The folder “backups” beside the database"), restart=False),
    ] = Field(
        "",
        title=QT_TRANSLATE_NOOP("settings", "Folder"),
        description=QT_TRANSLATE_NOOP(
            "settings", "An existing folder on another disk or in the network is safer: it survives the loss of this computer."
        ),
    )
