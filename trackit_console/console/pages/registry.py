"""All pages by name. A page's module is imported when it is first shown, so that the window opens quickly."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from trackit_console.console.pages.page import Page
from trackit_console.user_messages import QT_TRANSLATE_NOOP


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Describes a page without importing it: its class, its title, and its place in breadcrumb and menu."""

    module: str
    cls: str
    title: str
    parent: str | None = None
    icon: str = ""
    subtitle: str = ""

    def load(self) -> type[Page]:
        """The page's class."""
        found: type[Page] = getattr(import_module(f"trackit_console.console.pages.{self.module}"), self.cls)
        return found


PAGES: dict[str, PageInfo] = {
    "tiles": PageInfo(
        "tiles",
        "TilesPage",
        QT_TRANSLATE_NOOP("pages", "Email Configurations"),
        icon="mail",
        subtitle=QT_TRANSLATE_NOOP("pages", "How mail reaches the help desk, and how the help desk answers."),
    ),
    "incoming": PageInfo("incoming", "IncomingPage", QT_TRANSLATE_NOOP("pages", "Incoming and Outgoing Emails"), "tiles", "mail"),
    "monitor": PageInfo("monitor", "MonitorPage", QT_TRANSLATE_NOOP("pages", "Email Monitor Settings"), "tiles", "monitor"),
    "filters": PageInfo("filters", "FiltersPage", QT_TRANSLATE_NOOP("pages", "Email Filters"), "tiles", "filter"),
    "activity": PageInfo("activity", "ActivityPage", QT_TRANSLATE_NOOP("pages", "What happened to my mail?"), icon="activity"),
    "records": PageInfo("records", "RecordsPage", QT_TRANSLATE_NOOP("pages", "Records"), icon="ticket"),
    "quarantine": PageInfo(
        "quarantine",
        "QuarantinePage",
        QT_TRANSLATE_NOOP("pages", "Quarantine"),
        icon="warning",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "Messages that were set aside whole, with the reason. They keep no other mail waiting."
        ),
    ),
    "outgoing_mail": PageInfo(
        "outgoing_mail",
        "OutgoingMailPage",
        QT_TRANSLATE_NOOP("pages", "Outgoing Mail"),
        icon="mail",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "What the help desk sends: notifications, replies and reports, and what became of each."
        ),
    ),
    "people": PageInfo(
        "people",
        "PeoplePage",
        QT_TRANSLATE_NOOP("pages", "People"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "Whose mail is recognized, and as whose."),
    ),
    "templates": PageInfo(
        "templates",
        "TemplatesPage",
        QT_TRANSLATE_NOOP("pages", "Ticket Templates"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "What the tickets of a mailbox begin with."),
    ),
    "notifications": PageInfo(
        "notifications",
        "NotificationsPage",
        QT_TRANSLATE_NOOP("pages", "Notifications"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "Which mail the help desk sends when something happens. Changes take effect at once."
        ),
    ),
    "notification_templates": PageInfo(
        "notification_templates",
        "NotificationTemplatesPage",
        QT_TRANSLATE_NOOP("pages", "Notification Templates"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "What the mail of the help desk says. Changes take effect at once."),
    ),
    "business_rules": PageInfo(
        "business_rules",
        "BusinessRulesPage",
        QT_TRANSLATE_NOOP("pages", "Business Rules"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP(
            "pages", "What the help desk does by itself when something happens. Changes take effect at once."
        ),
    ),
    "loop_protection": PageInfo(
        "loop_protection",
        "LoopProtectionPage",
        QT_TRANSLATE_NOOP("pages", "Loop Protection"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "What becomes of mail that programs write, and when nothing is answered any more."),
    ),
    "email_commands": PageInfo(
        "email_commands", "EmailCommandsPage", QT_TRANSLATE_NOOP("pages", "Email Commands"), "tiles", "command"
    ),
    "service_levels": PageInfo(
        "service_levels",
        "ServiceLevelsPage",
        QT_TRANSLATE_NOOP("pages", "Service Levels"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "How soon records are answered and closed, and who is reminded."),
    ),
    "business_hours": PageInfo(
        "business_hours",
        "BusinessHoursPage",
        QT_TRANSLATE_NOOP("pages", "Business Hours"),
        "tiles",
        subtitle=QT_TRANSLATE_NOOP("pages", "When the help desk is open. Service levels count this time."),
    ),
    "file_types": PageInfo("file_types", "FileTypesPage", QT_TRANSLATE_NOOP("pages", "Restricted File Types"), "tiles", "filter"),
}
MENU_TITLES = {"activity": QT_TRANSLATE_NOOP("pages", "Activity")}
"""Shorter titles for menu and breadcrumb."""
