"""Autodiscover of a simulated Exchange: v2 JSON, POX and SOAP, and where it sends on to."""

from __future__ import annotations

from urllib.parse import unquote

from lxml import etree  # type: ignore[import-untyped]

from tests.servers.microsoft.ews import Ews
from tests.servers.microsoft.http import Request, Response, json_response
from tests.servers.microsoft.mailbox import Mailbox
from tests.servers.microsoft.server import Microsoft

RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
SOAP = "http://schemas.microsoft.com/exchange/2010/Autodiscover"
XML = {"Content-Type": "text/xml; charset=utf-8"}


class Autodiscover:
    """The services, registered with `microsoft`; the fields change what they tell."""

    def __init__(self, microsoft: Microsoft, ews: Ews) -> None:
        self._microsoft, self._ews = microsoft, ews
        self.json = self.pox = self.soap = True
        """What is offered at all; the others answer 404."""
        self.redirect_url = ""
        self.redirect_address = ""
        self.credentials: list[str] = []
        """The Authorization headers that came."""
        microsoft.router.add(r"/autodiscover/autodiscover\.json/v1\.0/", self._json)
        microsoft.router.add(r"/autodiscover/autodiscover\.xml$", self._pox)
        microsoft.router.add(r"/autodiscover/autodiscover\.svc$", self._soap)

    def _json(self, request: Request) -> Response:
        if not self.json:
            return Response(404)
        if self.redirect_url:
            return Response(302, b"", {"Location": self.redirect_url})
        address = unquote(request.path.rpartition("/")[2])
        if self._microsoft.directory.find(address) is None:
            return json_response({"ErrorCode": "UserNotFound", "ErrorMessage": f"Mailbox {address} not found."}, 404)
        return json_response({"Protocol": "EWS", "Url": self._ews.url})

    def _pox(self, request: Request) -> Response:
        who = self._caller(request, offered=self.pox)
        if isinstance(who, Response):
            return who
        address = etree.fromstring(request.body).findtext(".//{*}EMailAddress")
        if self.redirect_address and address != self.redirect_address:
            inner = f"<Action>redirectAddr</Action><RedirectAddr>{self.redirect_address}</RedirectAddr>"
        elif self.redirect_url:
            inner = f"<Action>redirectUrl</Action><RedirectUrl>{self.redirect_url}</RedirectUrl>"
        else:
            inner = (
                "<Action>settings</Action>"
                "<Protocol><Type>EXCH</Type><EwsUrl>https://inside.invalid/EWS/Exchange.asmx</EwsUrl></Protocol>"
                f"<Protocol><Type>EXPR</Type><EwsUrl>{self._ews.url}</EwsUrl></Protocol>"
            )
        account = f'<Response xmlns="{OUTLOOK}"><Account><AccountType>email</AccountType>{inner}</Account></Response>'
        return Response(200, f'<Autodiscover xmlns="{RESPONSE}">{account}</Autodiscover>'.encode(), XML)

    def _soap(self, request: Request) -> Response:
        who = self._caller(request, offered=self.soap)
        if isinstance(who, Response):
            return who
        setting = f"<UserSetting><Name>ExternalEwsUrl</Name><Value>{self._ews.url}</Value></UserSetting>"
        user = f"<UserResponse><ErrorCode>NoError</ErrorCode><UserSettings>{setting}</UserSettings></UserResponse>"
        message = f'<GetUserSettingsResponseMessage xmlns="{SOAP}"><Response><UserResponses>{user}</UserResponses></Response>'
        body = f"<s:Body>{message}</GetUserSettingsResponseMessage></s:Body>"
        return Response(200, f'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/">{body}</s:Envelope>'.encode(), XML)

    def _caller(self, request: Request, *, offered: bool) -> Mailbox | Response:
        if header := request.headers.get("authorization"):
            self.credentials.append(header)
        if not offered:
            return Response(404)
        who = self._ews.caller(request)
        return who if who is not None else Response(401)
