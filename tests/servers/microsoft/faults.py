"""What goes wrong, as plain data: a fault says which requests it meets, what they get instead, and how often.

microsoft.faults.add("GET /v1.0/users/*/messages", throttled(3), times=2)
microsoft.faults.add("* /v1.0/*", proxy_page(403))
microsoft.faults.after(2, lambda: inbox.messages[0].delete(), "GET */messages")
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from tests.servers.microsoft.errors import GraphError
from tests.servers.microsoft.http import Request, Response

Match = str | Callable[[Request], bool]
"""A pattern for "METHOD /decoded/path" (`*` stands for anything), or a function."""

PAGE = b"<html><head><title>Proxy</title></head><body><h1>This page is blocked by your organization</h1></body></html>"


@dataclass(frozen=True)
class Fault:
    """What a request meets. Without `response` it gets the usual answer, changed by the other fields."""

    response: Response | None = None
    delay: float = 0.0
    """Seconds before the answer; the request counts as in flight in that time."""
    hold: threading.Event | None = None
    """No answer before this is set."""
    cut: int | None = None
    """So many bytes of the body are sent under the full Content-Length; then the connection is closed."""
    truncate: int | None = None
    """The body ends after so many bytes, with a Content-Length that fits: half a JSON document."""
    silent: bool = False
    """The request is carried out, and nothing is answered."""

    def wait(self, stopping: threading.Event) -> None:
        """Waits as long as the fault says, or until the server stops."""
        if self.delay:
            stopping.wait(self.delay)
        while self.hold and not self.hold.wait(0.05) and not stopping.is_set():
            pass

    def apply(self, response: Response) -> Response:
        if self.truncate is not None:
            response = replace(response, body=response.body[: self.truncate])
        return replace(response, sent_bytes=self.cut, silent=self.silent)


def error(status: int, code: str, message: str = "", retry_after: int | None = None) -> Fault:
    """An error in Graph's form."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Fault(GraphError(status, code, message or code, headers).response())


def throttled(retry_after: int | None = 3) -> Fault:
    return error(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.", retry_after)


def too_many_requests(retry_after: int | None = 3) -> Fault:
    return error(429, "TooManyRequests", "Too Many Requests", retry_after)


def unavailable(retry_after: int | None = None) -> Fault:
    return error(503, "serviceNotAvailable", "The service is temporarily unavailable.", retry_after)


def gateway_timeout(retry_after: int | None = None) -> Fault:
    return error(504, "UnknownError", "", retry_after)


def internal_error() -> Fault:
    return error(500, "ErrorInternalServerTransientError", "An internal server error occurred. Try again later.")


def expired_token() -> Fault:
    return error(401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")


def submission_blocked() -> Fault:
    return error(403, "ErrorMessageSubmissionBlocked", "Cannot send mail. Message submission is blocked.")


def quota_exceeded() -> Fault:
    return error(507, "ErrorQuotaExceeded", "The process failed to get the correct properties.")


def proxy_page(status: int = 200) -> Fault:
    """A page in HTML, as proxies and captive portals answer."""
    return Fault(Response(status, PAGE, {"Content-Type": "text/html; charset=utf-8"}))


def truncated(size: int = 40) -> Fault:
    return Fault(truncate=size)


def closed_in_body(size: int = 40) -> Fault:
    return Fault(cut=size)


def silence() -> Fault:
    return Fault(silent=True)


def slow(seconds: float) -> Fault:
    return Fault(delay=seconds)


def held(until: threading.Event) -> Fault:
    """For several requests in flight at once without a clock in the test."""
    return Fault(hold=until)


def malformed() -> Fault:
    """An answer that is JSON, but not the object that was expected."""
    return Fault(Response(200, json.dumps(["unexpected"]).encode(), {"Content-Type": "application/json"}))


@dataclass
class _Planned:
    match: Match
    fault: Fault
    times: int | None

    def take(self, request: Request) -> bool:
        if self.times == 0 or not _meets(self.match, request):
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass
class _Hook:
    match: Match
    countdown: int
    do: Callable[[], object]


class Faults:
    """The faults of one server, in the order they were added; a request meets the first one that fits and is not used up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[_Planned] = []
        self._hooks: list[_Hook] = []

    def add(self, match: Match, fault: Fault, times: int | None = 1) -> None:
        """`times=None` is for ever, or until `clear`."""
        with self._lock:
            self._planned.append(_Planned(match, fault, times))

    def after(self, count: int, do: Callable[[], object], match: Match = "*") -> None:
        """Calls `do` once, when the `count`-th matching request from now was carried out and before its answer is sent."""
        with self._lock:
            self._hooks.append(_Hook(match, count, do))

    def clear(self) -> None:
        with self._lock:
            self._planned.clear()
            self._hooks.clear()

    def take(self, request: Request) -> Fault:
        with self._lock:
            return next((planned.fault for planned in self._planned if planned.take(request)), Fault())

    def answered(self, request: Request) -> None:
        """Counts an answered request, and does what was to be done after it."""
        with self._lock:
            due = [hook for hook in self._hooks if _meets(hook.match, request)]
            for hook in due:
                hook.countdown -= 1
            due = [hook for hook in due if hook.countdown == 0]
            self._hooks = [hook for hook in self._hooks if hook.countdown > 0]
        for hook in due:
            hook.do()


def _meets(match: Match, request: Request) -> bool:
    return match(request) if callable(match) else fnmatchcase(str(request), match)
