"""The business rules that come with the product (NOT-03): all disabled, in English, the admin's to change."""

from __future__ import annotations

from trackit_console.settings.business_rules import BusinessRule
from trackit_console.settings.default_notification_templates import (
    CLOSED,
    NEW_TICKET,
    OVERDUE,
    PROCESSING_STOPPED,
    REOPENED,
    REQUESTOR_ANSWERED,
)
from trackit_console.settings.linked_record_actions import CreateLinkedRecord, UpdateLinkedRecords
from trackit_console.settings.notification_templates import NotificationTemplate
from trackit_console.settings.recipients import Recipients
from trackit_console.settings.rule_actions import AddNoteToRecord, SendNotification, SetField
from trackit_console.settings.rule_conditions import Condition
from trackit_console.settings.rule_delay import Delay


def _contains(*words: str) -> list[Condition]:
    return [Condition(field="subject", operator="contains", value=each) for each in words]


def _tell(template: NotificationTemplate, **recipients: bool) -> SendNotification:
    return SendNotification(template=template.name, recipients=Recipients.model_validate(recipients))


_OPEN = Condition(field="status", operator="is", value="open")
_WAITING = Condition(field="status", operator="is", value="waiting")
_UNASSIGNED = Condition(field="technician", operator="is_empty")
_ASSIGNED = Condition(field="technician", operator="is_not_empty")
_NOT_BY_TECHNICIAN = Condition(field="sender_role", operator="is_not", value="technician")

DEFAULT_BUSINESS_RULES = (
    BusinessRule(
        name="Urgent words in the subject",
        match="any",
        conditions=_contains("urgent", "emergency", "outage", "critical"),
        actions=[SetField(field="priority", value="Urgent")],
    ),
    BusinessRule(
        name="VIP requestor",
        # A domain that is reserved for examples (RFC 2606): nobody has such an address.
        match="any",
        conditions=[
            Condition(field="requestor_email", operator="is", value="ceo@example.com"),
            Condition(field="requestor_email", operator="ends_with", value="@board.example.com"),
        ],
        actions=[
            SetField(field="priority", value="High"),
            AddNoteToRecord(text="{requestor_name} is a VIP: please answer within the hour.", private=True),
        ],
    ),
    BusinessRule(
        name="Category by the subject: printers",
        conditions=_contains("printer"),
        actions=[SetField(field="category", value="Printers")],
    ),
    BusinessRule(
        name="New urgent ticket: tell all technicians",
        conditions=[Condition(field="priority", operator="is", value="Urgent")],
        actions=[_tell(NEW_TICKET, all_technicians=True)],
    ),
    BusinessRule(
        name="Unassigned for 1 business hour: tell all technicians",
        conditions=[_UNASSIGNED, _OPEN],
        delay=Delay(amount=1, unit="business_hours", unless="closed"),
        actions=[_tell(NEW_TICKET, all_technicians=True)],
    ),
    BusinessRule(
        name="Unanswered for 4 business hours: remind the technician",
        conditions=[_ASSIGNED, _OPEN],
        delay=Delay(amount=4, unit="business_hours", unless="answered"),
        actions=[_tell(OVERDUE, technician=True)],
    ),
    BusinessRule(
        name="Unanswered for 8 business hours: remind all technicians",
        conditions=[_OPEN],
        delay=Delay(amount=8, unit="business_hours", unless="answered"),
        actions=[_tell(OVERDUE, all_technicians=True)],
    ),
    BusinessRule(
        name="Requestor answered: the ticket no longer waits",
        events=["note_added"],
        conditions=[_WAITING, _NOT_BY_TECHNICIAN],
        actions=[SetField(field="status", value="open")],
    ),
    BusinessRule(
        name="Requestor answered: tell the technician",
        events=["note_added"],
        conditions=[_ASSIGNED, _NOT_BY_TECHNICIAN],
        actions=[_tell(REQUESTOR_ANSWERED, technician=True)],
    ),
    BusinessRule(
        name="Waiting for 40 business hours: close the ticket",
        events=["updated"],
        conditions=[Condition(field="changed_field", operator="is", value="status"), _WAITING],
        delay=Delay(amount=40, unit="business_hours", unless="changed"),
        actions=[
            AddNoteToRecord(text="Closed because nobody answered. To open it again, answer this ticket.", private=False),
            SetField(field="status", value="closed"),
            _tell(CLOSED, requestor=True),
        ],
    ),
    BusinessRule(
        name="Reopened: tell the technician",
        events=["reopened"],
        conditions=[_ASSIGNED],
        actions=[_tell(REOPENED, technician=True)],
    ),
    BusinessRule(
        name="Reopened without a technician: tell all technicians",
        events=["reopened"],
        conditions=[_UNASSIGNED],
        actions=[_tell(REOPENED, all_technicians=True)],
    ),
    BusinessRule(
        name="Onboarding: create the assignments",
        match="any",
        conditions=_contains("onboarding", "new employee"),
        actions=[
            CreateLinkedRecord(subject="Create the accounts: {subject}", text="{note_text}"),
            CreateLinkedRecord(subject="Prepare the workplace: {subject}", text="{note_text}"),
        ],
    ),
    BusinessRule(
        name="Ticket closed: close its assignments",
        events=["closed"],
        actions=[UpdateLinkedRecords(module="Assignment", field="status", value="closed")],
    ),
    BusinessRule(
        name="Email processing has stopped: tell all technicians",
        events=["processing_stopped"],
        actions=[_tell(PROCESSING_STOPPED, all_technicians=True)],
    ),
)
"""In the order in which they are used: what sets a priority stands before what tells of it."""
