"""What the demo's help desk does by itself: the mail that it sends, rules, service levels and a report (NOT-01 to NOT-04).

They are those that come with the product, turned on, so that an admin meets the same ones in a database of their own.
"""

from __future__ import annotations

from trackit_console.demo.sample_people import ADA
from trackit_console.settings.default_business_rules import DEFAULT_BUSINESS_RULES
from trackit_console.settings.default_notifications import DEFAULT_NOTIFICATIONS
from trackit_console.settings.default_service_levels import DEFAULT_SERVICE_LEVELS
from trackit_console.settings.reports import Report
from trackit_console.settings.schedules import Schedule

_TOO_MUCH = "Answer: tell all technicians"
"""Two technicians would get a mail for each of the answers in the mailbox; that of the ticket's technician is told."""
_RULES = ("Urgent words in the subject", "Category by the subject: printers")

NOTIFICATIONS = [each.model_copy(update={"enabled": each.name != _TOO_MUCH}) for each in DEFAULT_NOTIFICATIONS]
BUSINESS_RULES = [each.model_copy(update={"enabled": each.name in _RULES}) for each in DEFAULT_BUSINESS_RULES]
SERVICE_LEVELS = [each.model_copy(update={"enabled": True}) for each in DEFAULT_SERVICE_LEVELS]
REPORTS = [
    Report(name="Mail of the day", enabled=True, schedule=Schedule(repeat="daily", time="17:00"), recipients=[ADA.email]),
]
