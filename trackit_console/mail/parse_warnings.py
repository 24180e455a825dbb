"""Codes for what was repaired or left out while parsing a message (MSG-07, SEC-03).

Codes are stored; their sentences are in `parse_warning_sentences`. Parsing never raises: each fault is handled where it is
found and recorded as one of these codes.
"""

from __future__ import annotations

from enum import StrEnum


class ParseWarning(StrEnum):
    """Codes of parse warnings. They are stored with messages, so codes are added but never renamed."""

    NO_SENDER = "no_sender"
    SENDER_FROM_REPLY_TO = "sender_from_reply_to"
    UNREADABLE_DATE = "unreadable_date"
    WRONG_CHARSET = "wrong_charset"
    UNKNOWN_CHARSET = "unknown_charset"
    RAW_HEADER = "raw_header"
    BROKEN_HEADER = "broken_header"
    BROKEN_FOLD = "broken_fold"
    STRAY_LINES = "stray_lines"
    BLANK_LINE = "blank_line"
    LONG_HEADER = "long_header"
    MANY_HEADERS = "many_headers"
    MANY_ADDRESSES = "many_addresses"
    NO_BOUNDARY = "no_boundary"
    NO_PARTS = "no_parts"
    NO_LAST_BOUNDARY = "no_last_boundary"
    MANY_PARTS = "many_parts"
    DEEP_NESTING = "deep_nesting"
    TEXT_OUTSIDE_PARTS = "text_outside_parts"
    BROKEN_ENCODING = "broken_encoding"
    UNKNOWN_ENCODING = "unknown_encoding"
    ENCRYPTED = "encrypted"
    NOT_UNPACKED = "not_unpacked"
    ONE_PIECE = "one_piece"
    PIECE_OF_FILE = "piece_of_file"
    EXTERNAL_FILE = "external_file"
    MANY_TEXT_FILES = "many_text_files"
    LONG_TEXT = "long_text"
    HTML_WITHOUT_LAYOUT = "html_without_layout"
    HTML_CUT = "html_cut"
    RENAMED = "renamed"
