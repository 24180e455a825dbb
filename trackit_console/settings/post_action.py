"""What happens to a processed message on the mail server (MON-06)."""

from __future__ import annotations

from enum import IntEnum

from trackit_console.user_messages import QT_TRANSLATE_NOOP

PROCESSED_FOLDER = "TrackItProcessedEmails"
POST_ACTION_PROPERTY = "featEmailProcessingPostAction"
"""The name of the row of `NAMSYSProperties` that holds the post action (MON-06)."""


class PostAction(IntEnum):
    """What happens to a processed message on the server (MON-06). The values are stored in the database."""

    MARK_READ = 0
    DELETE = 1
    MOVE = 2


POST_ACTION_LABELS = {
    PostAction.MARK_READ: QT_TRANSLATE_NOOP("settings", "Mark it as read"),
    PostAction.DELETE: QT_TRANSLATE_NOOP("settings", "Delete it"),
    PostAction.MOVE: QT_TRANSLATE_NOOP("settings", "Move it to TrackItProcessedEmails"),
}
