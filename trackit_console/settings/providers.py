"""Well-known mail providers: their servers, and what must be done there before a password is accepted (IN-18).

Hosts are those of Thunderbird's ISPDB (github.com/thunderbird/autoconfig) and chatmail's provider-db, of 2026. All use TLS: IMAP on
port 993, POP3 on 995, SMTP on 465 from the start or on 587 by STARTTLS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from trackit_console.settings.validation_rules import CONTEXT
from trackit_console.user_messages import QT_TRANSLATE_NOOP, Phrase

Protocol = Literal["imap", "pop3", "smtp"]

_LOCAL_PART = QT_TRANSLATE_NOOP("settings", "The user account name is the part of the address before the @.")
_APP_PASSWORD = QT_TRANSLATE_NOOP(
    "settings",
    "{provider} accepts an app password only, not the password of the account. Create one in the account's security settings.",
)
_GMAIL = QT_TRANSLATE_NOOP(
    "settings",
    "{provider} accepts an app password only, not the password of the account. Turn on 2-Step Verification for the account, "
    "then create one at myaccount.google.com/apppasswords. An organization may have to allow it first.",
)
_ICLOUD = QT_TRANSLATE_NOOP(
    "settings", "{provider} accepts an app-specific password only. Create one at account.apple.com, under Sign-In and Security."
)
_SWITCH_ON = QT_TRANSLATE_NOOP(
    "settings", "Turn on access by POP3 and IMAP first: sign in to {provider} on the web and open the email settings."
)
_EMAIL_PASSWORD = QT_TRANSLATE_NOOP(
    "settings", "{provider} wants the separate email password, which is set in the customer center, not the one of the account."
)
_MAIL_KEY = QT_TRANSLATE_NOOP(
    "settings", "{provider} wants a secure mail key instead of the password. Create it in the account's profile."
)
_MICROSOFT_365 = QT_TRANSLATE_NOOP(
    "settings", "Microsoft 365 no longer accepts passwords of mailboxes for IMAP and POP3, and is ending them for SMTP."
)
_OUTLOOK_COM = QT_TRANSLATE_NOOP(
    "settings",
    "Outlook.com no longer accepts passwords, and private accounts cannot be used with an app registration. "
    "Use a mailbox of Microsoft 365, or one of another provider.",
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider; a protocol that it does not have is an empty host.

    `local_part` names the protocols whose user name is not the whole address. `offers_graph`: the mailbox can be used as **Microsoft 365
    with OAuth**.
    """

    name: str
    domains: tuple[str, ...]
    imap: str = ""
    pop3: str = ""
    smtp: str = ""
    smtp_port: Literal[465, 587] = 465
    local_part: tuple[Protocol, ...] = ()
    note: str = ""
    offers_graph: bool = False

    def host(self, protocol: Protocol) -> str:
        """The server for `protocol`, empty if there is none."""
        return {"imap": self.imap, "pop3": self.pop3, "smtp": self.smtp}[protocol]

    def preset(self, protocol: Protocol) -> Mapping[str, object]:
        """The fields of a mailbox or, for SMTP, of the outgoing account."""
        if protocol == "smtp":
            security = "ssl" if self.smtp_port == 465 else "ssl_tls"
            server = {"smtp_server_name": self.smtp, "security": security, "smtp_requires_authentication": True}
            return {**server, "port": self.smtp_port}
        port = 993 if protocol == "imap" else 995
        return {"server": self.host(protocol), "use_ssl": True, "starttls": False, "port": port}

    def notes(self, protocol: Protocol) -> list[Phrase]:
        """What an admin must know or do at this provider."""
        texts = [self.note, _LOCAL_PART if protocol in self.local_part else ""]
        return [Phrase(CONTEXT, each, {"provider": self.name}) for each in texts if each]


_ALL: tuple[Protocol, ...] = ("imap", "pop3", "smtp")
_YAHOO = ("yahoo.com", "ymail.com", "yahoo.co.uk", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.it", "yahoo.com.br", "yahoo.com.mx")
_OUTLOOK = ("outlook.com", "hotmail.com", "live.com", "msn.com", "hotmail.co.uk", "hotmail.fr", "hotmail.es", "outlook.de", "outlook.fr", "outlook.es")  # fmt: skip
_AT = "outlook.office365.com"
# fmt: off
PROVIDERS: tuple[Provider, ...] = (
    Provider("AOL", ("aol.com",), "imap.aol.com", "pop.aol.com", "smtp.aol.com", note=_APP_PASSWORD),
    Provider("AT&T", ("att.net", "sbcglobal.net", "bellsouth.net"), "imap.mail.att.net", "inbound.att.net", "smtp.mail.att.net", note=_MAIL_KEY),
    Provider("Bluewin (Swisscom)", ("bluewin.ch",), "imaps.bluewin.ch", "pop3s.bluewin.ch", "smtpauths.bluewin.ch"),
    Provider("Comcast", ("comcast.net",), "imap.comcast.net", "mail.comcast.net", "smtp.comcast.net"),
    Provider("Fastmail", ("fastmail.com", "fastmail.fm"), "imap.fastmail.com", "pop.fastmail.com", "smtp.fastmail.com", note=_APP_PASSWORD),
    Provider("Free.fr", ("free.fr",), "imap.free.fr", "pop.free.fr", "smtp.free.fr", local_part=_ALL),
    Provider("Gandi", (), "mail.gandi.net", "mail.gandi.net", "mail.gandi.net"),
    Provider("Gmail, Google Workspace", ("gmail.com", "googlemail.com"), "imap.gmail.com", "pop.gmail.com", "smtp.gmail.com", note=_GMAIL),
    Provider("GMX (gmx.com)", ("gmx.com", "gmx.us", "gmx.co.uk"), "imap.gmx.com", "pop.gmx.com", "mail.gmx.com", note=_SWITCH_ON),
    Provider("GMX (gmx.net, gmx.de)", ("gmx.net", "gmx.de", "gmx.at", "gmx.ch"), "imap.gmx.net", "pop.gmx.net", "mail.gmx.net", note=_SWITCH_ON),
    Provider("iCloud", ("icloud.com", "me.com", "mac.com"), "imap.mail.me.com", "", "smtp.mail.me.com", 587, ("imap",), _ICLOUD),
    Provider("Infomaniak", ("ik.me", "ikmail.com"), "mail.infomaniak.com", "", "mail.infomaniak.com"),
    Provider("IONOS (1&1)", ("online.de", "onlinehome.de"), "imap.1und1.de", "pop.1und1.de", "smtp.1und1.de"),
    Provider("Libero", ("libero.it",), "imapmail.libero.it", "popmail.libero.it", "smtp.libero.it"),
    Provider("mailbox.org", ("mailbox.org",), "imap.mailbox.org", "", "smtp.mailbox.org"),
    Provider("Microsoft 365", (), _AT, _AT, "smtp.office365.com", 587, note=_MICROSOFT_365, offers_graph=True),
    Provider("Migadu", (), "imap.migadu.com", "", "smtp.migadu.com"),
    Provider("one.com", (), "imap.one.com", "", "send.one.com"),
    Provider("Orange", ("orange.fr", "wanadoo.fr"), "imap.orange.fr", "pop.orange.fr", "smtp.orange.fr"),
    Provider("Outlook.com, Hotmail", _OUTLOOK, _AT, _AT, "smtp-mail.outlook.com", 587, note=_OUTLOOK_COM),
    Provider("OVH", (), "ssl0.ovh.net", "ssl0.ovh.net", "ssl0.ovh.net"),
    Provider("Posteo", ("posteo.de", "posteo.net"), "posteo.de", "posteo.de", "posteo.de"),
    Provider("STRATO", (), "imap.strato.de", "pop3.strato.de", "smtp.strato.de"),
    Provider("T-Online", ("t-online.de", "magenta.de"), "secureimap.t-online.de", "securepop.t-online.de", "securesmtp.t-online.de", note=_EMAIL_PASSWORD),
    Provider("UOL", ("uol.com.br",), "imap.uol.com.br", "pop3.uol.com.br", "smtps.uol.com.br", 587, _ALL),
    Provider("WEB.DE", ("web.de",), "imap.web.de", "pop3.web.de", "smtp.web.de", 587, _ALL, _SWITCH_ON),
    Provider("Yahoo", _YAHOO, "imap.mail.yahoo.com", "pop.mail.yahoo.com", "smtp.mail.yahoo.com", note=_APP_PASSWORD),
    Provider("Yandex", ("yandex.com", "yandex.ru", "ya.ru"), "imap.yandex.com", "pop.yandex.com", "smtp.yandex.com", note=_APP_PASSWORD),
    Provider("Zoho (.com)", ("zoho.com", "zohomail.com"), "imap.zoho.com", "pop.zoho.com", "smtp.zoho.com", note=_SWITCH_ON),
    Provider("Zoho (.com.au)", ("zoho.com.au", "zohomail.com.au"), "imap.zoho.com.au", "pop.zoho.com.au", "smtp.zoho.com.au", note=_SWITCH_ON),
    Provider("Zoho (.eu)", ("zoho.eu", "zohomail.eu"), "imap.zoho.eu", "pop.zoho.eu", "smtp.zoho.eu", note=_SWITCH_ON),
)
# fmt: on
"""In the order of the list, by name."""


def providers_with(protocol: Protocol) -> list[Provider]:
    """The providers that offer `protocol`."""
    return [each for each in PROVIDERS if each.host(protocol)]


def provider_of_server(protocol: Protocol, server: str) -> Provider | None:
    """The provider whose server for `protocol` this is."""
    wanted = server.strip().rstrip(".").casefold()
    return next((each for each in PROVIDERS if wanted and each.host(protocol) == wanted), None)


def provider_of_address(protocol: Protocol, address: str) -> Provider | None:
    """The provider of the address' domain, if it offers `protocol`."""
    domain = address.strip().rpartition("@")[2].casefold() if "@" in address else ""
    return next((each for each in providers_with(protocol) if domain in each.domains), None)
