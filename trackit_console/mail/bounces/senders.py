"""How surely a mail system, and not a person, sent a message. Looks at headers only; ordinary mail is done here."""

from __future__ import annotations

import re

from trackit_console.mail.encoded_words import decoded
from trackit_console.mail.headers import Headers
from trackit_console.mail.limits import SENDER_LENGTH_LIMIT

CERTAIN = 3
"""The sign of a sender that is a mail system beyond doubt."""

# Without one of these words in its name and address a sender is a person: most mail ends here.
_WORDS_OF_SYSTEMS = frozenset(
    {
        "abuse", "admin", "administrateur", "administrador", "administrator", "agent", "amministratore", "anti", "antispam",
        "antivirus", "automated", "automatic", "automatisch", "bounce", "bouncehandler", "bounces", "daemon", "delivery", "exchange",
        "gateway", "help", "helpdesk", "imss", "interscan", "listserv", "mail", "mailadmin", "maildaemon", "maildelivery", "mailer",
        "mailerdaemon", "mailgate", "mailgateway", "mailmaster", "mailserver", "mailsystem", "majordomo", "mdaemon", "microsoft",
        "microsoftexchange", "mta", "nobody", "noreply", "donotreply", "reply", "outlook", "post", "postmaster",
        "postmeister", "returned", "robot", "root", "router", "scanmail", "server", "service", "smtp", "smtpd", "subsystem", "support",
        "sysadmin", "system", "systemadministrator", "systemadministrateur", "systeembeheerder", "undeliverable", "undelivered",
        "zustellung", "系統管理員", "系统管理员", "системный",
    }
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_MAILER = re.compile(
    r"mail(?:er)?[-_. ]?daemon|mail[-_. ]?delivery|double-bounce|mdaemon$|delivery (?:sub)?system|microsoftexchange[0-9a-f]{20}"
    r"|mail[-_ ]?system|delivery[-_ ]?(?:failure|notification|status|report)|mail[-_ ]?router"
)
_POSTMASTER = re.compile(
    r"post_?master|postmeister|system (?:administrator|attendant)|systemadministrat|administrateur syst"
    r"|administrador (?:del|do) sistema|amministratore di sistema|systeembeheerder|系統管理員|系统管理员|системный администратор"
    r"|microsoft (?:outlook|exchange)|exchange server|mail ?(?:server|master|gate|agent)|mail[-_ ]?admin|sysadmin|smtp|\bmta\b"
    r"|bounce|returned|undeliver|zustell|mailer\b|internet mail|\bimss\b|interscan|scanmail|anti-?virus"
)
_PERHAPS = re.compile(
    r"\badmin|\broot$|\bsystem|no-?_?reply|do-?not-?reply|\bdaemon|nobody$|\babuse$|\bmail$|\bserver|\bgateway|listserv|majordomo"
    r"|anti-?spam|robot|automat"
)


def sender_sign(headers: Headers, report_type: str) -> int:
    """0 if nothing says that a mail system wrote the message; `CERTAIN` or more if there is no doubt.

    `report_type` is the parameter of multipart/report (RFC 6522), empty if the message is none.
    """
    sender = headers.first("from")
    sign = _by_name(decoded(sender, []) if "=?" in sender else sender)
    if "return-path" in headers.values and _from_nobody(headers.first("return-path")):
        sign = sign + 2 if sign >= 2 else 2
    if "x-failed-recipients" in headers or report_type == "delivery-status":
        sign += CERTAIN
    if sign == 0 and "auto-submitted" in headers.values and headers.first("auto-submitted").lower().startswith("auto-"):
        sign = 1
    return sign


def _from_nobody(return_path: str) -> bool:
    """Whether the envelope had no sender (RFC 5321 section 4.5.5). Some servers then write MAILER-DAEMON."""
    path = return_path.replace(" ", "").lower()
    return path.startswith(("<mailer-daemon", "<>"))


def _by_name(sender: str) -> int:
    """By the name and address in From. Not all systems leave the envelope sender empty, and not all servers record it."""
    # Not by the domain: people have addresses at mail.example.com.
    name = sender[:SENDER_LENGTH_LIMIT].casefold()
    name = name.rpartition("@")[0] or name
    words = _WORD.findall(name)
    if _WORDS_OF_SYSTEMS.isdisjoint(words):
        return 0 if words else 1
    if _MAILER.search(name):
        return CERTAIN
    return 2 if _POSTMASTER.search(name) else int(_PERHAPS.search(name) is not None)
