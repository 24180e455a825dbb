"""Certificates that are no good example: whatever a server shows, it is named or passed over (IN-10)."""

from __future__ import annotations

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtensionOID, NameOID

from trackit_console.transports.certificate_reader import fingerprint, read_certificate

NAMES, ISSUER_NAMES = bytes.fromhex("0603551d11"), bytes.fromhex("0603551d12")
"""The identifiers of two extensions that have the same form (RFC 5280 section 4.2.1)."""
MAIL_HOST = bytes.fromhex("300b82096d61696c2e686f7374")


def certificate(*names: bytes) -> bytes:
    """A certificate of mail.example.com with up to two extensions of alternative names, in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example.com")])
    begun = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 7, begun, begun + dt.timedelta(days=90))
    oids = (ExtensionOID.SUBJECT_ALTERNATIVE_NAME, ExtensionOID.ISSUER_ALTERNATIVE_NAME)
    for oid, value in zip(oids, names, strict=False):
        builder = builder.add_extension(x509.UnrecognizedExtension(oid, value), critical=False)
    der = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)
    return der.replace(ISSUER_NAMES, NAMES)  # the library makes no two extensions of one kind


@pytest.mark.covers("IN-10", "SEC-01")
@pytest.mark.parametrize(
    "names",
    [
        pytest.param([MAIL_HOST, MAIL_HOST], id="twice"),
        pytest.param([bytes.fromhex("3002a300")], id="an X.400 address"),
        pytest.param([bytes.fromhex("3002a500")], id="a party of EDI"),
        pytest.param([b"\x30\x05\x82"], id="cut short"),
    ],
)
def test_a_certificate_whose_names_cannot_be_read_is_named_by_its_subject(names: list[bytes]) -> None:
    der = certificate(*names)
    read = read_certificate(der)
    assert read and (read.subject, read.fingerprint) == ("CN=mail.example.com", fingerprint(der))


def test_a_certificate_is_named_by_its_alternative_names() -> None:
    read = read_certificate(certificate(MAIL_HOST))
    assert read and read.subject == "mail.host"


def test_what_is_no_certificate_has_no_names() -> None:
    assert read_certificate(b"") is read_certificate(certificate()[:-1]) is None
