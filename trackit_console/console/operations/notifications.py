"""How a notification template reads with the values of a record (NOT-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.console.database_connection import DatabaseConnection
    from trackit_console.domain.records import RecordRef
    from trackit_console.helpdesk.notifications.rendering import Rendered
    from trackit_console.settings.notification_templates import NotificationTemplate
    from trackit_console.store.record_views import RecordView


LATEST_RECORDS = 20
"""Records that a preview offers; any other is named by its number."""


class NotificationOperations:
    """Shows what templates say."""

    def __init__(self, connection: DatabaseConnection) -> None:
        self._connection = connection

    def latest_records(self) -> Sequence[RecordView]:
        """The tickets that a preview offers, the newest first."""
        from trackit_console.store.record_query import RecordQuery

        with self._connection.database.reading() as transaction:
            return transaction.record_list.page(RecordQuery(), LATEST_RECORDS)

    def preview(self, template: NotificationTemplate, record: RecordRef | None) -> Rendered | None:
        """`template` with the values of `record`, or with sample values; it need not be valid. None: there is no such record.

        Whoever gets it is taken for somebody outside the help desk: private notes are not shown.
        """
        from trackit_console.helpdesk.notifications.preview import occurrence_on, preview
        from trackit_console.helpdesk.notifications.rendering import Rendered, render
        from trackit_console.monitor.reaction_settings_reader import read_reaction_settings
        from trackit_console.settings.token_table import SAMPLE_VALUES

        if record is None:
            return render(template, SAMPLE_VALUES)
        with self._connection.database.reading() as transaction:
            occurrence = occurrence_on(record, "note_added", transaction.reader)
            if occurrence is None:
                return None
            shown = preview(template, None, occurrence, read_reaction_settings(transaction), transaction.reader)
            return Rendered(shown.subject, shown.text, shown.html)
