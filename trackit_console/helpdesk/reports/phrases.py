"""The phrases of reports: headings of tables and columns, and the names of outcomes."""

from __future__ import annotations

from trackit_console.domain.deliveries import Outcome
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

CONTEXT = "helpdesk"


def _word(text: str) -> Phrase:
    return Phrase(CONTEXT, text)


PERIOD = QT_TRANSLATE_NOOP("helpdesk", "From {since} to {until} ({zone})")
MOMENT = QT_TRANSLATE_NOOP("helpdesk", "As of {until} ({zone})")
SHOWN_OF = QT_TRANSLATE_NOOP("helpdesk", "{shown} of {total} are shown here, those that come first.")

MESSAGES = _word(QT_TRANSLATE_NOOP("helpdesk", "Messages"))
MESSAGES_BY_OUTCOME = _word(QT_TRANSLATE_NOOP("helpdesk", "Messages by outcome"))
MESSAGES_BY_MAILBOX = _word(QT_TRANSLATE_NOOP("helpdesk", "Messages by mailbox"))
MESSAGES_BY_DAY = _word(QT_TRANSLATE_NOOP("helpdesk", "Messages by day"))
TOP_SENDERS = _word(QT_TRANSLATE_NOOP("helpdesk", "Senders of most messages"))
FAILING_MAILBOXES = _word(QT_TRANSLATE_NOOP("helpdesk", "Mailboxes that fail now"))
OUTGOING_MAIL = _word(QT_TRANSLATE_NOOP("helpdesk", "Outgoing mail of this time"))
NO_MESSAGES = _word(QT_TRANSLATE_NOOP("helpdesk", "No message was received."))
NONE_FAILS = _word(QT_TRANSLATE_NOOP("helpdesk", "No mailbox fails."))
NO_OUTGOING_MAIL = _word(QT_TRANSLATE_NOOP("helpdesk", "Nothing was to be sent."))
OUTCOME = _word(QT_TRANSLATE_NOOP("helpdesk", "Outcome"))
MAILBOX = _word(QT_TRANSLATE_NOOP("helpdesk", "Mailbox"))
DAY = _word(QT_TRANSLATE_NOOP("helpdesk", "Day"))
SENDER = _word(QT_TRANSLATE_NOOP("helpdesk", "Sender"))
PROCESSED = _word(QT_TRANSLATE_NOOP("helpdesk", "Processed"))
NOT_PROCESSED = _word(QT_TRANSLATE_NOOP("helpdesk", "Not processed"))
FAILED_CHECKS = _word(QT_TRANSLATE_NOOP("helpdesk", "Failed checks"))
LAST_SUCCESS = _word(QT_TRANSLATE_NOOP("helpdesk", "Last success"))
ERROR = _word(QT_TRANSLATE_NOOP("helpdesk", "Error"))
STATE = _word(QT_TRANSLATE_NOOP("helpdesk", "State"))
MAILS = _word(QT_TRANSLATE_NOOP("helpdesk", "Mails"))

OPEN_TICKETS = _word(QT_TRANSLATE_NOOP("helpdesk", "Open tickets"))
BY_TECHNICIAN = _word(QT_TRANSLATE_NOOP("helpdesk", "Open tickets by technician"))
BY_PRIORITY = _word(QT_TRANSLATE_NOOP("helpdesk", "Open tickets by priority"))
BY_AGE = _word(QT_TRANSLATE_NOOP("helpdesk", "Open tickets by age"))
OLDEST_TICKETS = _word(QT_TRANSLATE_NOOP("helpdesk", "The oldest open tickets"))
NO_TICKETS = _word(QT_TRANSLATE_NOOP("helpdesk", "No ticket is open."))
NOBODY = _word(QT_TRANSLATE_NOOP("helpdesk", "(nobody)"))
TICKETS = _word(QT_TRANSLATE_NOOP("helpdesk", "Tickets"))
TECHNICIAN = _word(QT_TRANSLATE_NOOP("helpdesk", "Technician"))
PRIORITY = _word(QT_TRANSLATE_NOOP("helpdesk", "Priority"))
AGE = _word(QT_TRANSLATE_NOOP("helpdesk", "Age"))
AGE_IN_DAYS = _word(QT_TRANSLATE_NOOP("helpdesk", "Age in days"))
RECORD = _word(QT_TRANSLATE_NOOP("helpdesk", "Record"))
SUBJECT = _word(QT_TRANSLATE_NOOP("helpdesk", "Subject"))
STATUS = _word(QT_TRANSLATE_NOOP("helpdesk", "Status"))
REQUESTOR = _word(QT_TRANSLATE_NOOP("helpdesk", "Requestor"))
CREATED = _word(QT_TRANSLATE_NOOP("helpdesk", "Created"))
DUE = _word(QT_TRANSLATE_NOOP("helpdesk", "Due"))
AGES = (
    _word(QT_TRANSLATE_NOOP("helpdesk", "Less than a day")),
    _word(QT_TRANSLATE_NOOP("helpdesk", "1 to 3 days")),
    _word(QT_TRANSLATE_NOOP("helpdesk", "3 to 7 days")),
    _word(QT_TRANSLATE_NOOP("helpdesk", "7 to 30 days")),
    _word(QT_TRANSLATE_NOOP("helpdesk", "30 days and more")),
)

FIRST_RESPONSE = _word(QT_TRANSLATE_NOOP("helpdesk", "First response"))
CLOSING = _word(QT_TRANSLATE_NOOP("helpdesk", "Closing"))
IN_TIME = _word(QT_TRANSLATE_NOOP("helpdesk", "In time"))
LATE = _word(QT_TRANSLATE_NOOP("helpdesk", "Late"))
KEPT = _word(QT_TRANSLATE_NOOP("helpdesk", "Kept, in %"))
OVERDUE_NOW = _word(QT_TRANSLATE_NOOP("helpdesk", "Overdue now"))
OVERDUE_RECORDS = _word(QT_TRANSLATE_NOOP("helpdesk", "What is overdue now"))
NOTHING_OVERDUE = _word(QT_TRANSLATE_NOOP("helpdesk", "Nothing is overdue."))
NO_SERVICE_LEVELS = _word(QT_TRANSLATE_NOOP("helpdesk", "No record has a service level."))
SERVICE_LEVEL = _word(QT_TRANSLATE_NOOP("helpdesk", "Service level"))
OVERDUE = _word(QT_TRANSLATE_NOOP("helpdesk", "Overdue"))

OUTCOMES: dict[Outcome, Phrase] = {
    Outcome.CREATED: _word(QT_TRANSLATE_NOOP("helpdesk", "Became a new ticket")),
    Outcome.NOTED: _word(QT_TRANSLATE_NOOP("helpdesk", "Became a note on a record")),
    Outcome.COMMANDED: _word(QT_TRANSLATE_NOOP("helpdesk", "Had email commands")),
    Outcome.FILTERED: _word(QT_TRANSLATE_NOOP("helpdesk", "Stopped by a filter")),
    Outcome.REFUSED: _word(QT_TRANSLATE_NOOP("helpdesk", "Refused")),
    Outcome.QUARANTINED: _word(QT_TRANSLATE_NOOP("helpdesk", "Set aside in quarantine")),
    Outcome.IGNORED: _word(QT_TRANSLATE_NOOP("helpdesk", "Not needed")),
}
OUTBOX_STATES: dict[str, Phrase] = {
    "sent": _word(QT_TRANSLATE_NOOP("helpdesk", "Sent")),
    "waiting": _word(QT_TRANSLATE_NOOP("helpdesk", "Waiting")),
    "failed": _word(QT_TRANSLATE_NOOP("helpdesk", "Failed")),
    "discarded": _word(QT_TRANSLATE_NOOP("helpdesk", "Discarded")),
}
