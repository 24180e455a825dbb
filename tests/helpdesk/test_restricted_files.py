"""Which files are kept out of records: by their names, however these are dressed up, and by what they really are."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

import pytest

from tests.helpdesk.deciding import DIRECTORY, NOW, came, effect, policy, told
from trackit_console.domain.effects import AddNote
from trackit_console.helpdesk.arrivals import identified
from trackit_console.helpdesk.intake import decide
from trackit_console.helpdesk.restricted_files import restricted_type
from trackit_console.mail import Attachment, parse
from trackit_console.mail.attachments import safe_name
from trackit_console.settings.default_file_types import DEFAULT_RESTRICTED_FILE_TYPES
from trackit_console.settings.file_types import file_types_in


def attached(name: str, content: bytes = b"") -> Attachment:
    return Attachment(name, "application/octet-stream", content, "0" * 64)


def compound_file(class_id: str) -> bytes:
    """A compound file whose root has this class id."""
    header = bytearray(512)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    header[30:32] = (9).to_bytes(2, "little")
    header[48:52] = (1).to_bytes(4, "little")
    root = bytearray(128)
    root[80:96] = UUID(class_id).bytes_le
    return bytes(header) + bytes(512) + bytes(root)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"x")
    return buffer.getvalue()


MSI, MSP = "000c1084-0000-0000-c000-000000000046", "000c1086-0000-0000-c000-000000000046"
WORD = "00020906-0000-0000-c000-000000000046"


@pytest.mark.covers("MSG-04")
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        pytest.param(b"MZ\x90\x00", "exe", id="program"),
        pytest.param(b"\x4c\x00\x00\x00\x01\x14\x02\x00", "lnk", id="shortcut"),
        pytest.param(compound_file(MSI), "msi", id="installer"),
        pytest.param(compound_file(MSP), "msp", id="installer patch"),
        pytest.param(compound_file(WORD), None, id="Word document"),
        pytest.param(compound_file(MSI)[:520], None, id="compound file cut off"),
        pytest.param(zipped("META-INF/MANIFEST.MF", "a.class"), "jar", id="jar"),
        pytest.param(b"GIF89a" + zipped("META-INF/MANIFEST.MF"), "jar", id="jar behind a picture"),
        pytest.param(zipped("[Content_Types].xml", "word/document.xml"), None, id="Word document as zip"),
        pytest.param(zipped("inner/META-INF/MANIFEST.MF"), None, id="zip with a folder of that name"),
        pytest.param(zipped("setup.exe"), None, id="archives are not opened"),
        pytest.param(b"\xca\xfe\xba\xbe\x00\x00\x00\x41", "jar", id="Java class"),
        pytest.param(b"\xca\xfe\xba\xbe\x00\x00\x00\x02", None, id="program of macOS"),
        pytest.param("Windows Registry Editor Version 5.00\r\n".encode("utf-16"), "reg", id="registry, UTF-16"),
        pytest.param(b"\xef\xbb\xbfREGEDIT4\r\n", "reg", id="registry of Windows 98"),
        pytest.param(b"About the Windows Registry Editor Version", None, id="text about the registry"),
        pytest.param(b"<html><head><HTA:APPLICATION ID='x'/></head>", "hta", id="HTML application"),
        pytest.param(b"<html><body>hta:application</body>", None, id="web page"),
        pytest.param(b"<?xml version='1.0'?>\n<job id='a'><script language='VBScript'>", "wsf", id="script file"),
        pytest.param(b"<!-- x --><package><job><script>", "wsf", id="script file of several jobs"),
        pytest.param(b"<job><title>Welder</title></job>", None, id="XML about a job"),
        pytest.param(b"<?xml version='1.0'?><scriptlet><registration/>", "sct", id="scriptlet"),
        pytest.param(b"<package><component id='a'><registration progid='b'/>", "wsc", id="script component"),
        pytest.param(b"<?xml version='1.0'?><MMC_ConsoleFile ConsoleVersion='3.0'>", "msc", id="management console"),
        pytest.param(b"[ScriptFile]\r\nPath=a.vbs", "wsh", id="settings of a script"),
        pytest.param(b"#@~^XQAAAA==", "vbe", id="encoded script"),
        pytest.param(b'<%@ page language="java" %>', "jsp", id="Java server page"),
        pytest.param(b'<%@ Page Language="C#" %>', None, id="page of another kind"),
        pytest.param(b"alert('by name only')", None, id="JavaScript has no signature"),
        pytest.param(b"%PDF-1.7", None, id="PDF"),
        pytest.param(b"", None, id="empty"),
    ],
)
def test_the_content_tells_what_a_file_is(content: bytes, kind: str | None) -> None:
    assert restricted_type(attached("letter.txt", content), DEFAULT_RESTRICTED_FILE_TYPES) == kind


@pytest.mark.covers("MSG-04")
def test_a_content_is_restricted_by_any_type_that_has_it() -> None:
    assert restricted_type(attached("photo.jpg", b"MZ"), ["scr"]) == "exe"
    assert restricted_type(attached("photo.jpg", b"#@~^"), ["jse"]) == "jse"
    assert restricted_type(attached("photo.jpg", b"MZ"), ["js"]) is None
    assert restricted_type(attached("help", b"ITSF\x03\x00\x00\x00"), ["chm"]) == "chm"


@pytest.mark.covers("MSG-04", "SEC-03")
@pytest.mark.parametrize(
    "name",
    [
        "setup.exe...",
        "setup.exe. . ",
        "setup.exe\u3000.",
        "photo.jpg.exe",
        "SETUP.EXE",
        "photo\u202egpj.exe",
        "photo.e\u200bxe",
        "photo.jpg                                              .exe",
        "a.txt:evil.exe",
        "..\\..\\evil.exe",
        "https://contoso.example/evil.exe",
        "x" * 400 + ".exe",
        "evil.ex\u0000e",
    ],
)
def test_no_disguise_of_a_name_lets_a_program_through(name: str) -> None:
    assert restricted_type(attached(safe_name(name)), DEFAULT_RESTRICTED_FILE_TYPES) == "exe"


@pytest.mark.covers("MSG-04")
@pytest.mark.parametrize("ending", DEFAULT_RESTRICTED_FILE_TYPES)
def test_every_default_type_is_restricted_by_name_and_told_by_a_name_people_know(ending: str) -> None:
    raw = (
        "From: Anna <anna@contoso.example>\r\nSubject: Please look\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\n'
        f'Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="tool.{ending}"\r\n\r\nx\r\n--b--\r\n'
    ).encode()
    message = parse(raw)
    change = decide(message, identified(came(raw), message, None), DIRECTORY, policy(), None, NOW)
    [words] = [each for each in told(change) if "was not added" in each]
    assert f"“tool.{ending}”" in words
    assert f"({ending})" in words
    note = effect(change, AddNote)
    assert note is not None
    assert [(each.name, each.stored) for each in note.note.files] == [(f"tool.{ending}", False)]


@pytest.mark.covers("MSG-04")
def test_a_text_that_never_ends_its_comment_is_read_quickly() -> None:
    assert restricted_type(attached("a.txt", b"<!--" * 50_000), DEFAULT_RESTRICTED_FILE_TYPES) is None
    assert restricted_type(attached("a.txt", b"<?" + b" " * 100_000), DEFAULT_RESTRICTED_FILE_TYPES) is None


@pytest.mark.covers("MSG-04")
@pytest.mark.parametrize(
    ("written", "types", "refused"),
    [
        ("exe, .js *.scr", ["exe", "js", "scr"], []),
        ("EXE;exe | .Exe", ["exe"], []),
        ("a/b *.* exe", ["exe"], ["a/b", "*.*"]),
        ("  ", [], []),
    ],
)
def test_several_types_are_understood_as_people_write_them(written: str, types: list[str], refused: list[str]) -> None:
    assert file_types_in(written) == (types, refused)
