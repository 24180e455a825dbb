"""Splits the text of a reply into what the sender wrote this time and the quoted history (MSG-07).

Where the history begins is recognized by `attributions`, `header_blocks` and `separators`. Decided here is which lines
around and between quoted ones are new. In doubt a line is new: to show a quotation does less harm than to fold an answer.
"""

from __future__ import annotations

import re

from trackit_console.mail.attributions import attribution_start, may_end_attribution
from trackit_console.mail.greetings import is_greeting, leads_to_answers
from trackit_console.mail.header_blocks import begins_header_block, header_block
from trackit_console.mail.limits import HISTORY_CANDIDATES_LIMIT, HISTORY_LINE_LIMIT, HISTORY_LINES_LIMIT
from trackit_console.mail.quotations import is_quoted, is_rest_of_quoted, next_line, quotes_above
from trackit_console.mail.separators import begins_footer, is_separator

_SIGNS = (":", ">", "--", "#", "\uff1a")
"""Without one of them there is no history. Most mail that is not a reply has none."""
_BELOW_SEPARATOR = 6
"""Lines below a separator in which an attribution ends or a header block begins, if there is one as well."""
_ANSWER_BETWEEN = re.compile(r"\n[> ]*+\n[^>\s]")


def split_reply(text: str) -> tuple[str, str]:
    """The new text and the quoted text. Every non-blank line of `text` is in exactly one of them, in its original order.

    Answers below the quotation are new text. If answers stand between quoted lines, everything is new text, since they could
    not be understood without the quotation. So it is if the history is all there is, but for a greeting: a message forwarded
    without a word, or answers inside a quotation that has no marks.
    """
    if not any(sign in text for sign in _SIGNS):
        return text.strip("\n"), ""
    lines = text.split("\n", HISTORY_LINES_LIMIT)
    rest = lines.pop() if len(lines) > HISTORY_LINES_LIMIT else ""
    new, quoted = _parted(lines, rest)
    answer = _joined(new) if quoted else ""
    if not answer or answer.isspace() or is_greeting(answer) or leads_to_answers(answer):
        return text.strip("\n"), ""
    return answer, _joined(quoted)


def _parted(lines: list[str], rest: str) -> tuple[list[str], list[str]]:
    """The new and the quoted lines. `rest` are those beyond the limit, as one text."""
    marks = _Marks(lines)
    mark = next((found for i in range(len(lines)) if (found := marks.at(i))), None)
    if mark is None:
        # With a rest this is not the end of the text: an answer may stand below what is quoted here.
        start = len(lines) if rest else quotes_above(lines, len(lines))
        return [*lines[:start], rest], lines[start:]
    start = quotes_above(lines, mark.start)
    above, history = lines[:start], [*lines[start:], rest]
    if not is_quoted(lines[mark.start]) and not is_quoted(next_line(lines, mark.stop)):
        return above, history
    texts, last_quote, stop = _texts_below(lines, mark, marks)
    if texts and texts[0] < last_quote:
        return [*lines, rest], []
    if rest and stop == len(lines):
        return _parted_by_rest(lines, start, texts, rest)
    if not texts or begins_footer(lines[texts[0]]):
        return above, history
    return _paragraphs(above, lines[texts[0] : stop]), [*lines[start : texts[0]], *lines[stop:], rest]


def _texts_below(lines: list[str], mark: range, marks: _Marks) -> tuple[list[int], int, int]:
    """The lines below `mark` without a mark of quotation, the last quoted line, and where a history without such marks begins."""
    texts: list[int] = []
    last_quote, i = mark.start, mark.stop
    while i < len(lines):
        if is_quoted(lines[i]) or is_rest_of_quoted(lines, i):
            last_quote = i
        elif found := marks.at(i) if lines[i].strip() else None:
            while texts and texts[-1] >= found.start:
                texts.pop()
            if not is_quoted(next_line(lines, found.stop)):
                return texts, last_quote, found.start
            last_quote = i = found.stop - 1
        elif lines[i].strip():
            texts.append(i)
        i += 1
    return texts, last_quote, len(lines)


def _parted_by_rest(lines: list[str], start: int, texts: list[int], rest: str) -> tuple[list[str], list[str]]:
    """The same for a quotation that reaches beyond the limit, where only its last line is looked for."""
    last_quote = rest.rfind("\n>")
    end = rest.find("\n", last_quote + 1) if last_quote >= 0 else -1 if rest.startswith(">") else 0
    quoted, below = (rest, "") if end < 0 else (rest[:end], rest[end:])
    if (texts and quoted.strip()) or _ANSWER_BETWEEN.search(quoted):
        return [*lines, rest], []
    first = texts[0] if texts else len(lines)
    return _paragraphs(lines[:start], [*lines[first:], below]), [*lines[start:first], quoted]


class _Marks:
    """The attributions, header blocks and separators of a text. So many lines are looked at as the limit allows."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._room = HISTORY_CANDIDATES_LIMIT

    def at(self, i: int) -> range | None:
        """The lines that introduce a quotation and end in line `i`, or begin there in the case of a header block."""
        if not is_separator(self._lines[i]):
            return self._introduction(i)
        below = range(i + 1, min(i + _BELOW_SEPARATOR, len(self._lines)))
        return range(i, next((found.stop for at in below if (found := self._introduction(at))), i + 1))

    def _introduction(self, i: int) -> range | None:
        line = self._lines[i]
        if len(line) > HISTORY_LINE_LIMIT or self._room <= 0:
            return None
        if begins_header_block(line):
            self._room -= 1
            if block := header_block(self._lines, i):
                return block
        if may_end_attribution(self._lines, i):
            self._room -= 1
            if (start := attribution_start(self._lines, i)) is not None:
                return range(start, i + 1)
        return None


def _paragraphs(above: list[str], below: list[str]) -> list[str]:
    return [_joined(above), "", _joined(below)]


def _joined(lines: list[str]) -> str:
    return "\n".join(lines).rstrip().lstrip("\n")
