"""Opening a folder: the server is told who asks, and what it answers is not taken for something else (IN-05, RFC 2971)."""

from __future__ import annotations

import pytest

from tests.servers.dovecot import Account
from tests.servers.faults import CAPABILITIES, Answer, ImapScript, Talk, scripted
from tests.transports.conftest import MailboxOf
from tests.transports.test_faults import mailbox
from trackit_console import __version__
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.errors import TransportError
from trackit_console.transports.imap import ImapSource

WITH_ID = CAPABILITIES + b" ID"


def heard(script: ImapScript) -> list[bytes]:
    """What a server hears while its folder is opened, without tags."""
    with scripted(script) as server, ImapSource(mailbox(server.port), Timeouts(2, 2)):
        pass
    return [line.split(b" ", 1)[1] for line in server.heard]


def problem(answers: dict[str, Answer], **fields: str) -> TransportError:
    with (
        scripted(ImapScript(answers)) as server,
        pytest.raises(TransportError) as raised,
        ImapSource(mailbox(server.port, **fields), Timeouts(2, 2)),
    ):
        pass
    return raised.value


class TestIdentification:
    """NetEase opens no folder for a program that did not say its name."""

    @pytest.mark.covers("IN-05")
    def test_a_server_that_wants_to_know_hears_name_and_version_after_sign_in(self) -> None:
        lines = heard(ImapScript({"ID": b'* ID ("name" "some server")\r\n%s OK done\r\n'}, capabilities=WITH_ID))
        verbs = [line.split(b" ")[0] for line in lines]
        (said,) = [line.decode() for line in lines if line.startswith(b"ID ")]
        assert verbs.index(b"LOGIN") < verbs.index(b"ID") < verbs.index(b"SELECT")
        assert '"name" "Track-It! Email Console"' in said and f'"version" "{__version__}"' in said

    @pytest.mark.covers("IN-05")
    @pytest.mark.parametrize(
        "answer", [b"%s NO not for you\r\n", b"%s BAD what\r\n", b"* ID NIL\r\n%s OK done\r\n", b"%s OK done\r\n"]
    )
    def test_what_the_server_makes_of_it_does_not_matter(self, answer: bytes) -> None:
        assert any(line.startswith(b"SELECT") for line in heard(ImapScript({"ID": answer}, capabilities=WITH_ID)))

    def test_others_are_not_told(self) -> None:
        assert not any(line.startswith(b"ID") for line in heard(ImapScript()))

    def test_a_server_that_opens_folders_for_named_programs_only(self) -> None:
        def select(talk: Talk, tag: bytes) -> None:
            named = any(b" ID (" in line for line in talk.heard)
            usual = ImapScript().usual(b"SELECT INBOX").replace(b"%s", tag)
            talk.show_text(usual if named else tag + b" NO SELECT Unsafe Login. Please contact kefu@188.com for help\r\n")

        assert heard(ImapScript({"SELECT": select}, capabilities=WITH_ID))

    @pytest.mark.covers("IN-05")
    def test_a_real_server_takes_it(self, account: Account, mailbox_of: MailboxOf) -> None:
        with ImapSource(mailbox_of(account)) as source:
            assert source._client.has_capability("ID")
            assert source.unread() == 0


class TestRefusedFolder:
    """That a folder is not opened does not mean that there is none."""

    @pytest.mark.covers("IN-10")
    @pytest.mark.parametrize("listed", [b'* LIST () "/" INBOX\r\n%s OK done\r\n', b"%s NO not now\r\n", b"%s BAD what\r\n"])
    def test_the_servers_words_are_shown(self, listed: bytes) -> None:
        found = problem({"SELECT": b"%s NO SELECT Unsafe Login. Please contact kefu@188.com\r\n", "LIST": listed})
        assert (found.code, found.step.value) == ("folder_refused", "folder")
        assert "Unsafe Login. Please contact kefu@188.com" in str(found.message)

    @pytest.mark.covers("IN-10")
    @pytest.mark.parametrize(
        "code", [b"[NONEXISTENT] ", b"[TRYCREATE] ", b""], ids=["NONEXISTENT", "TRYCREATE", "LIST finds nothing"]
    )
    def test_a_folder_that_is_not_there_is_missing(self, code: bytes) -> None:
        found = problem({"SELECT": b"%s NO " + code + b"no\r\n"}, folder="Nowhere")
        assert found.code == "folder_missing"
        assert "Nowhere" in str(found.message)

    @pytest.mark.parametrize(
        ("refusal", "code"),
        [
            (b"[INUSE] locked", "folder_in_use"),
            (b"[LIMIT] too many", "account_busy"),
            (b"[UNAVAILABLE] later", "server_busy"),
            (b"[NOPERM] no", "folder_read_only"),
            (b"[OVERQUOTA] Account exceeded command or bandwidth limits", "account_throttled"),
        ],
    )
    def test_other_refusals_have_their_names(self, refusal: bytes, code: str) -> None:
        assert problem({"SELECT": b"%s NO " + refusal + b"\r\n"}).code == code
