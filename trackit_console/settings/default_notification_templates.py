"""The notification templates that come with the product (NOT-01)."""

from __future__ import annotations

from trackit_console.settings.notification_templates import NotificationTemplate

TICKET_RECEIVED = NotificationTemplate(
    name="Ticket received (to the requestor)",
    subject="{keyword} We have received your request: {subject}",
    text="""Hello {requestor_name},

Thank you for writing to {help_desk}.
We have received your request and opened {record} for it.

Subject: {subject}
Priority: {priority}
First response by: {first_response_due}

To add something, answer this email and keep {keyword} in its subject.
You can also follow your request here: {self_service_response_url}

{help_desk}""",
)
NEW_TICKET = NotificationTemplate(
    name="New ticket (to technicians)",
    subject="{keyword} New: {subject}",
    text="""{record} is new.

Subject: {subject}
Requestor: {requestor_name}
Address: {requestor_email}
Priority: {priority}
Category: {category}
First response by: {first_response_due}
To be closed by: {close_due}

{note_text}

Open it here: {response_url}""",
)
ASSIGNED = NotificationTemplate(
    name="Assigned to you (to the technician)",
    subject="{keyword} Assigned to you: {subject}",
    text="""Hello {technician_name},

{record} is now assigned to you.

Subject: {subject}
Requestor: {requestor_name}
Priority: {priority}
Category: {category}
Due: {due}

{history}

Open it here: {response_url}""",
)
NOTE_ADDED = NotificationTemplate(
    name="Note added (to the requestor)",
    subject="{keyword} {subject}",
    text="""Hello {requestor_name},

There is news about {record}.
{note_author} wrote:

{note_text}

To answer, reply to this email and keep {keyword} in its subject.
You can also follow your request here: {self_service_response_url}

{help_desk}""",
)
REQUESTOR_ANSWERED = NotificationTemplate(
    name="Requestor answered (to the technician)",
    subject="{keyword} Answer: {subject}",
    text="""Hello {technician_name},

There is an answer about {record}.

Subject: {subject}
Requestor: {requestor_name}
Status: {status}

{note_text}

Open it here: {response_url}""",
)
CLOSED = NotificationTemplate(
    name="Ticket closed (to the requestor)",
    subject="{keyword} Closed: {subject}",
    text="""Hello {requestor_name},

{record} is closed.

Subject: {subject}

If the problem is not solved, answer this email and keep {keyword} in its subject.
You can also see your request here: {self_service_response_url}

{help_desk}""",
)
REOPENED = NotificationTemplate(
    name="Ticket reopened (to the technician)",
    subject="{keyword} Reopened: {subject}",
    text="""Hello {technician_name},

{record} was reopened.
{reason}

Subject: {subject}
Requestor: {requestor_name}

{note_text}

Open it here: {response_url}""",
)
PROCESSING_STOPPED = NotificationTemplate(
    name="Email processing has stopped (to the administrator)",
    subject="Email processing has stopped: {mailbox}",
    text="""Email from the mailbox {mailbox} no longer becomes tickets.

{error}

Mail stays on the server until this is corrected, and is then processed.

{help_desk}""",
)
DUE_SOON = NotificationTemplate(
    name="Due soon (to the technician)",
    subject="{keyword} Due soon: {subject}",
    text="""Hello {technician_name},

{record} is due soon and still open.
{reason}

Subject: {subject}
Requestor: {requestor_name}
Priority: {priority}
First response by: {first_response_due}
To be closed by: {close_due}

Open it here: {response_url}""",
)
OVERDUE = NotificationTemplate(
    name="Overdue (to the technician)",
    subject="{keyword} Overdue: {subject}",
    text="""Hello {technician_name},

{record} is overdue and still open.
{reason}

Subject: {subject}
Requestor: {requestor_name}
Priority: {priority}
First response by: {first_response_due}
To be closed by: {close_due}

Open it here: {response_url}""",
)
DEFAULT_NOTIFICATION_TEMPLATES = (
    TICKET_RECEIVED,
    NEW_TICKET,
    ASSIGNED,
    NOTE_ADDED,
    REQUESTOR_ANSWERED,
    CLOSED,
    REOPENED,
    PROCESSING_STOPPED,
    DUE_SOON,
    OVERDUE,
)
"""The templates of a new database, in English: they are the admin's to change."""
