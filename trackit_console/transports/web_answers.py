"""Reads the answers of web services: JSON, and how long to leave the server alone (RFC 9110 section 10.2.3)."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from trackit_console.transports.errors import AnswerIncomplete, WebPageInstead
from trackit_console.transports.server_access import ServerAccess
from trackit_console.transports.step_names import StepName

LONGEST_RETRY_AFTER = 3600.0
"""Seconds; a server that asks for more is asked again after an hour."""
_TITLE_LIMIT = 200


def json_object(answer: requests.Response, access: ServerAccess, step: StepName) -> dict[str, Any]:
    """The JSON object in `answer`; raises `WebPageInstead`, `AnswerIncomplete`."""
    if is_web_page(answer):
        raise web_page_instead(answer, access, step)
    try:
        value = answer.json()
    except ValueError as error:
        raise AnswerIncomplete(access.clean(str(error)), step=step, **access.facts) from None
    if not isinstance(value, dict):
        raise AnswerIncomplete(f"JSON of type {type(value).__name__}", step=step, **access.facts)
    return value


def is_web_page(answer: requests.Response) -> bool:
    """Whether `answer` is a page for people."""
    kind = answer.headers.get("Content-Type", "")
    return declares_html(answer) or (not kind and answer.content[:100].lstrip().lower().startswith((b"<!doctype html", b"<html")))


def declares_html(answer: requests.Response) -> bool:
    """Whether the headers of `answer` say that it is a page; the content is not read."""
    return "html" in answer.headers.get("Content-Type", "").lower()


def web_page_instead(answer: requests.Response, access: ServerAccess, step: StepName) -> WebPageInstead:
    """The error for a page, with its title as the detail: it often names the product that answered."""
    text = answer.content[:20_000].decode("utf-8", "replace")
    _, _, rest = text.partition("<title>")
    title, end, _ = rest.partition("</title>")
    # Masked before it is cut, and none that was cut already: half a secret would not be found.
    shown = access.clean(title if end else "")[:_TITLE_LIMIT]
    return WebPageInstead(f"{answer.status_code} {shown}".strip(), step=step, **access.facts)


def retry_after(answer: requests.Response, now: datetime | None = None) -> float | None:
    """The seconds of Retry-After, which may be a number or a date; None if the server did not say."""
    value = answer.headers.get("Retry-After", "").strip()
    try:
        seconds = float(value)
        if math.isnan(seconds):  # float() reads the word
            return None
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(value) - (now or datetime.now(UTC))).total_seconds()
        except (ValueError, TypeError):
            return None
    return min(max(seconds, 0.0), LONGEST_RETRY_AFTER)
