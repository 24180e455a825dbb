"""All pages by name. A page's module is imported when it is first shown, so that the window opens quickly."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from trackit_console.console.pages.page import Page
from trackit_console.user_messages import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Describes a page without importing it: its class, its title, and its place in breadcrumb and menu.

    `group` is that of the settings pages it stands with, in the menu and below the tiles, in the order of `PAGES`. `summary` is the
    line beside a link to the page; by default it is the subtitle.
    """

    module: str
    cls: str
    title: str
    parent: str | None = None
    icon: str = ""
    subtitle: str = ""
    group: str = ""
    summary: str = ""

    def load(self) -> type[Page]:
        """The page's class."""
        found: type[Page] = getattr(import_module(f"trackit_console.console.pages.{self.module}"), self.cls)
        return found


GROUPS = {
    "incoming": QT_TRANSLATE_NOOP("pages", "Incoming"),
    "sending": QT_TRANSLATE_NOOP("pages", "Sending"),
    "people": QT_TRANSLATE_NOOP("pages", "People and Records"),
    "database": QT_TRANSLATE_NOOP("pages", "Database and Logs"),
}
"""The groups of settings pages, in their order. A page below the tiles without a group stands beside them."""
DAILY_WORK = QT_TRANSLATE_NOOP("pages", "Daily Work")
"""The title of the pages that are no settings."""
PAGES: dict[str, PageInfo] = {
    "tiles": PageInfo(
        "tiles",
        "TilesPage",
        QT_TRANSLATE_NOOP("pages", "Email Configurations"),
        icon="mail",
        subtitle=QT_TRANSLATE_NOOP("pages", "How mail reaches the help desk, and how the help desk answers."),
    ),
    "incoming": PageInfo(
        "incoming",
        "IncomingPage",
        QT_TRANSLATE_NOOP("pages", "Incoming and Outgoing Emails"),
        "tiles",
        "mail",
        group="incoming",
        summary=QT_TRANSLATE_NOOP("pages", "Mailboxes to read, and the account that sends."),
    ),
    "monitor": PageInfo(
        "monitor",
        "MonitorPage",
        QT_TRANSLATE_NOOP("pages", "Email Monitor Settings"),
        "tiles",
        "monitor",
        summary=QT_TRANSLATE_NOOP("pages", "When mail is checked, and what follows."),
    ),
    "filters": PageInfo(
        "filters",
        "FiltersPage",
        QT_TRANSLATE_NOOP("pages", "Email Filters"),
        "tiles",
        "filter",
        group="incoming",
        summary=QT_TRANSLATE_NOOP("pages", "Whose mail is not taken, and which subjects."),
    ),
    "activity": PageInfo(
        "activity",
        "ActivityPage",
        QT_TRANSLATE_NOOP("pages", "What happened to my mail?"),
        icon="activity",
        summary=QT_TRANSLATE_NOOP("pages", "What became of each message, and why."),
    ),
    "records": PageInfo(
        "records",
        "RecordsPage",
        QT_TRANSLATE_NOOP("pages", "Records"),
        icon="ticket",
        summary=QT_TRANSLATE_NOOP("pages", "Tickets, assignments and announcements."),
    ),
    "quarantine": PageInfo(
        "quarantine",
        "QuarantinePage",
        QT_TRANSLATE_NOOP("pages", "Quarantine"),
        icon="warning",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "Messages that were set aside whole, with the reason. They keep no other mail waiting."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "Messages that were set aside, with the reason."),
    ),
    "outgoing_mail": PageInfo(
        "outgoing_mail",
        "OutgoingMailPage",
        QT_TRANSLATE_NOOP("pages", "Outgoing Mail"),
        icon="mail",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "What the help desk sends: notifications, replies and reports, and what became of each."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "What the help desk sends, and what became of it."),
    ),
    "people": PageInfo(
        "people",
        "PeoplePage",
        QT_TRANSLATE_NOOP("pages", "People"),
        "tiles",
        group="people",
        subtitle=QT_TRANSLATE_NOOP("pages", "Whose mail is recognized, and as whose."),
    ),
    "templates": PageInfo(
        "templates",
        "TemplatesPage",
        QT_TRANSLATE_NOOP("pages", "Ticket Templates"),
        "tiles",
        group="people",
        subtitle=QT_TRANSLATE_NOOP("pages", "What the tickets of a mailbox begin with."),
    ),
    "email_commands": PageInfo(
        "email_commands",
        "EmailCommandsPage",
        QT_TRANSLATE_NOOP("pages", "Email Commands"),
        "tiles",
        "command",
        group="incoming",
        summary=QT_TRANSLATE_NOOP("pages", "Which records are changed by mail."),
    ),
    "file_types": PageInfo(
        "file_types",
        "FileTypesPage",
        QT_TRANSLATE_NOOP("pages", "Restricted File Types"),
        "tiles",
        "filter",
        group="incoming",
        summary=QT_TRANSLATE_NOOP("pages", "Attachments that are named, and not kept."),
    ),
    "loop_protection": PageInfo(
        "loop_protection",
        "LoopProtectionPage",
        QT_TRANSLATE_NOOP("pages", "Loop Protection"),
        "tiles",
        group="incoming",
        subtitle=QT_TRANSLATE_NOOP("pages", "What becomes of mail that programs write, and when nothing is answered any more."),
        summary=QT_TRANSLATE_NOOP("pages", "Mail that programs write, and limits."),
    ),
    "notifications": PageInfo(
        "notifications",
        "NotificationsPage",
        QT_TRANSLATE_NOOP("pages", "Notifications"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "Which mail the help desk sends when something happens. Changes take effect at once."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "Which mail is sent when something happens."),
    ),
    "notification_templates": PageInfo(
        "notification_templates",
        "NotificationTemplatesPage",
        QT_TRANSLATE_NOOP("pages", "Notification Templates"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP("pages", "What the mail of the help desk says. Changes take effect at once."),
        summary=QT_TRANSLATE_NOOP("pages", "What the mail of the help desk says."),
    ),
    "notification_schedules": PageInfo(
        "notification_schedules",
        "NotificationSchedulesPage",
        QT_TRANSLATE_NOOP("pages", "Notification Schedules"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "When somebody wants no mail, or one mail instead of many. The first one that names a recipient counts."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "When somebody wants no mail, or one mail instead of many."),
    ),
    "business_rules": PageInfo(
        "business_rules",
        "BusinessRulesPage",
        QT_TRANSLATE_NOOP("pages", "Business Rules"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "What the help desk does by itself when something happens. Changes take effect at once."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "What the help desk does by itself when something happens."),
    ),
    "service_levels": PageInfo(
        "service_levels",
        "ServiceLevelsPage",
        QT_TRANSLATE_NOOP("pages", "Service Levels"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP("pages", "How soon records are answered and closed, and who is reminded."),
        summary=QT_TRANSLATE_NOOP("pages", "How soon records are answered and closed."),
    ),
    "business_hours": PageInfo(
        "business_hours",
        "BusinessHoursPage",
        QT_TRANSLATE_NOOP("pages", "Business Hours"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP("pages", "When the help desk is open. Service levels count this time."),
        summary=QT_TRANSLATE_NOOP("pages", "When the help desk is open."),
    ),
    "reports": PageInfo(
        "reports",
        "ReportsPage",
        QT_TRANSLATE_NOOP("pages", "Reports"),
        "tiles",
        group="sending",
        subtitle=QT_TRANSLATE_NOOP("pages", "Mail that is sent by the clock: about mail, open tickets and service levels."),
        summary=QT_TRANSLATE_NOOP("pages", "Mail that is sent by the clock."),
    ),
    "audit": PageInfo(
        "audit",
        "AuditPage",
        QT_TRANSLATE_NOOP("pages", "Audit"),
        "tiles",
        group="database",
        subtitle=QT_TRANSLATE_NOOP("pages", "Who changed which setting, when, and from what to what. Changes can be undone."),
        summary=QT_TRANSLATE_NOOP("pages", "Who changed which setting, and when."),
    ),
    "backups": PageInfo(
        "backups",
        "BackupsPage",
        QT_TRANSLATE_NOOP("pages", "Backups"),
        "tiles",
        group="database",
        subtitle=QT_TRANSLATE_NOOP("pages", "When the embedded database is backed up, and how to go back to a backup."),
        summary=QT_TRANSLATE_NOOP("pages", "Copies of the embedded database, and going back to one."),
    ),
    "retention": PageInfo(
        "retention",
        "RetentionPage",
        QT_TRANSLATE_NOOP("pages", "Data Retention"),
        "tiles",
        group="database",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "How long mail and history are kept, and how large the database is. Changes take effect at once."
        ),
        summary=QT_TRANSLATE_NOOP("pages", "How long mail and history are kept."),
    ),
    "logs": PageInfo(
        "logs",
        "LogsPage",
        QT_TRANSLATE_NOOP("pages", "Logs"),
        "tiles",
        "file",
        group="database",
        subtitle=QT_TRANSLATE_NOOP("pages", "What the email monitor and the connections to mail servers wrote, by day."),
        summary=QT_TRANSLATE_NOOP("pages", "What the email monitor wrote, by day."),
    ),
}
MENU_TITLES = {"activity": QT_TRANSLATE_NOOP("pages", "Activity")}
"""Shorter titles for menu and breadcrumb."""
