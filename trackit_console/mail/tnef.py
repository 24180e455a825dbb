"""Reads TNEF (MS-OXTNEF), the format of the winmail.dat that Outlook and Exchange attach. `winmail` makes parts of it.

Nothing is copied: files are views of the data. Checksums are not verified, because a file with a wrong one is still
better than none.
"""

from __future__ import annotations

from trackit_console.mail import mapi_properties as mapi
from trackit_console.mail.budget import Budget
from trackit_console.mail.byte_cursor import Cursor
from trackit_console.mail.charsets import to_text
from trackit_console.mail.code_pages import code_page_name
from trackit_console.mail.limits import TNEF_DEPTH_LIMIT
from trackit_console.mail.mapi_properties import Value, read_properties
from trackit_console.mail.tnef_message import TnefFile, TnefMessage

SIGNATURE = b"\x78\x9f\x3e\x22"
# The lower word of an attribute's id; the upper one is its type.
_MESSAGE_CLASS, _SUBJECT, _BODY, _MAPI = 0x8008, 0x8004, 0x800C, 0x9003
_ATTACH_START, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_MAPI = 0x9002, 0x8010, 0x800F, 0x9005
_CODE_PAGE = 0x9007
_LENGTH_OF_IID = 16


def read_tnef(data: memoryview, budget: Budget, depth: int = 0) -> TnefMessage:
    """The message in `data`, as far as it can be read. Never raises."""
    reader = _TnefReader(budget, depth)
    cursor = Cursor(data)
    try:
        if cursor.take(4) != SIGNATURE:
            reader.message.is_whole = False
            return reader.message
        cursor.take(2)  # a key that nothing refers to
        while cursor.left() > 2:  # some streams end in a few bytes of padding
            if not budget.step():
                raise EOFError
            cursor.take(1)  # the level: message or attachment
            attribute, _, length = cursor.number(2), cursor.take(2), cursor.number(4)
            value = cursor.take(min(length, cursor.left()))
            # Before the end is noticed: a file that is cut off is better than none.
            reader.attribute(attribute, value)
            if len(value) < length:
                raise EOFError
            cursor.take(min(2, cursor.left()))  # the checksum, which may be missing at the end
    except EOFError:
        reader.message.is_whole = False
    return reader.message


class _TnefReader:
    """Collects the attributes of one stream."""

    def __init__(self, budget: Budget, depth: int) -> None:
        self.message = TnefMessage()
        self._budget = budget
        self._depth = depth
        self._charset = "cp1252"
        self._file: TnefFile | None = None

    def attribute(self, attribute: int, value: memoryview) -> None:
        message = self.message
        if attribute == _CODE_PAGE:
            self._charset = code_page_name(int.from_bytes(value[:4], "little"))
        elif attribute == _MESSAGE_CLASS:
            message.message_class = self._text(value)
        elif attribute == _SUBJECT:
            message.subject = message.subject or self._text(value)
        elif attribute == _BODY:
            message.text = message.text or (value, self._charset)
        elif attribute == _MAPI:
            self._message_properties(value)
        elif attribute == _ATTACH_START:
            self._start_file()
        elif attribute in (_ATTACH_TITLE, _ATTACH_DATA, _ATTACH_MAPI):
            self._file_attribute(attribute, value)

    def _text(self, value: memoryview) -> str:
        return to_text(bytes(value), self._charset, []).partition("\0")[0]

    def _start_file(self) -> None:
        self._file = TnefFile() if self._budget.parts else None
        if self._file is None:
            self.message.is_whole = False
            return
        self._budget.parts -= 1
        self.message.files.append(self._file)

    def _file_attribute(self, attribute: int, value: memoryview) -> None:
        if not self.message.files:
            self._start_file()
        file = self._file
        if file is None:
            return
        if attribute == _ATTACH_TITLE:
            file.name = file.name or self._text(value)
        elif attribute == _ATTACH_DATA:
            file.data = value
        else:
            self._file_properties(file, value)

    def _properties(self, value: memoryview) -> dict[int, Value]:
        properties, is_whole = read_properties(value, self._budget)
        self.message.is_whole &= is_whole
        return properties

    def _message_properties(self, value: memoryview) -> None:
        found, message = self._properties(value), self.message
        page = found.get(mapi.INTERNET_CODE_PAGE)
        charset = code_page_name(page.number()) if page else self._charset
        if mapi.SUBJECT in found:
            message.subject = found[mapi.SUBJECT].text(self._charset)
        if mapi.MESSAGE_CLASS in found:
            message.message_class = message.message_class or found[mapi.MESSAGE_CLASS].text(self._charset)
        if body := found.get(mapi.BODY):
            message.text = (body.data, body.charset or self._charset)
        if html := found.get(mapi.BODY_HTML):
            message.html = (html.data, html.charset or charset)
        if rtf := found.get(mapi.BODY_RTF):
            message.rtf = rtf.data

    def _file_properties(self, file: TnefFile, value: memoryview) -> None:
        found = self._properties(value)
        long, short, shown = (
            found[name].text(self._charset) if name in found else ""
            for name in (mapi.ATTACH_LONG_FILE_NAME, mapi.ATTACH_FILE_NAME, mapi.DISPLAY_NAME)
        )
        file.name = long or file.name or short or shown
        if mapi.ATTACH_MIME_TAG in found:
            file.content_type = found[mapi.ATTACH_MIME_TAG].text(self._charset)
        if mapi.ATTACH_CONTENT_ID in found:
            file.content_id = found[mapi.ATTACH_CONTENT_ID].text(self._charset)
        if data := found.get(mapi.ATTACH_DATA):
            self._data(file, data)

    def _data(self, file: TnefFile, value: Value) -> None:
        """The file's bytes. An object has the id of its interface before them; a message is a TNEF stream of its own."""
        file.data = value.data[_LENGTH_OF_IID:] if value.is_object else value.data
        if not (value.is_object and bytes(file.data[:4]) == SIGNATURE):
            return
        if self._depth >= TNEF_DEPTH_LIMIT:
            self.message.is_whole = False
            return
        file.message = read_tnef(file.data, self._budget, self._depth + 1)
        self.message.is_whole &= file.message.is_whole
