"""Senders and recipients as programs write them, standard or not (MSG-07, RFC 5322 section 3.4)."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trackit_console.mail import Address, ParseWarning, parse
from trackit_console.mail.addresses import read_addresses
from trackit_console.mail.limits import ADDRESS_LENGTH_LIMIT

ADA = Address("Ada Byrne", "ada@example.com")
READ = {
    "name and address": ("Ada Byrne <ada@example.com>", [ADA]),
    "name in quotes": ('"Ada Byrne" <ada@example.com>', [ADA]),
    "angle brackets twice": ("<Ada Byrne <ada@example.com>>", [ADA]),
    "name and address within the brackets": ('<"Ada Byrne <ada@example.com >">', [ADA]),
    "quotes around everything": ('"Ada Byrne <ada@example.com>"', [Address("Ada Byrne", "ada@example.com")]),
    "comments": ("Ada Byrne (desk 4) <ada(private)@example(the (big) shop).com>", [ADA]),
    "comments in a bare address": ("ada(private)@example(the shop).com", [Address("private the shop", "ada@example.com")]),
    "brackets in a quoted local part": ('<"ada(x),b"@example.com>', [Address("", '"ada(x),b"@example.com')]),
    "two addresses within the brackets": (
        "Ada Byrne <ada@example.com,bo@example.com>",
        [ADA, Address("Ada Byrne", "bo@example.com")],
    ),
    "two addresses in a quoted name": (
        '"ada@example.com;bo@example.com"',
        [Address("", "ada@example.com"), Address("", "bo@example.com")],
    ),
    "a route to two addresses": (
        "<@relay.example.com:ada@example.com,bo@example.com>",
        [Address("", "ada@example.com"), Address("", "bo@example.com")],
    ),
    "brackets around brackets": ("<<ada@example.com>>", [Address("", "ada@example.com")]),
    "no closing bracket": ("Ada Byrne <ada@example.com", [ADA]),
    "no opening bracket": ("Ada Byrne ada@example.com>", [ADA]),
    "one bracket too many": ("Ada Byrne <ada@example.com>>", [ADA]),
    "a name in brackets after the address": ("<ada@example.com> <Ada Byrne>", [ADA]),
    "square brackets": ("Ada Byrne [ada@example.com]", [ADA]),
    "an address literal": ("ada@[192.0.2.1]", [Address("", "ada@[192.0.2.1]")]),
    "single quotes around the address": ("Ada Byrne <'ada@example.com'>", [ADA]),
    "blanks around the at sign": ("ada @ example.com", [Address("", "ada@example.com")]),
    "a scheme of Exchange": ("Ada Byrne <SMTP:ada@example.com>", [ADA]),
    "a quoted local part with a blank": ('"ada b"@example.com', [Address("", '"ada b"@example.com')]),
    "nested comments": (
        "ada@example.com (Ada (the (very) first) Byrne)",
        [Address("Ada (the (very) first) Byrne", "ada@example.com")],
    ),
    "a comment that never ends": ("Ada Byrne :( <ada@example.com>", [Address("(", "ada@example.com")]),
    "brackets and a comma in an encoded word": (
        "=?utf-8?q?Ada_(IT,_2)?= <ada@example.com>",
        [Address("Ada (IT, 2)", "ada@example.com")],
    ),
    "an encoded word that never ends": ("=?utf-8?q?Ada_Byrne <ada@example.com>", [ADA]),
    "no comma between two": (
        "Ada Byrne <ada@example.com> Bo <bo@example.com>",
        [ADA, Address("Bo", "bo@example.com")],
    ),
    "blanks between two": ("ada@example.com bo@example.com", [Address("", "ada@example.com"), Address("", "bo@example.com")]),
    "a quote that never ends": ('"Ada Byrne <ada@example.com>, "Bo" <bo@example.com>', [ADA, Address("Bo", "bo@example.com")]),
    "an unquoted comma in the name": (
        "Byrne, Ada <ada@example.com>, Lund, Bo <bo@example.com>",
        [Address("Byrne, Ada", "ada@example.com"), Address("Lund, Bo", "bo@example.com")],
    ),
    "a list with semicolons": ("bo; Ada Byrne <ada@example.com>", [Address("bo", ""), ADA]),
    "all in an encoded word": ("=?utf-8?q?Ada_Byrne_=3Cada=40example.com=3E?=", [ADA]),
    "an address in an encoded word": ("=?utf-8?q?ada=40example.com?=", [Address("", "ada@example.com")]),
    "an address in an encoded word in brackets": ("<=?utf-8?b?YWRhQGV4YW1wbGUuY29t?=>", [Address("", "ada@example.com")]),
    "a name in quotes that is another address": (
        '"boss <boss@example.org>" <ada@example.com>',
        [Address("boss <boss@example.org>", "ada@example.com")],
    ),
    "an encoded name that is another address": (
        "=?utf-8?q?Boss_=3Cboss=40example.org=3E?= <ada@example.com>",
        [Address("Boss <boss@example.org>", "ada@example.com")],
    ),
    "an encoded name that is another address, before a local user": (
        "=?utf-8?q?boss=40example.org?= <root>",
        [Address("boss@example.org", "root")],
    ),
    "a name within the brackets": ("<Ada Byrne>", [Address("Ada Byrne", "")]),
    "a local user": ("<root>", [Address("", "root")]),
    "no address": ("Ada Byrne", [Address("Ada Byrne", "")]),
    "nothing": ("<>", []),
}


@pytest.mark.covers("MSG-07")
@pytest.mark.parametrize(("value", "addresses"), READ.values(), ids=READ.keys())
def test_addresses_are_read(value: str, addresses: list[Address]) -> None:
    assert list(read_addresses(value, [])) == addresses


@pytest.mark.covers("MSG-07")
def test_sender_of_a_web_form_is_who_wants_the_reply() -> None:
    message = parse(b'From: "Web shop" <>\nReply-To: <ada@example.com>\n\n')
    assert message.sender == Address("Web shop", "ada@example.com")
    assert message.problems == (ParseWarning.SENDER_FROM_REPLY_TO,)


@pytest.mark.covers("MSG-07")
def test_sender_is_the_first_of_several_from_headers_that_has_an_address() -> None:
    assert parse(b"From: Web shop\nFrom: Ada Byrne <ada@example.com>\nFrom: bo@example.com\n\n").sender == ADA


@pytest.mark.covers("MSG-07")
def test_sender_header_counts_if_from_has_no_address() -> None:
    assert parse(b"From: Ada Byrne\nSender: ada@example.com\nReply-To: bo@example.com\n\n").sender.address == "ada@example.com"


ONE_ADDRESS = re.compile(r'"(?:[^"\\]|\\.)*"@[^,;<>]*|[^,;<>]*')


@pytest.mark.covers("SEC-03")
@settings(max_examples=250)
@given(st.text(st.sampled_from('ab@.,;:<>()"\\ \t=?'), max_size=40))
@example('<"' + "a" * ADDRESS_LENGTH_LIMIT + ',b"@c>')
def test_an_address_is_never_several(value: str) -> None:
    for address in read_addresses(value, []):
        assert ONE_ADDRESS.fullmatch(address.address)
