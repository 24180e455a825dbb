"""Errors of answers that cannot be used: of another protocol, a web page instead, or cut short."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class ProtocolBroken(TransportError):
    """The response violates the protocol, or the server refused a mandatory command."""

    code = "protocol_broken"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} gave an answer that cannot be understood.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Check that server and port belong to a mail server of this type. The details show what it said."
    )


class WebPageInstead(TransportError):
    """A web page came where a web service should answer: a proxy, a firewall or a sign-in page of a network."""

    code = "web_page_instead"
    sentence = QT_TRANSLATE_NOOP("transports", "A web page came back where {server} should have answered.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Something in between answers: a proxy, a firewall or the sign-in page of a network. Ask your network administrator to "
        "let this computer reach {server} unchanged.",
    )


class AnswerIncomplete(TransportError):
    """The answer ended too early or cannot be read."""

    code = "answer_incomplete"
    transient = True
    sentence = QT_TRANSLATE_NOOP("transports", "The answer of {server} was cut short.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "It is tried again by itself. If it stays so, look for a proxy or virus scanner that changes what {server} sends.",
    )
