"""Mail as it is sent: what readers decode is what was meant, and nothing in it can become a header (NOT-01, MSG-08, SEC-03)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.domain.effects import MailKind
from trackit_console.helpdesk.notifications.composing import ComposedMail, Draft, DraftFile, compose
from trackit_console.helpdesk.notifications.message_ids import message_id_for
from trackit_console.helpdesk.notifications.plain_text import clean_lines, one_line
from trackit_console.mail import Message, find_keywords, parse
from trackit_console.mail.address_writing import written_address

AT = datetime(2026, 11, 26, 14, 5, tzinfo=timezone(timedelta(hours=1)))
DRAFT = Draft(
    kind=MailKind.NOTIFICATION,
    from_name="Contoso Help Desk",
    from_address="support@example.com",
    to=[("Bo Lindqvist", "bo@example.com")],
    subject="[Ticket - 12] Printer is offline",
    text="Hello Bo,\n\nit prints again.\n",
    message_id="abc@example.com",
    date=AT,
    html="<p>Hello Bo,</p><p>it prints again.</p>",
)
NAMES = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress",
    "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
# What people have in names and subjects, and what they should not have.
LETTERS = st.sampled_from("abcXYZ019 .,;:@<>()[]\"'\\=?_-/!#&%äßéжЖ語😀\u0301\u200f\u00a0\r\n\0\t\u2028\u202e")
TEXTS = st.text(LETTERS, max_size=900) | st.text(max_size=300)
WORDS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=100), max_size=30).map(" ".join)


def read(mail: ComposedMail) -> EmailMessage:
    return message_from_bytes(mail.content, _class=EmailMessage, policy=default)


def read_both(mail: ComposedMail) -> tuple[EmailMessage, Message]:
    """As two independent readers decode it. Every mail that is made here has to keep the rules of the wire."""
    assert faults_of(mail) == []
    return read(mail), parse(mail.content)


def lines(part: MIMEPart) -> str:
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


def faults_of(mail: ComposedMail) -> list[str]:
    """What a strict server would refuse."""
    raw, faults = mail.content, []
    headers, _, _ = raw.partition(b"\r\n\r\n")
    lines = headers.split(b"\r\n")
    names = [line.partition(b":")[0].decode() for line in lines if line[:1] not in b" \t"]
    if re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw):
        faults.append("a line end that is not CRLF, or NUL")
    if max(map(len, raw.split(b"\r\n"))) > 998:
        faults.append("a long line")
    if not mail.needs_smtputf8 and not raw.isascii():
        faults.append("8 bits")
    if not raw.partition(b"\r\n\r\n")[2].isascii():
        faults.append("8 bits in the body")
    if [line for line in lines if not line.strip()]:
        faults.append("a blank line within the headers")
    if [line for line in lines if b"=?utf-8?" in line and len(line) > 76]:
        faults.append("a long line with an encoded word")
    if [word for word in re.findall(rb"=\?utf-8\?[^ \r]*", headers) if len(word) > 75]:
        faults.append("a long encoded word")
    for part in read(mail).walk():
        if part["Content-Transfer-Encoding"] in ("quoted-printable", "base64"):
            faults += ["a long encoded line"] * any(len(line) > 76 for line in str(part.get_payload()).splitlines())
    if not set(names) <= NAMES or len(set(names)) < len(names):
        faults.append(f"headers: {names}")
    return faults


# The headers


@pytest.mark.covers("NOT-01", "MSG-08")
def test_a_notification_has_the_headers_of_automatic_mail() -> None:
    mail, message = read_both(compose(DRAFT))
    assert str(mail["From"]) == "Contoso Help Desk <support@example.com>"
    assert str(mail["To"]) == "Bo Lindqvist <bo@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == AT
    assert mail["MIME-Version"] == "1.0"
    assert mail["Precedence"] is None and mail["Bcc"] is None
    assert message.message_id == "abc@example.com"
    assert message.automatic is not None
    assert find_keywords(message.subject, "")[0].id == 12


@pytest.mark.covers("MSG-08")
@pytest.mark.parametrize("kind", MailKind)
def test_only_an_answer_is_auto_replied(kind: MailKind) -> None:
    expected = "auto-replied" if kind is MailKind.REPLY else "auto-generated"
    assert read(compose(replace(DRAFT, kind=kind)))["Auto-Submitted"] == expected


@pytest.mark.covers("MSG-08")
def test_a_persons_mail_is_not_automatic_and_may_be_answered() -> None:
    mail, message = read_both(compose(replace(DRAFT, kind=MailKind.REPLY, by_person=True)))
    assert mail["Auto-Submitted"] is None
    assert mail["X-Auto-Response-Suppress"] == "OOF"
    assert message.automatic is None


@pytest.mark.covers("MSG-08", "MSG-09")
def test_exchange_is_asked_not_to_answer_but_to_report_what_did_not_arrive() -> None:
    suppressed = set(str(read(compose(DRAFT))["X-Auto-Response-Suppress"]).split(", "))
    assert {"OOF", "AutoReply"} <= suppressed
    assert not {"NDR", "All"} & suppressed


def test_the_same_draft_gives_the_same_bytes() -> None:
    draft = replace(DRAFT, files=[DraftFile("a.csv", "text/csv", b"a,b\r\n")])
    assert compose(draft) == compose(draft)


def test_what_many_get_is_written_once() -> None:
    """A mail to each of 5,000 technicians is composed while the mail that it is about waits to become a ticket."""
    one, other = (compose(replace(DRAFT, to=[("", to)], message_id=to)) for to in ("ada@example.com", "bo@example.com"))
    bodies = [each.content[each.content.index(b"MIME-Version") :] for each in (one, other)]
    assert one.content != other.content
    assert bodies[0] == bodies[1]


def test_nobody_is_named_if_nobody_is_to_be() -> None:
    for to in ([], [("Mallory", "no address")]):
        mail, message = read_both(compose(replace(DRAFT, to=to)))
        assert str(mail["To"]) == "undisclosed-recipients:;"
        assert message.to == ()


@pytest.mark.parametrize(
    ("address", "message_id"), [("no address", "a@b"), ("a@example.com", "a b@c"), ("a@b\r\nBcc: x@y", "a@b")]
)
def test_a_mail_without_a_sender_or_an_id_is_refused(address: str, message_id: str) -> None:
    with pytest.raises(ValueError, match="address to be from"):
        compose(replace(DRAFT, from_address=address, message_id=message_id))


def test_many_recipients_are_all_named() -> None:
    to = [(f"Größe, {number}", f"someone{number}@example.com") for number in range(500)]
    mail, message = read_both(compose(replace(DRAFT, to=to)))
    assert [(each.display_name, each.addr_spec) for each in mail["To"].addresses] == to
    assert [(each.name, each.address) for each in message.to] == to


# What is decoded is what was meant

SUBJECTS = [
    "[Ticket - 12] plain",
    "[Ticket - 12] " + "many short words " * 46 + "end",
    "x" * 800,
    "ж" * 800,
    "😀" * 400,
    "語 " * 400 + "語",
    "a  b   c " * 80 + "d",
    "Ärger mit Drucker, Fax & Co.: 100% \"defekt\" (2. Stock) =3D _a_ ?=",
    "=?utf-8?q?=0d=0aBcc:_mallory=40example.com?=",
    "=?utf-8?b?DQpCY2M6IG1hbGxvcnlAZXhhbXBsZS5jb20=?= [Ticket - 12]",
    "=?",
    "a =?x",
    "e\u0301" * 300,
    "",
]  # fmt: skip


@pytest.mark.covers("NOT-01", "NOT-03")
@pytest.mark.parametrize("subject", SUBJECTS, ids=range(len(SUBJECTS)))
def test_a_subject_is_folded_and_decodes_to_itself(subject: str) -> None:
    made = compose(replace(DRAFT, subject=subject))
    mail, message = read_both(made)
    assert str(mail["Subject"]) == message.subject == made.subject == subject.strip()


@given(TEXTS | WORDS)
def test_any_subject_decodes_to_its_one_line(subject: str) -> None:
    made = compose(replace(DRAFT, subject=subject))
    mail, message = read_both(made)
    assert str(mail["Subject"]) == message.subject == made.subject == one_line(subject)


DISPLAY_NAMES = [
    "Bo Lindqvist",
    "Lindqvist, Bo",
    'Bo "the Printer" Lindqvist',
    "Bo \\ Lindqvist",
    "Dr. Bo (IT) <admin@example.com>",
    "bo@example.com",
    "Bü, Lindqvist; \"ü\" <ü>",
    "ж" * 255,
    "word " * 50 + "end",
    "x" * 255,
    "a  b",
    "=?utf-8?q?=22=3Cmallory=40example.com=3E?=",
    "=?utf-8?q?x?=, Bo",
    "undisclosed-recipients:;",
    "",
]  # fmt: skip


def letters(name: str) -> str:
    """Python's reader puts a blank between two encoded words of a name, and takes every blank for a space."""
    return "".join(name.split())


def unquoted(name: str) -> str:
    """`parse` drops quotation marks around a part of a name."""
    return re.sub(r"""(['"])([^'"]*)\1""", r"\2", name)


@pytest.mark.parametrize("name", DISPLAY_NAMES, ids=range(len(DISPLAY_NAMES)))
def test_a_name_decodes_to_itself_in_from_and_to(name: str) -> None:
    mail, message = read_both(compose(replace(DRAFT, from_name=name, to=[(name, "bo@example.com"), (name, "ada@example.com")])))
    by_python = [each.display_name for each in (*mail["From"].addresses, *mail["To"].addresses)]
    assert [letters(each) for each in by_python] == [letters(name)] * 3
    assert [each.name for each in (message.sender, *message.to)] == [unquoted(name)] * 3
    for addresses in ([each.addr_spec for each in mail["To"].addresses], [each.address for each in message.to]):
        assert addresses == ["bo@example.com", "ada@example.com"]


ADDRESSES = ["bo@example.com", "x" * 64 + "@" + "y" * 63 + ".example"]


@given(st.lists(st.tuples(TEXTS | WORDS, st.sampled_from(ADDRESSES)), max_size=4))
def test_any_names_decode_to_their_one_line(to: list[tuple[str, str]]) -> None:
    mail, message = read_both(compose(replace(DRAFT, to=to)))
    meant = [(one_line(name), address) for name, address in to]
    assert [(letters(each.display_name), each.addr_spec) for each in mail["To"].addresses] == [
        (letters(name), address) for name, address in meant
    ]
    assert [(letters(unquoted(each.name)), each.address) for each in message.to] == [
        (letters(unquoted(name)), address) for name, address in meant
    ]


# Nothing becomes a header

INJECTIONS = [
    "a\r\nBcc: mallory@example.com",
    "a\nBcc: mallory@example.com",
    "a\rBcc: mallory@example.com",
    "a\r\n\r\n<script>",
    "a\0\r\nBcc: x@example.com",
    "a\x0bBcc: x\x0cBcc: y\x1cBcc: z",
    "a\x85Bcc: x\u2028Bcc: y\u2029Bcc: z",
    "=?utf-8?q?=0d=0aBcc:?= x@example.com",
    "=?utf-8?q?a?=\r\n =?utf-8?q?=0d=0aBcc:_x?=",
    "a\ud800b",
    '"\r\nBcc: x@example.com',
    "a>, <mallory@example.com",
    "\r\n",
]


@pytest.mark.covers("SEC-03")
@pytest.mark.parametrize("hostile", INJECTIONS, ids=range(len(INJECTIONS)))
def test_a_hostile_text_begins_no_header(hostile: str) -> None:
    draft = replace(
        DRAFT,
        from_name=hostile,
        to=[(hostile, "bo@example.com"), ("Bo", hostile), ("Bo", f"bo@{hostile}"), ("Bo", f"{hostile}@example.com")],
        subject=hostile,
        in_reply_to=hostile,
        references=[hostile, "ok@example.com"],
        files=[DraftFile(hostile, hostile, b"x")],
    )
    composed = compose(draft)
    mail, message = read_both(composed)
    assert set(mail.keys()) <= NAMES
    assert b"\nBcc:" not in composed.content
    assert [each.addr_spec for each in mail["To"].addresses] == ["bo@example.com"]
    assert message.references == ("ok@example.com",)
    assert len(message.attachments) == 1


@given(TEXTS, TEXTS)
def test_no_address_begins_a_header_or_another_address(local: str, domain: str) -> None:
    mail, _ = read_both(compose(replace(DRAFT, to=[("", f"{local}@{domain}"), ("", "bo@example.com")])))
    assert len(mail["To"].addresses) <= 2


# Addresses


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("bo@example.com", "bo@example.com"),
        (" Bo@EXAMPLE.com ", "Bo@EXAMPLE.com"),
        ("bo@bücher.example", "bo@xn--bcher-kva.example"),
        ("bo@straße.example", "bo@xn--strae-oqa.example"),
        ("bo@BÜCHER.example", "bo@xn--bcher-kva.example"),
        ("bo@例え。テスト", "bo@xn--r8jz45g.xn--zckzah"),
        ("bo@i❤.ws", "bo@xn--i-7iq.ws"),
        *[(f"bo@{other}❤.ws", None) for other in ("straße", "STRAẞE", "βόλος")],
        ("bo@mailhost", "bo@mailhost"),
        ("bo@[192.0.2.1]", "bo@[192.0.2.1]"),
        ("bo@[IPv6:2001:db8::1]", "bo@[IPv6:2001:db8::1]"),
        *[(f"{local}@example.com", None) for local in ("=?b??=", "=?utf-8?q?a=40b.example?=", '"=?utf-8?q?a?="')],
        *[(f"bo@[{inside}]", None) for inside in ("1>2", "1,bo@2", "1;2", "")],
        ("bø@example.com", "bø@example.com"),
        ("a..b.@example.com", '"a..b."@example.com'),
        ('"a, b"@example.com', '"a, b"@example.com'),
        ("o'neil+tag/x=y@example.com", "o'neil+tag/x=y@example.com"),
        *[(wrong, None) for wrong in ("", "@", "bo", "bo@", "@example.com", "a b@example.com", "a@b c", "<a@b>", "a,b@example.com")],
        *[(wrong, None) for wrong in ("a@b>", "a@b,c@d", "a@exa\u202emple.com", "a\u200b@b", "a@-b", "a@b..c", "a@ü\r\nx", '"a@b')],
        ("a" * 320 + "@example.com", None),
    ],
)  # fmt: skip
def test_an_address_is_written_for_the_wire_or_not_at_all(address: str, written: str | None) -> None:
    assert written_address(address) == written


def test_an_international_domain_needs_nothing_of_the_server() -> None:
    mail = compose(replace(DRAFT, to=[("", "bo@bücher.example")], from_address="hilfe@bücher.example"))
    assert not mail.needs_smtputf8
    assert b"<hilfe@xn--bcher-kva.example>" in mail.content


def test_a_local_part_beyond_ascii_is_kept_and_announced() -> None:
    mail = compose(replace(DRAFT, to=[("Bø", "bø@bücher.example"), ("Ada", "ada@example.com")]))
    assert mail.needs_smtputf8
    assert "<bø@xn--bcher-kva.example>".encode() in mail.content
    _, message = read_both(mail)
    assert message.to[0].address == "bø@xn--bcher-kva.example"


def test_a_very_long_address_stays_in_one_piece() -> None:
    address = "x" * 64 + "@" + ".".join(["y" * 60] * 4) + ".example"
    mail, message = read_both(compose(replace(DRAFT, to=[("A name, with a comma", address)])))
    assert mail["To"].addresses[0].addr_spec == message.to[0].address == address


# Threads


@pytest.mark.covers("NOT-01")
def test_a_mail_goes_on_with_its_thread() -> None:
    _, message = read_both(compose(replace(DRAFT, in_reply_to="c@x", references=["a@x", "b@x"])))
    assert message.in_reply_to == ("c@x",)
    assert message.references == ("a@x", "b@x", "c@x")


def test_a_long_thread_keeps_its_first_and_its_last_messages() -> None:
    references = [f"{number}@example.com" for number in range(5_000)]
    made = compose(replace(DRAFT, in_reply_to="last@example.com", references=references))
    _, message = read_both(made)
    assert len(message.references) == 11
    assert (message.references[0], message.references[-2:]) == ("0@example.com", ("4999@example.com", "last@example.com"))


def test_an_id_that_cannot_be_repeated_is_left_out() -> None:
    long = "x" * 900
    made = compose(replace(DRAFT, in_reply_to="y" * 2_000, references=["a b@x", "ü@x", "<a@x>", long, "", "ok@x", "ok@x"]))
    _, message = read_both(made)
    assert (message.in_reply_to, message.references) == ((), (long, "ok@x"))


# The content

BODIES = [
    "",
    "plain\n",
    "Grüße\nzweite Zeile",
    "語" * 2_000,
    "x" * 5_000,
    "From me\n.\n..dots\n-- \nBo",
    "trailing blanks  \n\ttab\t\n",
    "a\r\nb\rc\u2028d\0e",
    "--=_x\n--" + "=" * 60,
    "😀\ud800",
]


@pytest.mark.covers("NOT-01")
@pytest.mark.parametrize("text", BODIES, ids=range(len(BODIES)))
@pytest.mark.parametrize("html", [None, "<p>Grüße</p>" + "<b>x</b>" * 500])
def test_text_and_html_arrive_as_they_were(text: str, html: str | None) -> None:
    mail, message = read_both(compose(replace(DRAFT, text=text, html=html)))
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert lines(plain) == clean_lines(text).rstrip("\n")
    assert mail.get_content_type() == ("multipart/alternative" if html else "text/plain")
    assert (message.html or "").strip() == (html or "")


@given(TEXTS, TEXTS)
def test_any_text_arrives_as_it_was(text: str, html: str) -> None:
    mail, _ = read_both(compose(replace(DRAFT, text=text, html=f"<p>{html}</p>")))
    for kind, written in (("plain", text), ("html", f"<p>{html}</p>")):
        part = mail.get_body((kind,))
        assert part is not None
        assert lines(part) == clean_lines(written).rstrip("\n")


def test_a_text_cannot_end_its_part() -> None:
    first = compose(DRAFT).content
    boundaries = re.findall(rb'boundary="([^"]+)"', first)
    made = compose(replace(DRAFT, text="--" + boundaries[0].decode() + "--\r\n"))
    assert [part.get_content_type() for part in read(made).iter_parts()] == ["text/plain", "text/html"]


@pytest.mark.parametrize("html", [None, "<p>x</p>"])
def test_files_come_with_their_names(html: str | None) -> None:
    names = ["report.csv", 'Bericht für Größe, "neu"; v2.csv', "отчёт " * 20 + ".html", "x" * 200 + ".bin"]
    contents = [b"a,b\r\n", bytes(range(256)) * 40, b"", b"x\ny\r"]
    kinds = ["text/csv", "text/html", "message/rfc822", "nonsense; x=y"]
    files = [DraftFile(*each) for each in zip(names, kinds, contents, strict=True)]
    mail, message = read_both(compose(replace(DRAFT, html=html, files=files)))
    attached = list(mail.iter_attachments())
    assert [part.get_filename() for part in attached] == names
    assert [part.get_payload(decode=True) for part in attached] == contents
    assert [part.get_content_type() for part in attached] == [*kinds[:2], *["application/octet-stream"] * 2]
    assert [each.content for each in message.attachments] == contents
    assert mail.get_body(("plain",)) is not None


# Python's reader drops brackets around a whole file name.
@given(st.lists(TEXTS.filter(lambda name: bool(one_line(name)) and "<" not in name and "=?" not in name), max_size=3))
def test_any_file_name_is_decoded(names: list[str]) -> None:
    mail, _ = read_both(compose(replace(DRAFT, files=[DraftFile(name, "text/csv", b"x") for name in names])))
    assert [part.get_filename() for part in mail.iter_attachments()] == [one_line(name) for name in names]


@pytest.mark.parametrize("start", ["=?", "==??", "a =?", "=?=?"])
def test_no_encoded_word_is_left_in_a_file_name(start: str) -> None:
    name = f"{start}utf-8?q?=0d=0aBcc:_mallory=40example.com?= list.csv"
    mail, _ = read_both(compose(replace(DRAFT, files=[DraftFile(name, "text/csv", b"x")])))
    assert mail["Bcc"] is None
    assert [part.get_filename() for part in mail.iter_attachments()] == [name.replace("=?", "_")]


# Message ids


def test_the_same_event_and_recipient_have_the_same_id() -> None:
    one = message_id_for("created/Ticket - 12/bo@example.com", "support@example.com")
    assert one == message_id_for("created/Ticket - 12/bo@example.com", "support@example.com")
    assert one != message_id_for("created/Ticket - 12/ada@example.com", "support@example.com")


def test_an_id_tells_nothing_but_the_domain() -> None:
    made = message_id_for("Ticket - 12/bo@example.com", "Support@BÜCHER.example")
    assert re.fullmatch(r"[0-9a-f]{40}@xn--bcher-kva\.example", made)


@pytest.mark.parametrize("address", ["support@example.com", "a@[192.0.2.1]", "a@b c", "", "a@\r\n"])
def test_an_id_can_always_be_sent(address: str) -> None:
    made = compose(replace(DRAFT, message_id=message_id_for("ключ\ud800", address)))
    assert parse(made.content).message_id == made.message_id


def test_ids_of_a_day_are_all_different() -> None:
    ids = sorted(message_id_for(f"note {number}", "a@example.com") for number in range(5_000))
    assert all(one != other for one, other in pairwise(ids))


def test_the_date_is_that_of_the_draft() -> None:
    assert b"\r\nDate: Thu, 26 Nov 2026 13:05:00 +0000\r\n" in compose(replace(DRAFT, date=AT.astimezone(UTC))).content
