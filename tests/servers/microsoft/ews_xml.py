"""The XML of Exchange Web Services: reading requests, and writing answers as the schema of Exchange 2013 has them."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from tests.servers.microsoft.http import Response
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
MESSAGES = "http://schemas.microsoft.com/exchange/services/2006/messages"
TYPES = "http://schemas.microsoft.com/exchange/services/2006/types"
ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"
NAMESPACES = {"s": SOAP, "m": MESSAGES, "t": TYPES}
_PREFIXES = {"s": SOAP, "m": MESSAGES, "t": TYPES, "e": ERRORS}

Element = Any


def element(name: str, text: str | None = None, *children: Element, **attributes: str) -> Element:
    """`m:Items` and the like, in the namespace of the prefix."""
    made = etree.Element(_qualified(name), attributes, nsmap=NAMESPACES)
    made.text = text
    made.extend(child for child in children if child is not None)
    return made


def _qualified(name: str) -> str:
    prefix, _, local = name.rpartition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}" if prefix else local


def find(parent: Element, path: str) -> Element:
    """The first element at `path`; None if there is none."""
    return parent.find(path, NAMESPACES)


def find_all(parent: Element, path: str) -> list[Element]:
    return list(parent.findall(path, NAMESPACES))


def text_of(parent: Element, path: str) -> str:
    return str(parent.findtext(path, "", NAMESPACES))


def local_name(node: Element) -> str:
    return str(etree.QName(node).localname)


def moment(value: datetime) -> str:
    return f"{value:%Y-%m-%dT%H:%M:%SZ}"


def envelope(body: Element, status: int = 200) -> Response:
    numbers = {"MajorVersion": "15", "MinorVersion": "20", "MajorBuildNumber": "8422", "MinorBuildNumber": "17"}
    version = element("t:ServerVersionInfo", **numbers, Version="V2018_01_08")
    whole = element("s:Envelope", None, element("s:Header", None, version), element("s:Body", None, body))
    content = etree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return Response(status, content, {"Content-Type": "text/xml; charset=utf-8"})


def fault(code: str, text: str, back_off_milliseconds: int | None = None) -> Response:
    """A refusal of the whole request, with HTTP 500."""
    details = [element("e:ResponseCode", code), element("e:Message", text)]
    if back_off_milliseconds is not None:
        details.append(element("t:MessageXml", None, element("t:Value", str(back_off_milliseconds), Name="BackOffMilliseconds")))
    made = element(
        "s:Fault", None, element("faultcode", f"a:{code}"), element("faultstring", text), element("detail", None, *details)
    )
    return envelope(made, 500)


def answer(operation: str, results: Iterable[Element]) -> Element:
    return element(f"m:{operation}Response", None, element("m:ResponseMessages", None, *results))


def success(operation: str, *children: Element) -> Element:
    return element(
        f"m:{operation}ResponseMessage", None, element("m:ResponseCode", "NoError"), *children, ResponseClass="Success"
    )


def failure(operation: str, code: str, text: str) -> Element:
    children = (element("m:MessageText", text), element("m:ResponseCode", code), element("m:DescriptiveLinkKey", "0"))
    return element(f"m:{operation}ResponseMessage", None, *children, ResponseClass="Error")


def item_id(message: Message) -> Element:
    return element("t:ItemId", Id=message.entry_id.ews, ChangeKey=f"CQAA{message.version:06d}")


def folder_element(folder: Folder, fields: set[str]) -> Element:
    name = element("t:DisplayName", folder.name) if "folder:DisplayName" in fields else None
    return element("t:Folder", None, element("t:FolderId", Id=folder.entry_id.ews, ChangeKey="AQAA"), name)


def item_element(message: Message, fields: set[str]) -> Element:
    """The item with its properties in the order of the schema."""
    mime = base64.b64encode(message.raw).decode()
    headers = [element("t:InternetMessageHeader", str(value), HeaderName=name) for name, value in message.parsed.raw_items()]
    shown: list[tuple[str, Element]] = [
        ("item:MimeContent", element("t:MimeContent", mime, CharacterSet="UTF-8") if "item:MimeContent" in fields else None),
        ("", item_id(message)),
        ("item:ItemClass", element("t:ItemClass", message.message_class)),
        ("item:Subject", element("t:Subject", message.subject)),
        ("item:DateTimeReceived", element("t:DateTimeReceived", moment(message.received))),
        ("item:Size", element("t:Size", str(len(message.raw)))),
        ("item:InternetMessageHeaders", element("t:InternetMessageHeaders", None, *headers)),
        ("message:IsRead", element("t:IsRead", str(message.read).lower())),
    ]
    tag = "t:MeetingRequest" if message.message_class.startswith("IPM.Schedule.Meeting.Request") else "t:Message"
    return element(tag, None, *(each for name, each in shown if not name or name in fields))
