"""Exchange Web Services at /EWS/Exchange.asmx: who may sign in, and which function answers which operation.

The functions themselves are in `ews_operations`, the XML in `ews_xml`. Sign-in from Microsoft's "Authenticate an EWS
application by using OAuth" and "Authentication and EWS in Exchange".
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from contextlib import suppress

from lxml import etree  # type: ignore[import-untyped]

from tests.servers.microsoft.entra import EXCHANGE_RESOURCES
from tests.servers.microsoft.ews_operations import OPERATIONS, Broken, Call, Refused
from tests.servers.microsoft.ews_xml import Element, answer, envelope, failure, fault, find, text_of
from tests.servers.microsoft.faults import Fault
from tests.servers.microsoft.http import Request, Response
from tests.servers.microsoft.mailbox import Mailbox
from tests.servers.microsoft.server import Microsoft
from tests.servers.microsoft.tokens import TokenError

PATH = "/EWS/Exchange.asmx"
ROLES = frozenset({"full_access_as_app", "EWS.AccessAsApp"})
BASIC, NTLM, NEGOTIATE = 'Basic realm="localhost"', "NTLM", "Negotiate"
KNOWN_VERSIONS = frozenset(
    (
        "Exchange2007_SP1",
        "Exchange2010",
        "Exchange2010_SP1",
        "Exchange2010_SP2",
        "Exchange2013",
        "Exchange2013_SP1",
        "V2018_01_08",
    )
)


class Ews:
    """The service, registered with `microsoft`. Tests change what it offers and read what was asked for."""

    def __init__(self, microsoft: Microsoft) -> None:
        self._microsoft = microsoft
        self.offered = [NEGOTIATE, NTLM, BASIC]
        """What WWW-Authenticate offers; without `BASIC` no password is accepted."""
        self.full_access: set[tuple[str, str]] = set()
        """Pairs of an account and a mailbox that it may open, beside its own."""
        self.operations: list[str] = []
        self.sent: list[bytes] = []
        self._generation = 0
        self._item_faults: dict[str, list[Fault]] = {}
        microsoft.router.add(r"/EWS/Exchange\.asmx$", self._answer)

    @property
    def url(self) -> str:
        return f"{self._microsoft.url}{PATH}"

    def forget_states(self) -> None:
        """All sync states handed out so far become invalid."""
        self._generation += 1

    def fail(self, operation: str, refusal: Fault, times: int | None = 1) -> None:
        """The next requests of this operation get this instead."""

        def of_operation(request: Request) -> bool:
            return f"<m:{operation}".encode() in request.body or f":{operation} ".encode() in request.body

        self._microsoft.faults.add(of_operation, refusal, times)

    # ------------------------------------------------------------------ answering

    def _answer(self, request: Request) -> Response:
        who = self.caller(request)
        if isinstance(who, Response):
            return who
        if request.method != "POST":
            return Response(200, b"<html><body>Service</body></html>", {"Content-Type": "text/html"})
        try:
            envelope_node = etree.fromstring(request.body)
        except etree.XMLSyntaxError as problem:
            return fault("ErrorSchemaValidation", f"The request failed schema validation: {problem}")
        try:
            return envelope(self._carried_out(request, envelope_node, who))
        except Broken as broken:
            return fault(broken.code, broken.text)

    def _carried_out(self, request: Request, node: Element, who: Mailbox | None) -> Element:
        version = find(node, "s:Header/t:RequestServerVersion")
        if version is None or version.get("Version") not in KNOWN_VERSIONS:
            raise Broken("ErrorInvalidServerVersion", "The specified server version is invalid.")
        mailbox = self._impersonated(node, who)
        request.mailbox = mailbox.address
        operation = find(node, "s:Body")[0]
        name = etree.QName(operation).localname
        self.operations.append(name)
        call = Call(operation, mailbox, self._reach(who, mailbox), self._generation, self.sent)
        try:
            return OPERATIONS[name](call)
        except Refused as refused:
            return answer(name, [failure(name, refused.code, refused.text)])

    def _impersonated(self, node: Element, who: Mailbox | None) -> Mailbox:
        address = text_of(node, "s:Header/t:ExchangeImpersonation/t:ConnectingSID/t:PrimarySmtpAddress")
        if not address:
            if who is None:
                raise Broken(
                    "ErrorInvalidRequest", "ExchangeImpersonation SOAP header must be present for this type of OAuth token."
                )
            return who
        if who is not None:
            raise Broken("ErrorImpersonateUserDenied", "The account does not have permission to impersonate the requested user.")
        return self._mailbox(address)

    def _mailbox(self, name: str) -> Mailbox:
        found = self._microsoft.directory.find(name)
        if found is None or not found.licensed:
            raise Broken("ErrorNonExistentMailbox", "The SMTP address has no mailbox associated with it.")
        return found

    def _reach(self, who: Mailbox | None, mailbox: Mailbox) -> Callable[[str], Mailbox]:
        def reach(name: str) -> Mailbox:
            by_guid = [each for each in self._microsoft.directory.mailboxes if each.guid == name]
            found = by_guid[0] if by_guid else self._mailbox(name)
            if found is not mailbox and (who is None or (who.address, found.address) not in self.full_access):
                raise Refused("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
            return found

        return reach

    # ------------------------------------------------------------------ signing in

    def caller(self, request: Request) -> Mailbox | Response | None:
        """Whose password came; None for an app."""
        kind, _, value = request.headers.get("authorization", "").partition(" ")
        if kind == "Bearer":
            return self._app(value)
        if kind == "Basic" and BASIC in self.offered:
            with suppress(binascii.Error, UnicodeDecodeError):
                name, _, password = base64.b64decode(value).decode().partition(":")
                found = self._microsoft.directory.find(name)
                if found and found.password and found.password == password:
                    return found
        return Response(401, b"", {"WWW-Authenticate": ", ".join(self.offered)})

    def _app(self, text: str) -> Response | None:
        try:
            token = self._microsoft.entra.read_token(text, set(EXCHANGE_RESOURCES) | {self._microsoft.url})
        except TokenError as problem:
            return Response(401, b"", {"WWW-Authenticate": f'Bearer error="invalid_token", error_description="{problem}"'})
        if not ROLES & token.roles:
            reason = '2000008;reason="The token contains no permissions, or permissions can not be understood.";error_category="invalid_grant"'
            return Response(401, b"", {"x-ms-diagnostics": reason, "WWW-Authenticate": "Bearer"})
        return None


def busy(back_off_milliseconds: int | None = 45000) -> Fault:
    text = "The server cannot service this request right now. Try again later."
    return Fault(fault("ErrorServerBusy", text, back_off_milliseconds))


def refused(code: str, text: str = "") -> Fault:
    """A SOAP fault."""
    return Fault(fault(code, text or code))


def item_refused(operation: str, code: str) -> Fault:
    """A refusal as the result of an operation on one item."""
    return Fault(envelope(answer(operation, [failure(operation, code, code)])))


def http(status: int, body: bytes = b"", **headers: str) -> Fault:
    """An answer that is not SOAP; `Retry_After="3"` becomes the header Retry-After."""
    return Fault(Response(status, body, {name.replace("_", "-"): value for name, value in headers.items()}))
