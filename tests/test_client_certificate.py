"""The certificate of an app registration: what is read from the file, and what is said of one that does not do (IN-17)."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat, pkcs12
from pydantic import SecretStr

from tests.client_certificates import PASSWORD, AppCertificate
from trackit_console.client_certificate import (
    MOST_BYTES,
    CertificateFileUnreadable,
    CertificatePasswordNeeded,
    CertificatePasswordWrong,
    ClientCertificateProblem,
    KeyNotSupported,
    NoCertificate,
    NoPrivateKey,
    NotACertificateFile,
    read_client_certificate,
)

pytestmark = pytest.mark.covers("IN-17")

OWN = AppCertificate()
OTHER = AppCertificate()
ELLIPTIC = AppCertificate(ec.generate_private_key(ec.SECP256R1()))
OPENSSL = PrivateFormat.TraditionalOpenSSL
CHAIN = OTHER.public_pem + OWN.public_pem + OWN.key_pem()
PFX_WITHOUT_KEY = pkcs12.serialize_key_and_certificates(None, None, OWN.certificate, None, NoEncryption())


@pytest.mark.parametrize(
    ("content", "password"),
    [
        pytest.param(OWN.pfx(PASSWORD), PASSWORD, id="pfx"),
        pytest.param(OWN.pfx(), "", id="pfx-without-password"),
        pytest.param(OWN.pfx(), PASSWORD, id="pfx-with-a-password-not-needed"),
        pytest.param(OWN.pem(), "", id="pem"),
        pytest.param(OWN.pem(), PASSWORD, id="pem-with-a-password-not-needed"),
        pytest.param(OWN.pem(PASSWORD), PASSWORD, id="pem-sealed"),
        pytest.param(OWN.key_pem(PASSWORD, OPENSSL) + OWN.public_pem, PASSWORD, id="pem-sealed-by-openssl"),
        pytest.param(b"Bag Attributes\n    friendlyName: mail\n" + CHAIN, "", id="pem-with-chain-in-any-order"),
    ],
)
def test_certificate_and_key_are_read(tmp_path: Path, content: bytes, password: str) -> None:
    file = tmp_path / "mail.pfx"
    file.write_bytes(content)
    read = read_client_certificate(str(file), SecretStr(password) if password else None)
    assert read.private_key_pem.get_secret_value().encode() == OWN.key_pem()
    assert read.certificate_pem.encode() == OWN.public_pem
    assert (len(read.sha1), len(read.sha256)) == (40, 64)
    assert read.subject == "CN=Track-It! mail"
    assert (read.valid_from, read.valid_to) == (OWN.certificate.not_valid_before_utc, OWN.certificate.not_valid_after_utc)


@pytest.mark.parametrize(
    ("content", "password", "problem", "field"),
    [
        pytest.param(OWN.pfx(PASSWORD), "wrong", CertificatePasswordWrong, "certificate_password", id="pfx-wrong-password"),
        pytest.param(OWN.pfx(PASSWORD), "", CertificatePasswordNeeded, "certificate_password", id="pfx-no-password"),
        pytest.param(OWN.pem(PASSWORD), "wrong", CertificatePasswordWrong, "certificate_password", id="pem-wrong-password"),
        pytest.param(OWN.pem(PASSWORD), "", CertificatePasswordNeeded, "certificate_password", id="pem-no-password"),
        pytest.param(OWN.cer, "", NoPrivateKey, "certificate_file", id="cer"),
        pytest.param(OWN.public_pem, "", NoPrivateKey, "certificate_file", id="pem-without-key"),
        pytest.param(PFX_WITHOUT_KEY, "", NoPrivateKey, "certificate_file", id="pfx-without-key"),
        pytest.param(OWN.key_pem(), "", NoCertificate, "certificate_file", id="key-alone"),
        pytest.param(OWN.key_pem() + OTHER.public_pem, "", NoCertificate, "certificate_file", id="foreign-certificate"),
        pytest.param(ELLIPTIC.pem(), "", KeyNotSupported, "certificate_file", id="elliptic-curve"),
        pytest.param(b"", "", NotACertificateFile, "certificate_file", id="empty"),
        pytest.param(b"Dear Ada,", "", NotACertificateFile, "certificate_file", id="a-letter"),
        pytest.param(OWN.pem().replace(b"M", b"!"), "", NotACertificateFile, "certificate_file", id="damaged"),
        pytest.param(OWN.pem() + b" " * MOST_BYTES, "", NotACertificateFile, "certificate_file", id="far-too-long"),
    ],
)
def test_what_is_wrong_is_said_for_the_field_to_correct(
    tmp_path: Path, content: bytes, password: str, problem: type[ClientCertificateProblem], field: str
) -> None:
    file = tmp_path / "mail.pfx"
    file.write_bytes(content)
    with pytest.raises(problem) as raised:
        read_client_certificate(file, SecretStr(password) if password else None)
    assert type(raised.value) is problem
    assert raised.value.field == field
    assert "mail.pfx" in str(raised.value) and "{" not in str(raised.value)


@pytest.mark.parametrize("name", ["missing.pfx", "a\0b.pfx", "."])
def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    with pytest.raises(CertificateFileUnreadable):
        read_client_certificate(f"{tmp_path}/{name}")


@pytest.mark.covers("SEC-02")
def test_key_and_password_are_shown_nowhere(tmp_path: Path) -> None:
    file = tmp_path / "mail.pfx"
    file.write_bytes(OWN.pfx(PASSWORD))
    assert "PRIVATE KEY" not in repr(read_client_certificate(file, SecretStr(PASSWORD)))
    with pytest.raises(CertificatePasswordWrong) as raised:
        read_client_certificate(file, SecretStr("hunter2-hunter2"))
    assert "hunter2" not in f"{raised.value} {raised.value.detail} {raised.value.facts}"
