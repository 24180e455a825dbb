"""Parses raw messages into `Message` values. Pure functions; the only dependency of `parse` is `user_messages`.

The public face is `parse(raw: bytes) -> Message` and `Message.as_dict()`, the JSON that `parse FILE` prints. `parse` takes
any bytes, never raises, and costs at most 1 s and 200 MB for 25 MB (`limits`).
"""

from trackit_console.mail.content_identity import content_identity
from trackit_console.mail.keywords import Keyword, find_keywords, write_keyword
from trackit_console.mail.message import Address, Attachment, Automatic, Bounce, Message
from trackit_console.mail.parse_warning_sentences import warning_phrase
from trackit_console.mail.parse_warnings import ParseWarning
from trackit_console.mail.parser import parse

__all__ = [
    "Address",
    "Attachment",
    "Automatic",
    "Bounce",
    "Keyword",
    "Message",
    "ParseWarning",
    "content_identity",
    "find_keywords",
    "parse",
    "warning_phrase",
    "write_keyword",
]
