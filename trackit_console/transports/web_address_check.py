"""Finds out whether a web address answers: the Response URLs that links in emails lead to (MON-02).

One GET without credentials, as a browser would begin. Certificates are checked against the authorities of the operating
system. Redirects are followed on the same host only: a sign-in page elsewhere says nothing about this address.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from trackit_console.cancel import Cancel
from trackit_console.transports.autodiscover_answers import Answer
from trackit_console.transports.autodiscover_web import Network
from trackit_console.transports.errors import (
    AnswerIncomplete,
    Cancelled,
    CertificateExpired,
    CertificateNotYetValid,
    CertificateUntrusted,
    CertificateWrongName,
    ConnectionLost,
    ConnectRefused,
    ConnectTimedOut,
    NameNotFound,
    NameServerSilent,
    ProxyRefused,
    TimedOut,
    TlsFailed,
    TlsNotSpoken,
    TransportError,
    Unreachable,
    WrongProtocol,
)
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

SECONDS = 10.0
"""Maximum seconds for a check, redirects included."""
MOST_REDIRECTS = 5
_REDIRECTS = (301, 302, 303, 307, 308)
_SHOWN = 200
"""Characters of a server's text that are shown."""
_NOTHING = Phrase("transports", "")


@dataclass(frozen=True, slots=True)
class WebAddressFinding:
    """What became of a check. `answers` says whether people who follow a link there get a page; `remedy` may be empty."""

    answers: bool
    code: str
    message: Phrase
    remedy: Phrase = _NOTHING
    detail: str = ""


def check_web_address(url: str, cancel: Cancel, ca_file: str | None = None, seconds: float = SECONDS) -> WebAddressFinding:
    """Asks for the page at `url` (http or https); raises `Cancelled` only, every other failure is a finding.

    `ca_file` has further certificate authorities.
    """
    ends_at = time.monotonic() + seconds
    try:
        for _ in range(MOST_REDIRECTS + 1):
            # In tenths: a person reads how long was waited.
            left = max(math.ceil((ends_at - time.monotonic()) * 10) / 10, 0.1)
            answer = Network(cancel, ca_file, left).send("GET", url, {}, None)
            place = answer.headers.get("location", "")
            if answer.status not in _REDIRECTS or not place:
                return _of_status(url, answer)
            target = _target(url, place)
            if target is None:
                return WebAddressFinding(False, "bad_redirect", _NOWHERE(url, place=place[:_SHOWN]), _LOOP_REMEDY)
            if urlsplit(target).hostname != urlsplit(url).hostname:
                return WebAddressFinding(True, "redirected", _REDIRECTED(url, place=urlsplit(target).netloc[:_SHOWN]))
            url = target
    except Cancelled:
        raise
    except TransportError as problem:
        return WebAddressFinding(False, problem.code, problem.message, _remedy(problem), problem.detail)
    return WebAddressFinding(False, "redirect_loop", _TOO_MANY(url), _LOOP_REMEDY)


def _target(url: str, place: str) -> str | None:
    """Where a redirect from `url` leads; None if it is no address of the web."""
    try:
        target = urljoin(url, place)
        address = urlsplit(target)
        valid = address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    except ValueError:  # a port above 65535, or half a pair of brackets
        return None
    return target if valid else None


# ---------------------------------------------------------------------- words


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str

    def __call__(self, url: str, **facts: object) -> Phrase:
        return Phrase("transports", self.text, {"url": url, **facts})


_ANSWERED = _Sentence(QT_TRANSLATE_NOOP("transports", "{url} answers (HTTP {status})."))
_SIGN_IN = _Sentence(QT_TRANSLATE_NOOP("transports", "{url} answers and asks people to sign in (HTTP {status})."))
_REDIRECTED = _Sentence(QT_TRANSLATE_NOOP("transports", "{url} answers and sends browsers on to {place}."))
_NOWHERE = _Sentence(QT_TRANSLATE_NOOP("transports", "{url} sends browsers on to {place}, which is no web address."))
_FORBIDDEN = _Sentence(QT_TRANSLATE_NOOP("transports", "The web server answers, but refuses to show {url} (HTTP {status})."))
_MISSING = _Sentence(QT_TRANSLATE_NOOP("transports", "The web server answers, but has no page at {url} (HTTP {status})."))
_BROKEN = _Sentence(QT_TRANSLATE_NOOP("transports", "The web server answers, but fails to show {url} (HTTP {status})."))
_ODD = _Sentence(QT_TRANSLATE_NOOP("transports", "The web server answers {url} with HTTP {status}, and no page."))
_TOO_MANY = _Sentence(QT_TRANSLATE_NOOP("transports", "{url} sends browsers on again and again."))

_FORBIDDEN_REMEDY = QT_TRANSLATE_NOOP(
    "transports", "Check the path in the address. Without a start page, a web server refuses a folder like this."
)
_MISSING_REMEDY = QT_TRANSLATE_NOOP("transports", "Check the path in the address: the part behind the server's name.")
_BROKEN_REMEDY = QT_TRANSLATE_NOOP(
    "transports", "Look at the help desk's web application on that server: it may be stopped or just starting."
)
_ODD_REMEDY = QT_TRANSLATE_NOOP("transports", "Open it in a browser to see what people would see.")
_LOOP_REMEDY = Phrase(
    "transports", QT_TRANSLATE_NOOP("transports", "Check the redirects that are set up at the web server for this address.")
)

_REMEDIES: dict[type[TransportError], str] = {
    NameNotFound: QT_TRANSLATE_NOOP(
        "transports", "Check the spelling of the server's name in the address, and that this computer can reach its name server."
    ),
    NameServerSilent: QT_TRANSLATE_NOOP("transports", "Check this computer's network connection, then try again."),
    ConnectRefused: QT_TRANSLATE_NOOP("transports", "Check the port in the address, and that the web server there is running."),
    Unreachable: QT_TRANSLATE_NOOP("transports", "Check the network and the firewall between this computer and the web server."),
    ConnectTimedOut: QT_TRANSLATE_NOOP(
        "transports", "Check the server's name and the port in the address. A firewall that drops connections looks like this."
    ),
    TimedOut: QT_TRANSLATE_NOOP("transports", "The web server may be overloaded or just starting: try again in a minute."),
    CertificateExpired: QT_TRANSLATE_NOOP(
        "transports", "Browsers warn everybody who follows the link. The certificate must be renewed at the web server."
    ),
    CertificateNotYetValid: QT_TRANSLATE_NOOP("transports", "Check the clock of this computer and the date of the certificate."),
    CertificateWrongName: QT_TRANSLATE_NOOP(
        "transports", "Browsers warn everybody who follows the link. Enter the address with a name that is in the certificate."
    ),
    CertificateUntrusted: QT_TRANSLATE_NOOP(
        "transports",
        "Browsers without that authority warn everybody who follows the link. Install a certificate of an authority that the "
        "computers in your organization trust.",
    ),
    TlsNotSpoken: QT_TRANSLATE_NOOP(
        "transports", "Check the port in the address. A web server without a certificate has an address with http://."
    ),
    TlsFailed: QT_TRANSLATE_NOOP(
        "transports", "Browsers may refuse the connection, too. Show this to whoever looks after the web server."
    ),
    WrongProtocol: QT_TRANSLATE_NOOP(
        "transports", "Check the port in the address. A web server without a certificate has an address with http://."
    ),
    AnswerIncomplete: QT_TRANSLATE_NOOP(
        "transports", "Check the port in the address. A web server with a certificate has an address with https://."
    ),
    ConnectionLost: QT_TRANSLATE_NOOP(
        "transports", "Check the port in the address. A web server with a certificate has an address with https://."
    ),
    ProxyRefused: ProxyRefused.remedy,
    TransportError: QT_TRANSLATE_NOOP("transports", "Check the server's name and the port in the address."),
}
"""What to do about the address, by error class: the remedies of the classes speak of mail servers and their settings."""


def _of_status(url: str, answer: Answer) -> WebAddressFinding:
    status = answer.status
    code = f"http_{status}"
    if status < 400:
        return WebAddressFinding(True, code, _ANSWERED(url, status=status))
    if status == 401:
        return WebAddressFinding(True, code, _SIGN_IN(url, status=status))
    if status == 403:
        sentence, remedy = _FORBIDDEN, _FORBIDDEN_REMEDY
    elif status in (404, 410):
        sentence, remedy = _MISSING, _MISSING_REMEDY
    elif status >= 500:
        sentence, remedy = _BROKEN, _BROKEN_REMEDY
    else:
        sentence, remedy = _ODD, _ODD_REMEDY
    return WebAddressFinding(False, code, sentence(url, status=status), Phrase("transports", remedy))


def _remedy(problem: TransportError) -> Phrase:
    words = next(_REMEDIES[kind] for kind in type(problem).__mro__ if kind in _REMEDIES)
    return Phrase("transports", words, problem.facts)
