"""Opens a message that the database keeps, or says that it is not kept any more."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QWidget

from trackit_console.console.context import Context
from trackit_console.console.dialogs.message import SHOWN, MessageDialog
from trackit_console.console.geometry import restore_geometry, save_geometry
from trackit_console.console.message_boxes import show_problem
from trackit_console.mail import Message, parse
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Problem


class MessageNotKept(Problem):
    """The bytes of a message are no longer in the database."""

    context = "dialogs"
    code = "message_not_kept"
    sentence = QT_TRANSLATE_NOOP("dialogs", "This message is not kept any more.")
    remedy = QT_TRANSLATE_NOOP("dialogs", "It was discarded or deleted here. It may still be in the mailbox.")


def open_message(parent: QWidget, context: Context, delivery_id: int, subject: str) -> None:
    """Shows a message that was received."""
    open_kept_message(parent, context, partial(context.services.messages.raw, delivery_id), subject)


def open_kept_message(parent: QWidget, context: Context, raw_of: Callable[[], bytes | None], subject: str) -> None:
    """Reads the message on a worker thread, then shows it; `raw_of` answers None where it is no longer kept."""

    def read() -> tuple[bytes, Message, str]:
        raw = raw_of()
        if raw is None:
            raise MessageNotKept
        # On the worker thread, parsing too: a large message may take seconds.
        return raw, parse(raw), raw[:SHOWN].decode("utf-8", "replace")

    def show(found: tuple[bytes, Message, str]) -> None:
        raw, message, source = found
        dialog = MessageDialog(subject, message.text, source, parent, raw, message)
        restore_geometry(dialog, "message", context.window_settings)
        dialog.finished.connect(lambda _result: save_geometry(dialog, "message", context.window_settings))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    context.tasks.run(read, owner=parent, then=show, failed=partial(show_problem, parent))
