"""Certificates, good and bad, as servers show them, by SSL from the first byte and by STARTTLS (SEC-01, IN-09)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates, ServerCertificate
from tests.servers.faults import ImapScript, ScriptedServer, Talk, scripted
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.imap import ImapSource
from trackit_console.transports.step_names import StepName

LIMIT = 5.0
Server = Callable[[ServerCertificate], ScriptedServer]
OpenMailbox = Callable[..., ImapSource]


def _after_starttls(certificate: ServerCertificate) -> ImapScript:
    def secure(talk: Talk, tag: bytes) -> None:
        talk.show_text(tag + b" OK begin\r\n")
        talk.sock = certificate.context.wrap_socket(talk.sock, server_side=True)
        ImapScript(greeting=b"")(talk)

    return ImapScript({"STARTTLS": secure})


@pytest.fixture(params=["ssl", "starttls"])
def security(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def server(security: str) -> Iterator[Server]:
    """Starts a server that shows a certificate."""
    with ExitStack() as servers:

        def start(certificate: ServerCertificate) -> ScriptedServer:
            if security == "ssl":
                return servers.enter_context(scripted(ImapScript(), certificate.context))
            return servers.enter_context(scripted(_after_starttls(certificate)))

        yield start


@pytest.fixture
def open_mailbox(security: str, certificates: Certificates) -> OpenMailbox:
    def make(server: ScriptedServer, **fields: object) -> ImapSource:
        usual: dict[str, object] = {
            "server": "localhost",
            "port": server.port,
            "use_ssl": security == "ssl",
            "starttls": security == "starttls",
            "user_account_name": "support",
            "password": SecretStr("canary-password"),
            "ca_file": str(certificates.ca_file),
        }
        return ImapSource(Imap.model_validate({**usual, **fields}), Timeouts(LIMIT, LIMIT))

    return make


BAD = {
    "expired": "certificate_expired",
    "not_yet_valid": "certificate_not_yet_valid",
    "wrong_name": "certificate_wrong_name",
    "self_signed": "certificate_self_signed",
}


@pytest.mark.faults
@pytest.mark.covers("SEC-01", "IN-09", "IN-10")
@pytest.mark.parametrize("name", BAD)
def test_a_bad_certificate_is_named_and_shown_and_nothing_is_sent(
    server: Server, open_mailbox: OpenMailbox, certificates: Certificates, name: str
) -> None:
    shown: ServerCertificate = getattr(certificates, name)
    started = server(shown)
    with pytest.raises(TransportError) as raised, open_mailbox(started):
        pass
    assert (raised.value.step, raised.value.code) == (StepName.TLS, BAD[name])
    assert shown.fingerprint in str(raised.value.message)
    assert not any(b"LOGIN" in line for line in started.heard)


@pytest.mark.covers("SEC-01")
def test_an_authority_that_is_not_trusted(server: Server, open_mailbox: OpenMailbox, certificates: Certificates) -> None:
    with pytest.raises(TransportError) as raised, open_mailbox(server(certificates.good), ca_file=None):
        pass
    assert raised.value.code == "certificate_untrusted"
    assert "trustme" in str(raised.value.message)


@pytest.mark.covers("SEC-01")
def test_a_good_certificate_passes(server: Server, open_mailbox: OpenMailbox, certificates: Certificates) -> None:
    with open_mailbox(server(certificates.good)) as source:
        assert source.unread() == 0


@pytest.mark.covers("IN-09")
@pytest.mark.parametrize("name", BAD)
def test_with_the_check_off_any_certificate_will_do_for_this_mailbox_alone(
    server: Server, open_mailbox: OpenMailbox, certificates: Certificates, name: str
) -> None:
    started = server(getattr(certificates, name))
    with open_mailbox(started, validate_server_certificate=False) as source:
        assert source.unread() == 0
    with pytest.raises(TransportError), open_mailbox(started):
        pass


@pytest.mark.covers("SEC-01")
def test_a_pinned_certificate_is_enough(server: Server, open_mailbox: OpenMailbox, certificates: Certificates) -> None:
    pinned = certificates.self_signed
    with open_mailbox(server(pinned), pinned_certificate=pinned.fingerprint, ca_file=None) as source:
        assert source.unread() == 0


@pytest.mark.covers("SEC-01")
def test_another_certificate_than_the_pinned_one_is_refused_before_the_password_is_sent(
    server: Server, open_mailbox: OpenMailbox, certificates: Certificates
) -> None:
    started = server(certificates.good)
    pinned = certificates.self_signed.fingerprint
    with pytest.raises(TransportError) as raised, open_mailbox(started, pinned_certificate=pinned):
        pass
    assert raised.value.code == "certificate_not_pinned"
    assert not any(b"LOGIN" in line for line in started.heard)


@pytest.mark.parametrize("content", [None, "not a certificate"], ids=["missing", "not PEM"])
def test_an_authority_file_that_cannot_be_read(
    server: Server, open_mailbox: OpenMailbox, certificates: Certificates, tmp_path: Path, content: str | None
) -> None:
    file = tmp_path / "authority.pem"
    if content:
        file.write_text(content)
    with pytest.raises(TransportError) as raised, open_mailbox(server(certificates.good), ca_file=str(file)):
        pass
    assert raised.value.code == "ca_file_unreadable"


@pytest.mark.covers("SEC-01")
@pytest.mark.parametrize("security", ["ssl"], indirect=True)
def test_a_server_of_tls_1_1_is_refused(open_mailbox: OpenMailbox, certificates: Certificates) -> None:
    context = certificates.good.context
    with pytest.warns(DeprecationWarning):
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("ALL:@SECLEVEL=0")
    with scripted(ImapScript(), context) as server, pytest.raises(TransportError) as raised, open_mailbox(server):
        pass
    assert raised.value.code == "tls_too_old"
