"""The list of reports: its columns and words (NOT-02)."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from trackit_console.console.definition_pill import definition_pill
from trackit_console.console.dialogs.report import ReportDialog
from trackit_console.console.display_text import label, moment, translated
from trackit_console.console.models.column import Column
from trackit_console.console.pages.definition_list import DefinitionList
from trackit_console.console.pages.dialog_saving import open_to_save
from trackit_console.console.schedule_words import short_schedule_text
from trackit_console.console.settings_problem import problem_of_settings
from trackit_console.console.widgets.pill import Tone
from trackit_console.domain.audit import Audited
from trackit_console.settings.reports import REPORT_LABELS, Report
from trackit_console.settings.schedules import Schedule
from trackit_console.user_messages import problem_phrases

if TYPE_CHECKING:
    from trackit_console.console.dialogs.object_dialog import ObjectDialog
    from trackit_console.store.kept_objects import Uses
    from trackit_console.store.row_mapping import Stored

NAME_PX, SCHEDULE_PX = 180, 220
"""Widths at most, so that what went wrong has room as well."""


class ReportList(DefinitionList):
    """The rows are `ListedReport`s."""

    name = "reports"
    audited = Audited.REPORT

    def columns(self) -> list[Column[Stored[Any]]]:
        return [
            Column(self.tr("State"), lambda row: self._pill(row)[1], tone=lambda row: self._pill(row)[0], tip=self.trouble_of),
            Column(_title("name"), lambda row: row.value.name, most=NAME_PX),
            Column(_title("kind"), _kind),
            Column(_title("schedule"), _schedule, tip=_schedule_with_zone, most=SCHEDULE_PX),
            Column(_title("recipients"), _recipients, tip=lambda row: "\n".join(_addresses(row)), stretch=True),
            Column(self.tr("Next run"), self._next_run),
            Column(self.tr("Last run"), self._last_run, tip=self._last_run_tip, stretch=True),
        ]

    @property
    def _now(self) -> datetime:
        return self.page.context.services.clock.now()

    def _pill(self, row: Stored[Any]) -> tuple[Tone, str]:
        return ("bad", self.tr("Not sent")) if _error(row) else definition_pill(row)

    def trouble_of(self, row: Stored[Any]) -> str:
        """Why a report is not sent, and what to do, in sentences; empty while all is well."""
        return problem_of_settings(row) or _problem_of_run(row)

    def _next_run(self, row: Stored[Any]) -> str:
        at, now = getattr(row, "next_run_at", None), self._now
        if at is None:
            return "–"
        return self.tr("due since {when}").format(when=moment(at, now)) if at <= now else moment(at, now)

    def _last_run(self, row: Stored[Any]) -> str:
        if error := _error(row):
            return translated(problem_phrases("monitor", error, {})[0])
        return self._last_success(row)

    def _last_success(self, row: Stored[Any]) -> str:
        at = getattr(row, "last_run_at", None)
        return moment(at, self._now) if at else self.tr("not yet")

    def _last_run_tip(self, row: Stored[Any]) -> str:
        success = self.tr("Last sent: {when}").format(when=self._last_success(row))
        return "\n".join(each for each in (_problem_of_run(row), success) if each)

    def words_if_empty(self) -> tuple[str, str, str]:
        words = self.tr(
            "A report is a mail that is sent by the clock: what became of the mail of a week, which tickets are open, how service levels "
            "were kept. Begin with the mail of the week; you only say who gets it."
        )
        return self.tr("No report yet"), words, self.tr("Add the first report")

    def fill_empty(self) -> None:
        dialog = ReportDialog(self.page.context.window_settings, None, self.page)
        dialog.propose()
        open_to_save(dialog, partial(self._save, dialog))

    def dialog(self, stored: Stored[Any] | None) -> ObjectDialog:
        return ReportDialog(self.page.context.window_settings, stored, self.page)

    def deleting(self, value: Report, uses: Uses) -> tuple[str, str, str]:
        question = self.tr("Delete the report {name}?").format(name=value.name)
        return self.tr("Delete report"), question, self.tr("It is not sent any more. Mail that is waiting is still sent.")


def _title(name: str) -> str:
    return label(Report.model_fields[name].title or "")


def _kind(row: Stored[Any]) -> str:
    # One of another version is shown as it is.
    return label(REPORT_LABELS.get(row.value.kind, str(row.value.kind)))


def _schedule(row: Stored[Any]) -> str:
    if row.findings or not isinstance(row.value.schedule, Schedule):
        return ""
    return short_schedule_text(row.value.schedule)


def _schedule_with_zone(row: Stored[Any]) -> str:
    words = _schedule(row)
    return f"{words} ({row.value.schedule.time_zone})" if words else ""


def _addresses(row: Stored[Any]) -> list[str]:
    return [str(each) for each in row.value.recipients] if isinstance(row.value.recipients, list) else []


def _recipients(row: Stored[Any]) -> str:
    return QLocale().createSeparatedList(_addresses(row))


def _error(row: Stored[Any]) -> str:
    return getattr(row, "error", None) or ""


def _problem_of_run(row: Stored[Any]) -> str:
    error = _error(row)
    return " ".join(map(translated, problem_phrases("monitor", error, {}))) if error else ""
