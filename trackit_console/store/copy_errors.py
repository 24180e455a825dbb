"""Why a database is not copied, or why a copy was taken back. None of these leaves anything in the target (DB-01).

CopyRefused
+-- SameDatabase        name another target
+-- TargetNotEmpty      name another target
+-- MonitorStillRuns    stop the monitor, then copy again
+-- SourceChanged       let nobody work with the database, then copy again
+-- CopyDiffers         copy again; a bug, or a disk that loses data
"""

from __future__ import annotations

from collections.abc import Sequence

from trackit_console.store.errors import CopyRefused
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase


class SameDatabase(CopyRefused):
    """The target is the source, or an earlier copy of it that is still open to be filled."""

    code = "same_database"
    sentence = QT_TRANSLATE_NOOP("store", "A database cannot be copied onto itself: {database}.")
    remedy = QT_TRANSLATE_NOOP("store", "Name another database, or a file that does not exist yet.")


class TargetNotEmpty(CopyRefused):
    """The target holds something that a copy would overwrite; it was not changed. `found` says what."""

    code = "target_not_empty"
    sentence = QT_TRANSLATE_NOOP("store", "The copy needs an empty database, and {database} is not empty: {found}.")
    remedy = QT_TRANSLATE_NOOP(
        "store", "Name another database, or a file that does not exist yet. The database {database} was not changed."
    )
    other_tables = QT_TRANSLATE_NOOP("store", "it has tables of another program ({tables})")
    other_version = QT_TRANSLATE_NOOP("store", "it belongs to another version of this program (schema {revision})")
    content = QT_TRANSLATE_NOOP("store", "it has content in the tables {tables}")

    @classmethod
    def by_other_tables(cls, database: str, tables: Sequence[str]) -> TargetNotEmpty:
        """It has tables that this program did not make."""
        return cls(database=database, found=Phrase(cls.context, cls.other_tables, {"tables": ", ".join(tables)}))

    @classmethod
    def by_other_version(cls, database: str, revision: str) -> TargetNotEmpty:
        """It has an older or a newer schema."""
        return cls(database=database, found=Phrase(cls.context, cls.other_version, {"revision": revision}))

    @classmethod
    def by_content(cls, database: str, tables: Sequence[str]) -> TargetNotEmpty:
        """Somebody has worked with it."""
        return cls(database=database, found=Phrase(cls.context, cls.content, {"tables": ", ".join(tables)}))


class MonitorStillRuns(CopyRefused):
    """A monitor works with one of the two databases: the copy would lack what it takes in meanwhile."""

    code = "monitor_still_runs"
    sentence = QT_TRANSLATE_NOOP("store", "An email monitor works with {database}, on {computers}.")
    remedy = QT_TRANSLATE_NOOP(
        "store",
        "Stop it with Stop Now. For the database that is to be filled, close the console and the monitor on those computers. Then copy again.",
    )


class SourceChanged(CopyRefused):
    """The source was written to while it was copied; `tables` says where."""

    code = "source_changed"
    sentence = QT_TRANSLATE_NOOP(
        "store", "Somebody changed the database while it was copied, in {tables}. The copy was taken back."
    )
    remedy = QT_TRANSLATE_NOOP(
        "store", "Stop the email monitor, let nobody save anything in a console meanwhile, and copy again."
    )


class CopyDiffers(CopyRefused):
    """What was read back from the target is not what was written to it."""

    code = "copy_differs"
    sentence = QT_TRANSLATE_NOOP(
        "store", "What {database} gives back is not what was copied, in {tables}. The copy was taken back."
    )
    remedy = QT_TRANSLATE_NOOP("store", "Copy again, to another disk or server. Report it if it happens again.")
