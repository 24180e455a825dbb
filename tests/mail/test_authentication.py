"""Whether a server that the admin trusts confirms the sender (MSG-06, RFC 8601)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.mail import parse
from trackit_console.mail.authentication import EXCHANGE_ONLINE, passes
from trackit_console.mail.authentication_results import MethodResult
from trackit_console.mail.limits import AUTHENTICATION_HEADERS_LIMIT, AUTHENTICATION_LENGTH_LIMIT, AUTHENTICATION_METHODS_LIMIT

pytestmark = pytest.mark.covers("MSG-06")
TRUSTED = "mx.example.com"


def passed(*headers: str, sender: str = "Carl <carl@contoso.example>", trusted: str = TRUSTED) -> bool:
    lines = "".join(f"Authentication-Results: {each}\n" for each in headers)
    return passes(parse(f"{lines}From: {sender}\nSubject: x\n\nx\n".encode()), trusted)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("mx.example.com; dmarc=pass header.from=contoso.example", True, id="dmarc"),
        pytest.param("mx.example.com; dmarc=pass (p=none dis=none)", True, id="dmarc without a domain"),
        pytest.param("mx.example.com; dmarc=fail header.from=contoso.example", False, id="dmarc failed"),
        pytest.param("mx.example.com; dmarc=pass header.from=evil.example", False, id="dmarc of another From"),
        pytest.param("MX.Example.COM. 1; DMARC=Pass", True, id="letter case, version and final dot"),
        pytest.param("mx.example.com; dkim=pass header.d=contoso.example", True, id="dkim"),
        pytest.param("mx.example.com; dkim=pass header.i=@contoso.example header.s=a", True, id="dkim by identity"),
        pytest.param("mx.example.com; dkim=pass header.d=mail.contoso.example", True, id="dkim of a subdomain"),
        pytest.param("mx.example.com; dkim=pass header.d=example", False, id="dkim of a top-level domain"),
        pytest.param("mx.example.com; dkim=pass header.d=evilcontoso.example", False, id="dkim of a similar domain"),
        pytest.param("mx.example.com; dkim=pass header.d=evil.example", False, id="dkim of another domain"),
        pytest.param("mx.example.com; dkim=pass", False, id="dkim of nobody"),
        pytest.param(
            "mx.example.com; dkim=pass header.d=list.example; dkim=pass header.d=contoso.example", True, id="second signature"
        ),
        pytest.param("mx.example.com; spf=pass smtp.mailfrom=carl@contoso.example", True, id="spf"),
        pytest.param("mx.example.com; spf=pass smtp.mailfrom=contoso.example", True, id="spf by domain"),
        pytest.param("mx.example.com; spf=pass smtp.mailfrom=a@evil.example", False, id="spf of another domain"),
        pytest.param("mx.example.com; spf=pass smtp.mailfrom=", False, id="spf of an empty sender"),
        pytest.param("mx.example.com; spf=softfail smtp.mailfrom=contoso.example; dkim=none", False, id="neither passed"),
        pytest.param("mx.example.com; none", False, id="nothing was checked"),
        pytest.param("mx.example.com", False, id="no result"),
        pytest.param("", False, id="empty"),
        pytest.param("spf=pass smtp.mailfrom=contoso.example; dmarc=pass", False, id="no server, as Exchange Online writes"),
        pytest.param("mx.example.com spf=pass smtp.mailfrom=contoso.example", True, id="forgotten semicolon"),
        pytest.param("(as (seen) by) mx.example.com (v1); dmarc (2015) = pass (ok)", True, id="comments and blanks"),
        pytest.param('"mx.example.com"; dkim/1=pass header.d="contoso.example"', True, id="quotes and version"),
        pytest.param("mx.example.com; dmarc=fail (x; dmarc=pass)", False, id="result in a comment"),
        pytest.param("mx.example.com; dmarc=fail (x \\) ; dmarc=pass )", False, id="escaped end of a comment"),
        pytest.param("mx.example.com; (never closed; dmarc=pass", False, id="comment without an end"),
        pytest.param('mx.example.com; dmarc=fail reason="; dmarc=pass"', False, id="result in a quoted reason"),
        pytest.param(
            'mx.example.com; spf=pass smtp.mailfrom="; dmarc=pass "@evil.example; dmarc=fail', False, id="quoted local part"
        ),
        pytest.param(
            "mx.example.com; spf=pass smtp.mailfrom=x; dmarc=pass @evil.example; dmarc=fail", False, id="smuggled result"
        ),
    ],
)
def test_what_confirms_the_sender(header: str, expected: bool) -> None:
    assert passed(header) is expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(("mx.example.com; dmarc=fail", "mx.example.com; dmarc=pass"), False, id="forged below the server's own"),
        pytest.param(("mx.example.com; dmarc=pass", "mx.example.com; dmarc=fail"), True, id="the topmost counts"),
        pytest.param(("spam.example.com; dmarc=fail", "mx.example.com; dmarc=pass"), True, id="another server above it"),
        pytest.param(("evil.example; dmarc=pass",), False, id="a server that nobody trusts"),
        pytest.param(("mx.example.com.evil.example; dmarc=pass",), False, id="a name that begins alike"),
        pytest.param((), False, id="no header"),
        pytest.param(("a; spf=none",) * AUTHENTICATION_HEADERS_LIMIT + ("mx.example.com; dmarc=pass",), False, id="too many"),
    ],
)
def test_the_topmost_header_of_the_trusted_server_counts(headers: tuple[str, ...], expected: bool) -> None:
    assert passed(*headers) is expected


@pytest.mark.parametrize(
    ("sender", "expected"),
    [
        ("carl@CONTOSO.example", True),
        ("carl@support.contoso.example", True),
        ("carl@fabrikam.example", False),
        ("nobody", False),
        ("nobody\nReply-To: carl@contoso.example", False),
    ],
)
def test_the_domain_of_from_is_what_must_be_confirmed(sender: str, expected: bool) -> None:
    assert passed("mx.example.com; dkim=pass header.d=contoso.example", sender=sender) is expected


def test_a_domain_in_any_script_is_the_same_in_its_ascii_form() -> None:
    assert passed("mx.example.com; dkim=pass header.d=xn--bcher-kva.example", sender="a@bücher.example")


@pytest.mark.parametrize("trusted", ["", " ", "."])
def test_without_a_trusted_server_nobody_is_confirmed(trusted: str) -> None:
    assert not passed("; dmarc=pass", "dmarc=pass", trusted=trusted)


def test_a_header_becomes_plain_values() -> None:
    [read] = parse(
        b"Authentication-Results: MX.example.com;\n spf=pass smtp.mailfrom=a@B.example;\n dkim=none\n\nx"
    ).authentication
    assert (read.server, read.results) == (TRUSTED, (MethodResult("spf", "pass", "b.example"), MethodResult("dkim", "none", "")))


def test_a_header_of_which_a_part_would_be_lost_confirms_nobody() -> None:
    beyond = "; ".join(["dkim=none"] * AUTHENTICATION_METHODS_LIMIT)
    assert not passed(f"mx.example.com; dmarc=pass; {beyond}; dmarc=fail")
    assert not passed(
        f"mx.example.com; dmarc=pass ({'x' * AUTHENTICATION_LENGTH_LIMIT}); dmarc=fail", "mx.example.com; dmarc=pass"
    )


@given(st.text(alphabet='mx.a=;()"\\/ @pass\t', max_size=60))
def test_no_header_harms(value: str) -> None:
    assert passed(f"evil.example {value}") is False


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param(
            ("spf=pass (sender IP is 192.0.2.1) smtp.mailfrom=contoso.example; dmarc=pass action=none",), True, id="passed"
        ),
        pytest.param(("dkim=none; dmarc=fail", "dmarc=pass header.from=contoso.example"), False, id="forged below its own"),
        pytest.param(("mx.evil.example; dmarc=pass",), False, id="a header with a name is not its own"),
        pytest.param(("mx.evil.example; dmarc=fail", "dmarc=pass"), False, id="it writes on top"),
        pytest.param((), False, id="no header"),
    ],
)
def test_the_topmost_header_without_a_name_is_that_of_exchange_online(headers: tuple[str, ...], expected: bool) -> None:
    assert passed(*headers, trusted=EXCHANGE_ONLINE) is expected
