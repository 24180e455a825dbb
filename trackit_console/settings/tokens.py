"""The language of notification templates: text with `{tokens}` in it (NOT-01, NOT-03).

`{subject}` is a token; `{{` and `}}` are literal braces. Which tokens there are is in `token_table`; how a template is
filled is in `helpdesk.notifications.rendering`. What is wrong is refused when the template is saved, with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator

from trackit_console.settings.limits import ManyLinesText, SingleLineText, place_in
from trackit_console.settings.token_table import SAMPLE_VALUES, TOKENS, TokenDeclaration, TokenTopic
from trackit_console.settings.validation import rule_error
from trackit_console.settings.validation_rules import CONTEXT, RULES
from trackit_console.user_messages import Phrase

__all__ = [
    "SAMPLE_VALUES",
    "TEMPLATE_LINE_LIMIT",
    "TEMPLATE_TEXT_LIMIT",
    "TOKENS",
    "Piece",
    "TemplateLine",
    "TemplateText",
    "Text",
    "Token",
    "TokenDeclaration",
    "TokenFinding",
    "TokenSpan",
    "TokenTopic",
    "names_in",
    "read_template",
    "token_findings",
    "token_spans",
]

TEMPLATE_LINE_LIMIT = 400
TEMPLATE_TEXT_LIMIT = 20_000
"""UTF-16 units of a template, before its tokens are filled."""
_SHOWN_LIMIT = 60
"""Characters of what stands in braces that a message repeats."""
_PIECE = re.compile(r"\{\{|\}\}|\{[^{}\n]*\}|[{}]")

TokenFault = Literal["unknown_token", "token_like_another", "token_not_closed", "token_not_opened", "token_of_many_lines"]


@dataclass(frozen=True, slots=True)
class Text:
    """Literal text between tokens."""

    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """A token that there is, by its name without the braces."""

    name: str


Piece = Text | Token


@dataclass(frozen=True, slots=True)
class TokenFinding:
    """What is wrong in a template and where: line and column count from 1, the column in characters.

    `token` is what stands there, with its braces; `suggestion` the token that was probably meant, with braces or empty.
    `fault` is a rule of `validation_rules.RULES`.
    """

    fault: TokenFault
    line: int
    column: int
    token: str
    suggestion: str = ""

    @property
    def facts(self) -> dict[str, object]:
        """The facts of the rule's sentence."""
        return {"line": self.line, "column": self.column, "token": self.token, "suggestion": self.suggestion}

    @property
    def message(self) -> Phrase:
        return Phrase(CONTEXT, RULES[self.fault], self.facts)


@dataclass(frozen=True, slots=True)
class TokenSpan:
    """Where a token stands in a text, in characters from 0, and whether there is such a token. A stray brace is one that is not."""

    start: int
    end: int
    known: bool


def read_template(text: str) -> list[Piece]:
    """`text` as literal text and tokens. Never raises: what is no token is literal text, as it was written."""
    pieces: list[Piece] = []
    for _, written in _pieces(text):
        name = written[1:-1]
        if written.startswith("{") and name in TOKENS:
            pieces.append(Token(name))
            continue
        literal = written[0] if written in ("{{", "}}") else written
        if pieces and isinstance(before := pieces[-1], Text):
            pieces[-1] = Text(before.text + literal)
        elif literal:
            pieces.append(Text(literal))
    return pieces


def names_in(text: str) -> tuple[str, ...]:
    """The names of the tokens in `text`, each once, in their order."""
    return tuple(dict.fromkeys(piece.name for piece in read_template(text) if isinstance(piece, Token)))


def token_findings(text: str, *, single_line: bool = False) -> list[TokenFinding]:
    """Everything that is wrong with the tokens of `text`, in order. In a `single_line`, tokens of many lines are wrong."""
    found = []
    for at, written in _pieces(text):
        if written.startswith(("{", "}")) and (fault := _fault(written, single_line)):
            line, column = place_in(text, at)
            found.append(TokenFinding(fault[0], line, column, _shown(written), fault[1]))
    return found


def token_spans(text: str) -> list[TokenSpan]:
    """Every token of `text` and every brace that is none, in order: what an editor highlights. Escaped braces are text."""
    return [
        TokenSpan(at, at + len(written), written[1:-1] in TOKENS)
        for at, written in _pieces(text)
        if written.startswith(("{", "}")) and written not in ("{{", "}}")
    ]


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """All of `text`: literal text, `{{`, `}}`, what stands in braces, and stray braces; each with its place."""
    at = 0
    for match in _PIECE.finditer(text):
        if match.start() > at:
            yield at, text[at : match.start()]
        yield match.start(), match[0]
        at = match.end()
    if at < len(text):
        yield at, text[at:]


def _fault(written: str, single_line: bool) -> tuple[TokenFault, str] | None:
    if written in ("{{", "}}"):
        return None
    if written == "{":
        return "token_not_closed", ""
    if written == "}":
        return "token_not_opened", ""
    name = written[1:-1]
    if name in TOKENS:
        return ("token_of_many_lines", "") if single_line and TOKENS[name].many_lines else None
    suggestion = _meant(name)
    return ("token_like_another", "{" + suggestion + "}") if suggestion else ("unknown_token", "")


def _meant(name: str) -> str:
    """The token that was probably meant, for `Requestor Name` as well as for `requestr_name`."""
    # Cut first: difflib takes quadratic time, and anything may stand between two braces.
    plain = "_".join(re.findall(r"[a-z0-9]+", name[:_SHOWN_LIMIT].lower()))
    return next(iter(get_close_matches(plain, TOKENS, n=1, cutoff=0.7)), "")


def _shown(written: str) -> str:
    return written if len(written) <= _SHOWN_LIMIT else written[: _SHOWN_LIMIT - 2] + "…}"


def check_tokens(text: str) -> str:
    """A text in which every token exists (NOT-03)."""
    return _checked(text, token_findings(text))


def check_line_tokens(text: str) -> str:
    """As `check_tokens`, for a single line: no token of many lines."""
    return _checked(text, token_findings(text, single_line=True))


def _checked(text: str, found: list[TokenFinding]) -> str:
    if found:
        raise rule_error(found[0].fault, "", **found[0].facts)
    return text


# The tokens are checked before a line is stripped, so that the column is the one that the admin sees.
TemplateLine = Annotated[str, AfterValidator(check_line_tokens), SingleLineText(TEMPLATE_LINE_LIMIT)]
"""A single line with tokens: the subject of a notification."""
TemplateText = Annotated[str, ManyLinesText(TEMPLATE_TEXT_LIMIT), AfterValidator(check_tokens)]
"""Lines with tokens: the text of a notification."""
