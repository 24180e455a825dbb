"""Finds the address of Exchange Web Services by an email address (IN-08): Autodiscover, step by step.

`autodiscover_places` says where is asked, `autodiscover_answers` reads what is told, `autodiscover_web` carries it. A
password goes only where a server asks for it, only over a connection with a checked certificate, and to a host outside
of the address's domain or Microsoft's only if a person agrees.
"""

from __future__ import annotations

import base64
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from trackit_console.settings.ews_retirement import is_microsoft_host
from trackit_console.transports.autodiscover_answers import Answer, Told, request_for, told_by
from trackit_console.transports.autodiscover_places import (
    Hosts,
    Kind,
    Place,
    may_have_password,
    places_at,
    places_for,
    redirected,
)
from trackit_console.transports.autodiscover_web import Web
from trackit_console.transports.errors import Cancelled, TransportError
from trackit_console.transports.masking import Masking
from trackit_console.transports.steps import StepState
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

MOST_PLACES = 30
"""Places that are asked at most, redirects included."""
_WORDS_LIMIT = 200
_UNAUTHORIZED = 401
_OK = 200

_NOT_FOUND = QT_TRANSLATE_NOOP(
    "transports",
    "The Exchange Web Service of {address} could not be discovered. Enter its address by hand: your Exchange administrator "
    "knows it, and it usually is https://serverName/EWS/Exchange.asmx.",
)
_FOUND = QT_TRANSLATE_NOOP("transports", "Exchange Web Services are at {url}.")
_NOT_ONLINE = QT_TRANSLATE_NOOP("transports", "Exchange Online does not know {address}.")
_SENT_ON = QT_TRANSLATE_NOOP("transports", "Sent on to {target}.")
_NOT_ENCRYPTED = QT_TRANSLATE_NOOP("transports", "Named {target}, which is not encrypted and was not used.")
_OTHER_ADDRESS = QT_TRANSLATE_NOOP("transports", "The mailbox is at {target}.")
_NOTHING = QT_TRANSLATE_NOOP("transports", "No Autodiscover here (HTTP {status}).")
_SAYS = QT_TRANSLATE_NOOP("transports", "{server} says: {words}")
_WANTS_PASSWORD = QT_TRANSLATE_NOOP(
    "transports", "{server} asks for a user name and password. Enter the password first, then discover again."
)
_NOT_SENT = QT_TRANSLATE_NOOP(
    "transports", "{server} asks for the password, but does not belong to {domain}: it was not sent there."
)
_PASSWORD_REFUSED = QT_TRANSLATE_NOOP("transports", "{server} refused the user name or the password.")
_NO_BASIC = QT_TRANSLATE_NOOP("transports", "{server} accepts no user name and password here, only {offered}.")
_NO_RECORDS = QT_TRANSLATE_NOOP("transports", "No SRV records.")
_RECORDS = QT_TRANSLATE_NOOP("transports", "SRV records name {hosts}.")

MaySendTo = Callable[[str], bool]
"""Asks whether the password may go to this host."""


@dataclass(frozen=True, slots=True)
class DiscoveryStep:
    """One place that was asked: `step` and `address` say how and where; `url` is set if it told the address of the service."""

    step: Kind
    address: str
    state: StepState
    seconds: float = 0.0
    detail: Phrase | None = None
    url: str | None = None


def not_found(address: str) -> Phrase:
    """What to say when the search has found nothing."""
    return _phrase(_NOT_FOUND, address=address)


def nobody(host: str) -> bool:
    """Lets no host have the password that is not trusted anyway."""
    return False


@dataclass(slots=True)
class Discovery:
    """A search for the service of `address`. `password` is for `user`, which usually is the address."""

    address: str
    web: Web
    password: str = field(default="", repr=False)
    user: str = ""
    may_send_to: MaySendTo = nobody
    hosts: Hosts = field(default_factory=Hosts)
    url: str | None = None
    _typed: str = field(init=False)
    _masking: Masking = field(init=False, default_factory=Masking, repr=False)

    def __post_init__(self) -> None:
        # Fixed: an answer may send on to another address, but only what a person typed says whom to trust.
        self._typed, self.user = self.address, self.user or self.address
        self._masking.add_secret(self.password)

    def run(self) -> Iterator[DiscoveryStep]:
        """Yields each step twice, as `RUNNING` and with its result; ends with the first that finds the service.

        Afterwards `url` has its address, None if it was not found. A cancelled search ends with a skipped step.
        """
        queue, asked = deque(places_for(self.address, self.hosts)), set[Place]()
        while queue and len(asked) < MOST_PLACES and self.url is None:
            place = queue.popleft()
            # Not superfluous beside the limit: two hosts that send on to each other would use it up before the other guesses.
            if place in asked:
                continue
            asked.add(place)
            yield DiscoveryStep(place.kind, place.url, StepState.RUNNING)
            started = time.monotonic()
            try:
                result, further = self._ask(place)
            except Cancelled as cancelled:
                yield DiscoveryStep(place.kind, place.url, StepState.SKIPPED, time.monotonic() - started, cancelled.message)
                return
            except TransportError as problem:
                result, further = _failed(problem.message), []
            # Before the guesses that are left, and in their order, which extendleft turns around.
            queue.extendleft(reversed(further))
            passed = StepState.PASSED if result.ok else StepState.FAILED
            self.url = result.url
            yield DiscoveryStep(place.kind, place.url, passed, time.monotonic() - started, result.detail, result.url)

    def _ask(self, place: Place) -> tuple[_Result, list[Place]]:
        """What came of `place`, and the places to ask next because of it."""
        if place.kind is Kind.SRV:
            return self._by_records(place)
        answer = self._answer(place, None)
        if answer.status == _UNAUTHORIZED:
            if problem := self._keeps_password_back(place, answer):
                return _failed(problem), []
            answer = self._answer(place, self._credentials())
            if answer.status == _UNAUTHORIZED:
                return _failed(_phrase(_PASSWORD_REFUSED, server=place.host)), []
        return self._read(place, told_by(place, answer), answer.status)

    def _answer(self, place: Place, authorization: str | None) -> Answer:
        method, headers, body = request_for(place, self.address)
        if authorization:
            headers = {**headers, "Authorization": authorization}
        return self.web.send(method, place.url, headers, body)

    def _read(self, place: Place, told: Told, status: int) -> tuple[_Result, list[Place]]:
        if told.redirect_url:
            target = urljoin(place.url, told.redirect_url)
            if place.kind is Kind.JSON and is_microsoft_host(place.url) and is_microsoft_host(target):
                # So it answers for addresses that it does not know; at the end of its redirects stands its own service.
                return _failed(_phrase(_NOT_ONLINE, address=self.address)), []
            further = redirected(place, target)
            phrase = _phrase(_SENT_ON if further else _NOT_ENCRYPTED, target=_bare(target))
            return _Result(phrase, ok=further is not None), [further] if further else []
        if told.redirect_address and told.redirect_address.lower() != self.address.lower():
            self.address = told.redirect_address
            return _Result(_phrase(_OTHER_ADDRESS, target=self.address), ok=True), places_for(self.address, self.hosts)
        if status == _OK and told.url:
            if urlsplit(told.url).scheme != "https":
                return _failed(_phrase(_NOT_ENCRYPTED, target=_bare(told.url))), []
            return _Result(_phrase(_FOUND, url=told.url), ok=True, url=told.url), []
        if told.words:
            # Masked before it is cut: half a secret would not be found.
            words = self._masking(told.words)[:_WORDS_LIMIT]
            return _failed(_phrase(_SAYS, server=place.host, words=words)), []
        return _failed(_phrase(_NOTHING, status=status)), []

    def _by_records(self, place: Place) -> tuple[_Result, list[Place]]:
        found = self.web.srv(place.url)
        if not found:
            return _failed(_phrase(_NO_RECORDS)), []
        hosts = [host if port == 443 else f"{host}:{port}" for host, port in found]
        # Anybody on the way can have made the answer of a name server, so whoever it names is asked about first.
        further = [each for host in hosts for each in places_at(f"https://{host}", unsafe=True)]
        return _Result(_phrase(_RECORDS, hosts=", ".join(hosts)), ok=True), further

    # ------------------------------------------------------------------ the password

    def _keeps_password_back(self, place: Place, answer: Answer) -> Phrase | None:
        """Why the password does not go to `place`, None if it may."""
        offered = answer.headers.get("www-authenticate", "")
        if not self.password:
            return _phrase(_WANTS_PASSWORD, server=place.host)
        if offered and "basic" not in offered.lower():
            return _phrase(
                _NO_BASIC, server=place.host, offered=", ".join(part.split()[0] for part in offered.split(",") if part.strip())
            )
        if may_have_password(place, self._typed) or self.may_send_to(place.host):
            return None
        return _phrase(_NOT_SENT, server=place.host, domain=self._typed.rpartition("@")[2])

    def _credentials(self) -> str:
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


@dataclass(frozen=True, slots=True)
class _Result:
    detail: Phrase
    ok: bool
    url: str | None = None


def _failed(detail: Phrase) -> _Result:
    return _Result(detail, ok=False)


def _phrase(text: str, **facts: object) -> Phrase:
    return Phrase("transports", text, facts)


def _bare(url: str) -> str:
    """`url` without its query, which may carry what is nobody's business."""
    return url.partition("?")[0]
