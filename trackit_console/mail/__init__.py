"""Parses raw messages into `Message` values. Pure functions; the only dependency is `user_messages`."""

from trackit_console.mail.content_identity import content_identity
from trackit_console.mail.keywords import Keyword, find_keywords, write_keyword
from trackit_console.mail.message import Address, Attachment, Automatic, Bounce, Message
from trackit_console.mail.message_json import as_json
from trackit_console.mail.parse_warnings import ParseWarning, warning_phrase
from trackit_console.mail.parser import parse

__all__ = [
    "Address",
    "Attachment",
    "Automatic",
    "Bounce",
    "Keyword",
    "Message",
    "ParseWarning",
    "as_json",
    "content_identity",
    "find_keywords",
    "parse",
    "warning_phrase",
    "write_keyword",
]
