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


ONE_ADDRESS = re.compile(r'"(?:[^"\\]|\\.)*"@[^,;<>]*|[^,;<>]*')


@pytest.mark.covers("SEC-03")
@settings(max_examples=500)
@given(st.text(st.sampled_from('ab@.,;:<>()"\\ \t=?'), max_size=40))
@example('<"' + "a" * ADDRESS_LENGTH_LIMIT + ',b"@c>')
def test_an_address_is_never_several(value: str) -> None:
    for address in read_addresses(value, []):
        assert ONE_ADDRESS.fullmatch(address.address)
