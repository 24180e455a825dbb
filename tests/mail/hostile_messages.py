"""Messages made to cost time or memory, by the thousand: `hostile(seed, size)` repeats, nests and mixes what parsers choke on.

`python -m tests.mail.hostile_messages SIZE SEED…` parses those messages, each in a process of its own, and prints what they
cost as a line of JSON each. Linux only.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterable

CPU_LIMIT = 30
"""Seconds after which the system ends the process of a message: native code cannot be interrupted otherwise."""

_TAGS = "a b body br caption center div font h1 head i img li ol option p pre q script section span style svg table tbody td template textarea title tr u ul".split()
_HTML = [
    *[f"<{tag}>".encode() for tag in _TAGS], *[f"</{tag}>".encode() for tag in _TAGS],
    *[f"<{tag} {attribute}>".encode() for tag in ("a", "div", "td", "p") for attribute in ("b='", 'b="', "b=c ", "style=display:none", "colspan=999")],
    b"<!--", b"-->", b"<!", b"<?", b"</", b"<", b">", b"<![CDATA[", b"<!--[if mso]>", b"<![endif]-->", b"<b ", b"=", b"'", b'"', b"<o:p>",
    b"&amp;", b"&", b"&nbsp;", b"&#", b"&#x", b"9", b"&#8364;", b"&nGt;", b"display:none", b"cid:", b"<img src=cid:a>", b"<a href=http://a>",
]  # fmt: skip
_TEXT = [
    b" ", b"\n", b"\r", b"\r\n", b"\t", b"\0", b"a", b"word ", b"a \n", b"> ", b">", b">\n", b"-- \n", b"[", b"[Ticket - 1]", b"[Ticket - ",
    b"On 1/1/26 10:15, a@b wrote:\n", b"From: a\n", b"_", b"\xff", b"\x81\xc3", b"\xc3\xa4", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xe2\x80\xa8",
    b"+AGE-", b"~{", b"\x1b$B", b"\x0e", b"begin 644 a\n", b"Message-ID: <a@b>\n", b"\xc2\xa0",
]  # fmt: skip
_HEADER = [
    b"a", b",", b";", b"<", b">", b"(", b")", b'"', b"\\", b"@", b":", b"=?", b"?=", b"=?utf-8?q?a?= ", b"=?utf-8?b?YQ==?=", b"a@b,", b"<a@b> ",
    b"g: a@b;", b"; a*1*=%41", b"; a=b", b"\n ", b" ", b"\t", b"\xff", b"\xc3\xa4", b"9", b"'", b"%", b"a=b;",
]  # fmt: skip
_ENCODED = [b"=", b"=\n", b"=3D", b"YQ==\n", b"YWFh", b"YWFhYWFh\n", b"a=", b"=" * 76 + b"\n", b"#0V%T\n", b"\n", b" \n"]
_FRAMES = [
    (b"", b""), (b"<pre>", b""), (b"<table><tr><td>yy<td><pre>", b"</pre></table>"), (b"<!--", b""), (b"<style>", b""), (b'<a href="', b""),
    (b"<div style='display:none'>", b""), (b"<ul><li>" * 9, b""), (b"<table>" * 5, b""), (b"<b ", b">"), (b"&#", b";"), (b"<head>", b"</head>"),
]  # fmt: skip
_NAMES = "From To Cc Subject Date Message-ID References Content-Type Content-Disposition Received X-Failed-Recipients".split()
_CHARSETS = (
    "utf-8 us-ascii latin1 utf-7 hz iso-2022-jp iso-2022-kr gb18030 big5 euc-kr utf-16 utf-32 windows-1255 nonsense".split()
)
_TYPES = [
    "text/html", "text/html", "text/html", "text/plain", "text/plain; format=flowed", "text/plain; format=flowed; delsp=yes", "text/enriched",
    "message/rfc822", "message/delivery-status", "image/png", "application/ms-tnef", "text/calendar", "multipart/mixed; boundary=b",
]  # fmt: skip


def hostile(seed: int, size: int) -> bytes:
    """A message of about `size` bytes. The same seed gives the same shape at any size."""
    chance = random.Random(seed)
    shape = chance.choice([_in_headers, _in_one_part, _in_one_part, _in_one_part, _in_parts, _in_parts])
    return shape(chance, size)


def _in_headers(chance: random.Random, size: int) -> bytes:
    name = chance.choice(_NAMES).encode()
    length = chance.choice([60, 65_000, size])
    header = name + b": " + chance.choice([b"", b"text/plain", b"a@b", b'"']) + _filling(chance, _HEADER, length) + b"\n"
    return header * max(1, size // len(header)) + b"\ntext"


def _in_one_part(chance: random.Random, size: int) -> bytes:
    return _part(chance, size)


def _in_parts(chance: random.Random, size: int) -> bytes:
    count = chance.choice([3, 6, 50, 490, 2_000])
    part = b"--b\n" + _part(chance, max(20, size // count)) + b"\n"
    kind = chance.choice([b"mixed", b"alternative", b"related", b"report", b"digest"])
    return b"Content-Type: multipart/%s; boundary=b\n\n" % kind + part * max(1, size // len(part))


def _part(chance: random.Random, size: int) -> bytes:
    kind, charset = chance.choice(_TYPES), chance.choice(_CHARSETS)
    units = _HTML + _TEXT[:8] if "html" in kind else chance.choice([_TEXT, _HEADER, _ENCODED])
    encoding = chance.choice(["7bit", "8bit", "base64", "quoted-printable"])
    head = f"Content-Type: {kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\nContent-ID: <a>\n\n".encode()
    before, after = chance.choice(_FRAMES) if "html" in kind else (b"", b"")
    written = chance.random() < 0.7
    body = before + _filling(chance, units, size * 3 // 4 if written and encoding == "base64" else size) + after
    if written and encoding == "base64":
        body = base64.encodebytes(body)
    elif written and encoding == "quoted-printable":
        body = binascii.b2a_qp(body[: size // 2])
    return head + body


def _filling(chance: random.Random, units: list[bytes], size: int) -> bytes:
    shape = chance.choice(["repeated", "repeated", "nested", "mixed", "mixed", "numbered"])
    if shape == "repeated":
        return _repeated(chance.choice(units), size)
    if shape == "nested":
        return b"".join(_repeated(b"".join(chance.choices(units, k=chance.randint(1, 3))), size // 2) for _ in range(2))
    if shape == "mixed":
        return _repeated(b"".join(chance.choices(units, k=chance.randint(2, 30))), size)
    unit = chance.choice(units)
    return b"".join(unit + b"%d" % i for i in range(size // (len(unit) + 7) + 1))


def _repeated(unit: bytes, size: int) -> bytes:
    return unit * (size // len(unit) + 1)


# What they cost


def costs(seeds: Iterable[int], size: int) -> dict[int, dict[str, float]]:
    """For each seed `seconds` (processor time of parsing), `megabytes`, `text` (its length) and `display_seconds`.

    A process that broke down has no entry.
    """
    command = [sys.executable, "-m", __name__, str(size), *map(str, seeds)]
    child = subprocess.run(command, capture_output=True, text=True, check=True)
    return {answer.pop("seed"): answer for answer in map(json.loads, child.stdout.splitlines())}


def _measure(seed: int, size: int) -> dict[str, object]:
    from tests.mail.measured import measure
    from trackit_console.mail import parse
    from trackit_console.mail.html_display import displayable

    raw = hostile(seed, size)
    cost = measure(raw)
    message = parse(raw)
    start = time.process_time()
    displayable(message.html or "", message.attachments)
    return {
        "seed": seed,
        "seconds": cost["seconds"],
        "megabytes": cost["megabytes"],
        "text": len(message.text),
        "display_seconds": time.process_time() - start,
    }


def _main(size: int, seeds: list[int]) -> None:
    _measure(seed=0, size=0)  # what is imported at first use
    for seed in seeds:
        child = os.fork()
        if child == 0:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
            os.write(1, json.dumps(_measure(seed, size)).encode() + b"\n")
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    _main(int(sys.argv[1]), [int(seed) for seed in sys.argv[2:]])
