"""Notification templates: subject and text of the mail that the help desk sends, with tokens (NOT-01).

The language is in `tokens`; which template is sent when is decided by rules (NOT-03) and service levels (NOT-04).
"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from trackit_console.settings.field_types import RequiredText, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.text_rules import check_not_empty
from trackit_console.settings.tokens import TemplateLine, TemplateText
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class NotificationTemplate(Settings):
    """What a notification says. A line of `text` whose tokens are all empty is left out when it is sent."""

    name: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Name"),
        description=QT_TRANSLATE_NOOP("settings", "Rules and service levels name the template by it; unique."),
    )
    subject: Annotated[TemplateLine, AfterValidator(check_not_empty)] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Subject"),
        description=QT_TRANSLATE_NOOP(
            "settings", "One line. With the token keyword in it, replies come back to the record that the email is about."
        ),
    )
    text: Annotated[TemplateText, AfterValidator(check_not_empty)] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Text"),
        description=QT_TRANSLATE_NOOP(
            "settings", "What the email says. Tokens stand in braces. A line whose tokens are all empty is left out."
        ),
    )
    html: Annotated[TemplateText | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "Made from the text"))] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "HTML"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "The text for mail programs that show HTML; leave it empty to have it made from the text. Scripts, forms and images are "
            "left out when it is sent.",
        ),
    )
