"""The schema, one module for each kind of thing that is kept. How it came to be is in `migrations`."""

from trackit_console.store.tables.base import Base
from trackit_console.store.tables.mail import (
    ActivityRow,
    DeliveryRow,
    OutboxRow,
    QuarantineRow,
    RawMessageRow,
)
from trackit_console.store.tables.monitor import (
    MailboxLeaseRow,
    MailboxStateRow,
    MonitorControlRow,
    MonitorHostRow,
    RevisionRow,
)
from trackit_console.store.tables.records import (
    AttachmentRow,
    NoteRow,
    RecordLinkRow,
    RecordRow,
    RequestorRow,
    TechnicianAddressRow,
    TechnicianRow,
)
from trackit_console.store.tables.settings import (
    AuditRow,
    EmailCommandsRow,
    FileTypeSettingsRow,
    FilterRuleRow,
    FilterSettingsRow,
    LoopProtectionRow,
    MailboxRow,
    MonitorSettingsRow,
    OutgoingRow,
    PropertyRow,
    RestrictedFileTypeRow,
    TicketTemplateRow,
)

__all__ = [
    "ActivityRow",
    "AttachmentRow",
    "AuditRow",
    "Base",
    "DeliveryRow",
    "EmailCommandsRow",
    "FileTypeSettingsRow",
    "FilterRuleRow",
    "FilterSettingsRow",
    "LoopProtectionRow",
    "MailboxLeaseRow",
    "MailboxRow",
    "MailboxStateRow",
    "MonitorControlRow",
    "MonitorHostRow",
    "MonitorSettingsRow",
    "NoteRow",
    "OutboxRow",
    "OutgoingRow",
    "PropertyRow",
    "QuarantineRow",
    "RawMessageRow",
    "RecordLinkRow",
    "RecordRow",
    "RequestorRow",
    "RestrictedFileTypeRow",
    "RevisionRow",
    "TechnicianAddressRow",
    "TechnicianRow",
    "TicketTemplateRow",
]
