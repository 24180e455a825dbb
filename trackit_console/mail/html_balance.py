"""Writes hostile HTML anew so that every tag is closed where it was opened, and nothing is nested too deep (SEC-03).

A browser's rules for repairing HTML make a megabyte of it take minutes: 70,000 open `<div>`, or a paragraph that reopens
all the `<b>` left open above it. What is written here needs no repair: the sanitiser of `html_display` then takes linear
time, and Qt has no more tables to lay out than it can.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import islice

from trackit_console.mail.display_tags import (
    BLOCKS,
    CELLS,
    FLAT,
    FORMATS,
    IN_TABLES,
    ITEMS,
    LISTS,
    OTHER_NAMES,
    SECTIONS,
    TAGS,
    VOID,
)
from trackit_console.mail.html_attributes import safe_attributes, shown_image, source_of_image, written
from trackit_console.mail.html_limits import (
    DISPLAY_DEPTH_LIMIT,
    DISPLAY_FORMATS_LIMIT,
    DISPLAY_ITEMS_LIMIT,
    DISPLAY_LENGTH_LIMIT,
    DISPLAY_LISTS_LIMIT,
    DISPLAY_REFERENCES_LIMIT,
    DISPLAY_TABLES_COST_LIMIT,
    DISPLAY_TAGS_LIMIT,
    DISPLAY_WORD_LIMIT,
)
from trackit_console.mail.html_visible import REST

_LONG_WORD = re.compile(rf"[^ \t\r\n]{{{DISPLAY_WORD_LIMIT}}}")
_REFERENCE = re.compile("[&\u00a0]")
_TAG = re.compile(rf"<(?=[!?/a-z])(/?)([a-z][^\s/<>]*+)?({REST})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Balanced:
    """HTML in which every tag is closed, whether its end was left out, and how many remote images were."""

    html: str
    cut: bool
    remote_images: int


@dataclass(frozen=True, slots=True)
class _Open:
    name: str
    written: str
    """The tag that was written for it; empty if none was."""
    flat: bool = False


def balanced_html(html: str, images: Collection[str], colours: bool) -> Balanced:
    """`html` with the tags of `TAGS` only; `images` are the content ids of those that may be shown."""
    writer = _Writer(images, colours)
    at = 0
    for tag in _TAG.finditer(html):
        writer.text(html[at : tag.start()])
        at = tag.end()
        if writer.full:
            break
        name = (tag[2] or "").lower()
        name = OTHER_NAMES.get(name, name)
        if name in TAGS:
            writer.end(name) if tag[1] else writer.start(name, tag[3])
    else:
        writer.text(html[at:])
    return writer.finished()


class _Writer:
    """Keeps the open tags in a list, and closes what a new tag would have a browser close."""

    def __init__(self, images: Collection[str], colours: bool) -> None:
        self._images = images
        self._colours = colours
        self._pieces: list[str] = []
        self._open: list[_Open] = []
        self._left_out: Counter[str] = Counter()
        """Start tags that were not written, because they were too deep. Their end tags must not close others."""
        self._length_left = DISPLAY_LENGTH_LIMIT
        self._tags_left = DISPLAY_TAGS_LIMIT
        self._references_left = DISPLAY_REFERENCES_LIMIT
        self._items_left = DISPLAY_ITEMS_LIMIT
        self._tables_left = DISPLAY_TABLES_COST_LIMIT
        self._remote_images = 0
        self._cut = False

    @property
    def full(self) -> bool:
        self._cut = self._cut or self._length_left <= 0 or self._tags_left <= 0
        return self._cut

    def finished(self) -> Balanced:
        self._close_to(0)
        return Balanced("".join(self._pieces), self._cut, self._remote_images)

    def text(self, text: str) -> None:
        room = max(0, self._length_left)
        # Cut a second time: what was escaped takes more room.
        escaped = text[:room].replace("<", "&lt;").replace(">", "&gt;")
        kept = escaped[:room]
        # In what is written: the escaped characters count, and may have pushed others out of the room.
        references = sum(map(kept.count, "&\u00a0"))
        if references > self._references_left:
            kept = kept[: next(islice(_REFERENCE.finditer(kept), self._references_left, None)).start()]
        self._references_left = max(0, self._references_left - references)
        self._cut = self._cut or len(text) > room or len(kept) < len(escaped)
        self._write(_LONG_WORD.sub(r"\g<0><br>", kept) if len(kept) > DISPLAY_WORD_LIMIT else kept)

    def start(self, name: str, tag: str) -> None:
        self._tags_left -= 1
        if name == "img":
            self._image(tag)
        elif name in VOID:
            self._write(f"<{name}>")
        elif name in IN_TABLES:
            self._part_of_table(name, safe_attributes(name, tag, self._images, self._colours))
        else:
            self._close_open({"p"} if name in BLOCKS else {"a"} if name == "a" else ITEMS.get(name, frozenset()))
            if self._fits(name):
                self._items_left -= name == "li"
                flat = (name == "table" and self._tables_left <= 0) or (name == "li" and self._items_left < 0)
                self._push(name, {} if flat else safe_attributes(name, tag, self._images, self._colours), flat)
            else:
                self._left_out[name] += 1

    def end(self, name: str) -> None:
        self._tags_left -= 1
        if self._left_out[name]:
            self._left_out[name] -= 1
            return
        # As in browsers: an end tag closes nothing outside of its cell, one of a row or cell nothing outside of its table.
        walls = {"table"} - {name} if name in IN_TABLES or name == "table" else CELLS
        for i in range(len(self._open) - 1, -1, -1):
            if self._open[i].name == name:
                self._close_to(i)
                return
            if self._open[i].name in walls:
                return

    def _fits(self, name: str) -> bool:
        if name in FORMATS and sum(1 for each in self._open if each.name in FORMATS) >= DISPLAY_FORMATS_LIMIT:
            return False
        if name in LISTS and sum(1 for each in self._open if each.name in LISTS) >= DISPLAY_LISTS_LIMIT:
            return False
        return len(self._open) < DISPLAY_DEPTH_LIMIT

    def _image(self, tag: str) -> None:
        source = source_of_image(tag)
        if shown_image(source, self._images):
            self._write(f"<img{written(safe_attributes('img', tag, self._images, self._colours))}>")
        elif source.lower().startswith(("http:", "https:", "//")):
            self._remote_images += 1

    def _part_of_table(self, name: str, attributes: dict[str, str]) -> None:
        tables = [i for i, each in enumerate(self._open) if each.name == "table"]
        if name in CELLS and tables and not self._open[tables[-1]].flat:
            # Qt measures a table in a table twice for each time that it measures the outer one.
            self._tables_left -= int(attributes.get("colspan", 1)) * int(attributes.get("rowspan", 1)) * 2 ** len(tables)
            if self._tables_left <= 0:
                self._close_to(tables[0])
                tables.clear()
        if not tables:
            self._write("<br>" if name == "tr" else " " if name in CELLS else "")
            return
        keep = tables[-1] + 1
        for level in (SECTIONS, {"tr"})[: 0 if name in SECTIONS else 1 if name == "tr" else 2]:
            if keep < len(self._open) and self._open[keep].name in level:
                keep += 1
        self._close_to(keep)
        flat = self._open[tables[-1]].flat
        self._push(name, {} if flat else attributes, flat)

    def _close_open(self, names: Collection[str]) -> None:
        """Closes the innermost of `names` that is open in this cell or list, as their end tags may be omitted."""
        walls = CELLS if "p" in names or "a" in names else CELLS | LISTS
        for i in range(len(self._open) - 1, -1, -1) if names else ():
            if self._open[i].name in names:
                self._close_to(i)
                return
            if self._open[i].name in walls:
                return

    def _push(self, name: str, attributes: dict[str, str], flat: bool = False) -> None:
        tag = FLAT.get(name, "") if flat else name
        self._open.append(_Open(name, tag, flat))
        self._write(f"<{tag}{written(attributes)}>" if tag else "")

    def _close_to(self, length: int) -> None:
        while len(self._open) > length:
            if tag := self._open.pop().written:
                self._write(f"</{tag}>")

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self._length_left -= len(piece)
