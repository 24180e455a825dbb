"""Lays out the text and tags of an HTML document as lines: paragraphs, lists and tables (MSG-07).

Open blocks are kept in a list and nothing recurses, so nesting cannot be too deep (SEC-03). `html_text` selects the
tags and limits their number; `html_tables` aligns columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from trackit_console.mail.character_references import unescaped
from trackit_console.mail.html_limits import LIST_DEPTH_LIMIT, QUOTATION_DEPTH_LIMIT, TABLE_DEPTH_LIMIT
from trackit_console.mail.html_tables import Blanks, Cell, table_lines

PARAGRAPHS = r"p|h[1-6]|figure"
"""Tags with a blank line before and after them, as a regular expression."""

_PARAGRAPH = re.compile(PARAGRAPHS)
_LIST_NUMBER = re.compile(r"\b(?:start|value)\s*=\s*[\"']?([0-9]{1,4})", re.IGNORECASE)
_CITED = re.compile(r"\btype\s*+=\s*+[\"']?cite|gmail_quote|\bcite\s*+=\s*+[\"']?mid:", re.IGNORECASE)
"""A blockquote without such an attribute may be an indentation of the sender's own text."""
_BULLETS = ("* ", "+ ", "o ", "- ")


class Layout:
    """Takes text and tags in document order and lays out the text. Each open table cell has a block; writes go to the last."""

    def __init__(self, blanks: Blanks) -> None:
        self._blanks = blanks
        self._blocks = [_Block(blanks)]
        self._tables: list[_Table] = []
        self._flat_tables = 0
        """Number of open tables beyond `TABLE_DEPTH_LIMIT`. Their cells are written as plain text."""

    def text(self, text: str) -> None:
        self._blocks[-1].write(unescaped(text) if "&" in text else text)

    def tag(self, name: str, closing: bool, attributes: str) -> None:
        block = self._blocks[-1]
        if name == "br":
            block.break_line()
        elif name in ("table", "tr", "td", "th"):
            self._table_tag(name, closing)
        elif name in ("pre", "xmp", "listing"):
            block.end_line()
            block.preformatted = max(0, block.preformatted + (-1 if closing else 1))
        elif name in ("ul", "ol"):
            self._list_tag(name, closing, attributes)
        elif name == "li" and not closing:
            block.begin_item(attributes)
        elif name == "blockquote":
            block.end_quotation() if closing else block.begin_quotation(attributes)
        elif name == "q":
            block.write_quotation_mark(closing)
        elif _PARAGRAPH.fullmatch(name):
            block.end_paragraph()
        else:
            block.end_line()

    def _list_tag(self, name: str, closing: bool, attributes: str) -> None:
        block = self._blocks[-1]
        block.end_line()
        if closing:
            del block.lists[-1:]
        elif name == "ul":
            block.lists.append(_BULLETS[len(block.lists) % len(_BULLETS)])
        else:
            number = _LIST_NUMBER.search(attributes)
            block.lists.append(int(number[1]) if number else 1)

    def _table_tag(self, name: str, closing: bool) -> None:
        if name == "table":
            self._close_table() if closing else self._open_table()
        elif self._flat_tables or not self._tables:
            if name == "tr":
                self._blocks[-1].end_line()
            else:
                self._blocks[-1].space = True
        else:
            self._close_cell()  # the end tags of cells and rows may be omitted
            if not closing:
                self._open(name)

    def _open_table(self) -> None:
        self._blocks[-1].end_line()
        if self._flat_tables or len(self._tables) == TABLE_DEPTH_LIMIT:
            self._flat_tables += 1
        else:
            self._tables.append(_Table())

    def _close_table(self) -> None:
        if self._flat_tables:
            self._flat_tables -= 1
            self._blocks[-1].end_line()
        elif self._tables:
            self._close_cell()
            rows = self._tables.pop().rows
            self._blocks[-1].add_lines(table_lines(rows, self._blanks))

    def _open(self, name: str) -> None:
        table = self._tables[-1]
        if name == "tr" or not table.rows:
            table.rows.append([])
        if name != "tr":
            table.has_open_cell = True
            self._blocks.append(_Block(self._blanks))

    def _close_cell(self) -> None:
        table = self._tables[-1]
        if table.has_open_cell:
            table.has_open_cell = False
            table.rows[-1].append(self._blocks.pop().finished())

    def finished(self) -> str:
        """The text. Tables that are still open are closed."""
        self._flat_tables = 0
        while self._tables:
            self._close_table()
        return "\n".join(self._blocks[0].finished())


@dataclass(slots=True)
class _Block:
    """The lines written so far: of the whole text, or of one table cell."""

    blanks: Blanks
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    space: bool = False
    """Whether white space followed the last word in `line`."""
    paragraph_ended: bool = False
    lists: list[int | str] = field(default_factory=list)
    """For each open list its bullet, or the number of its next item."""
    bullet: str = ""
    """The bullet of an item that has no text yet."""
    preformatted: int = 0
    quotations: list[bool] = field(default_factory=list)
    """For each open blockquote, whether it quotes a message. Its lines are then marked as in plain text."""
    quotation_depth: int = 0

    def write(self, text: str) -> None:
        if self.preformatted:
            first, *more = text.split("\n")
            self.line.append(first)
            for line in more:
                self.break_line()
                self.line.append(line)
            return
        words = " ".join(text.split())  # non-breaking spaces are white space too
        if words:
            if self.line and (self.space or text[0].isspace()):
                self.line.append(" ")
            self.line.append(words)
        self.space = text[-1].isspace() if words else True

    def write_quotation_mark(self, closing: bool) -> None:
        if self.line and self.space and not closing:
            self.line.append(" ")
        self.line.append('"')
        self.space = self.space and closing

    def end_line(self) -> None:
        """Ends the current line, if there is one, at the edge of a block."""
        text = "".join(self.line).rstrip()
        if text or self.bullet:
            self._add(text)
        self.line.clear()
        self.space = False

    def break_line(self) -> None:
        """Ends the current line even if it is empty, as `<br>` does."""
        before = len(self.lines)
        self.end_line()
        if len(self.lines) == before:
            self.blank_line()

    def blank_line(self) -> None:
        """Adds a blank line, but never a second one: programs use empty paragraphs as spacing."""
        if self.lines and self.lines[-1]:
            self.lines.append("")

    def end_paragraph(self) -> None:
        self.end_line()
        self.paragraph_ended = True

    def add_lines(self, lines: list[str]) -> None:
        self.end_line()
        one_by_one = self.lists or self.quotation_depth
        for line in lines if one_by_one else lines[:1]:
            self._add(line)
        if not one_by_one:
            self.lines += lines[1:]

    def begin_quotation(self, attributes: str) -> None:
        self.end_line()
        self.quotations.append(_CITED.search(attributes) is not None)
        self.quotation_depth += self.quotations[-1]

    def end_quotation(self) -> None:
        self.end_line()
        if self.quotations:
            self.quotation_depth -= self.quotations.pop()

    def begin_item(self, attributes: str) -> None:
        self.end_line()
        self.bullet = _BULLETS[0]
        if self.lists and isinstance(self.lists[-1], int):
            number = _LIST_NUMBER.search(attributes)
            self.lists[-1] = int(number[1]) if number else self.lists[-1]
            self.bullet = f"{self.lists[-1]}. "
            self.lists[-1] += 1
        elif self.lists:
            self.bullet = str(self.lists[-1])

    def finished(self) -> Cell:
        self.end_line()
        if self.paragraph_ended:
            self.blank_line()
        return self.lines

    def _add(self, text: str) -> None:
        if self.paragraph_ended:
            self.blank_line()
            self.paragraph_ended = False
        if not text and not self.bullet:
            self.blank_line()
            return
        indentation = 4 * min(len(self.lists), LIST_DEPTH_LIMIT) - len(self.bullet)
        blanks = " " * indentation if indentation > 0 and self.blanks.take(indentation) else ""
        marks = ">" * min(self.quotation_depth, QUOTATION_DEPTH_LIMIT) + " " if self.quotation_depth else ""
        if marks and not self.blanks.take(len(marks)):
            marks = ""
        self.lines.append((marks + blanks + self.bullet + text).rstrip())
        self.bullet = ""


@dataclass(slots=True)
class _Table:
    rows: list[list[Cell]] = field(default_factory=list)
    has_open_cell: bool = False
