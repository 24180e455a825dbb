"""Reading a POP3 mailbox: how one gets in, what a poll costs, and when mail is deleted (IN-05, MON-06, RUN-03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from tests.servers.certificates import Certificates
from tests.servers.dovecot import ODD_ACCOUNTS, Account, Dovecot
from tests.servers.faults import scripted
from tests.servers.pop3_script import Pop3Script, hangs_up
from tests.servers.proxy import Proxy
from tests.transports.conftest import ANY_SIZE, message, nothing_kept
from tests.transports.pop3_mailboxes import fetched, raws, source_at, visit
from trackit_console.cancel import Cancel
from trackit_console.settings.post_action import PostAction
from trackit_console.settings.server_mailbox import Pop3
from trackit_console.transports.check import check_mailbox
from trackit_console.transports.errors import ConnectionLost, DeletionNotConfirmed
from trackit_console.transports.factory import listener_of
from trackit_console.transports.pop3 import Pop3Source
from trackit_console.transports.steps import StepState

MailboxOf = Callable[..., Pop3]


@pytest.fixture
def pop3_of(dovecot: Dovecot, certificates: Certificates) -> MailboxOf:
    """Makes the settings of a POP3 mailbox on Dovecot, by `security` ssl, starttls or plain."""

    def make(account: Account, security: str = "ssl", **fields: Any) -> Pop3:
        usual: dict[str, Any] = {
            "server": dovecot.host,
            "port": dovecot.pop3s if security == "ssl" else dovecot.pop3,
            "use_ssl": security == "ssl",
            "starttls": security == "starttls",
            "user_account_name": account.name,
            "password": SecretStr(account.password),
            "ca_file": str(certificates.ca_file),
        }
        return Pop3(**{**usual, **fields})

    return make


class TestOpening:
    @pytest.mark.covers("IN-05", "IN-19", "IN-10")
    @pytest.mark.parametrize("security", ["ssl", "starttls", "plain"])
    def test_a_connection_test_walks_the_phases_and_counts_the_messages(
        self, dovecot: Dovecot, account: Account, pop3_of: MailboxOf, security: str
    ) -> None:
        dovecot.append_all(account.name, [message(1), message(2)])
        steps = [
            step for step in check_mailbox(pop3_of(account, security), None, Cancel()) if step.state is not StepState.RUNNING
        ]
        by_name = {step.name.value: step for step in steps}
        tls = StepState.SKIPPED if security == "plain" else StepState.PASSED
        assert {name: step.state for name, step in by_name.items()} == {
            "resolve": StepState.PASSED,
            "connect": StepState.PASSED,
            "tls": tls,
            "sign_in": StepState.PASSED,
            "folder": StepState.PASSED,
            "send": StepState.SKIPPED,
        }
        assert str(by_name["folder"].detail) == "INBOX: 2 messages. POP3 does not tell which of them are unread."

    @pytest.mark.covers("IN-05")
    @pytest.mark.parametrize("account", ODD_ACCOUNTS.values(), ids=ODD_ACCOUNTS)
    def test_names_and_passwords_of_all_kinds(self, pop3_of: MailboxOf, account: Account) -> None:
        with Pop3Source(pop3_of(account)) as source:
            source.finish()

    @pytest.mark.covers("LOG-01")
    def test_it_is_logged_under_its_own_component(self, account: Account, pop3_of: MailboxOf) -> None:
        assert listener_of(pop3_of(account)) == "Pop3MailListener"


class TestCost:
    @pytest.mark.covers("RUN-03", "RUN-07")
    def test_what_was_taken_and_stays_on_the_server_costs_one_listing(self) -> None:
        number = 10_000
        script = Pop3Script([message(each) for each in range(number)], [b"uid-%d" % each for each in range(number)])
        with scripted(script) as server:
            cursor = visit(server.port, limit=number)[-1].cursor
            server.heard.clear()
            assert visit(server.port, cursor, limit=number) == []
            assert [line.split()[0] for line in server.heard if line.split()[0] not in (b"USER", b"PASS", b"CAPA")] == [
                b"STAT",
                b"LIST",
                b"UIDL",
                b"QUIT",
            ]
        assert len(cursor) < 12 * number

    @pytest.mark.covers("RUN-07")
    def test_the_cursor_forgets_what_is_no_longer_listed(self) -> None:
        script = Pop3Script([message(1), message(2)], [b"a", b"b"])
        with scripted(script) as server:
            both = visit(server.port)[-1].cursor
            del script.messages[0], (script.uidls or [])[0]
            [forgotten] = visit(server.port, both)
            assert forgotten.messages == () and len(forgotten.cursor) < len(both)
            assert visit(server.port, forgotten.cursor) == []

    def test_commands_are_sent_together_where_the_server_allows_it(self, dovecot: Dovecot, account: Account) -> None:
        dovecot.append_all(account.name, [message(number) for number in range(30)])
        proxy = Proxy(dovecot.pop3)
        try:
            settings: dict[str, Any] = {
                "server": proxy.host,
                "port": proxy.port,
                "use_ssl": False,
                "user_account_name": account.name,
            }
            with Pop3Source(Pop3(**settings, password=SecretStr(account.password))) as source:
                assert len(fetched(list(source.fetch_new(None, 100, ANY_SIZE)))) == 30
                source.finish()
        finally:
            proxy.stop()
        assert any(sent.count(b"RETR ") == 30 for sent in proxy.said)

    @pytest.mark.parametrize("text", [None, "", "x", "[]", "1", '{"pop3": 7}', '{"folder": "INBOX", "last": 7}'])
    def test_a_cursor_of_another_kind_is_as_none(self, text: str | None) -> None:
        with scripted(Pop3Script([message(1)], [b"a"])) as server:
            assert raws(visit(server.port, text)) == [message(1)]


class TestDeleting:
    @pytest.mark.covers("MON-06")
    def test_instead_of_moving_it_deletes_what_the_database_keeps(self) -> None:
        """Filtered mail is not kept, so the server has the only copy."""
        script = Pop3Script([message(1), message(2)], [b"a", b"b"])
        with scripted(script) as server, source_at(server.port) as source:
            [first, second] = [each.ref for each in fetched(list(source.fetch_new(None, 10, ANY_SIZE)))]
            settled = source.settle([first, second], PostAction.MOVE, {first: message(1), second: None}.__getitem__)
            assert (settled.done, settled.failed) == ([first, second], {})
            source.finish()
        assert script.messages == [message(2)]

    @pytest.mark.covers("MON-06")
    def test_a_refused_deletion_is_told_with_the_servers_words(self) -> None:
        script = Pop3Script([message(1), message(2)], [b"a", b"b"], {"DELE 2": b"-ERR no permission\r\n"})
        with scripted(script) as server, source_at(server.port) as source:
            [first, second] = [each.ref for each in fetched(list(source.fetch_new(None, 10, ANY_SIZE)))]
            settled = source.settle([first, second], PostAction.DELETE, nothing_kept)
            assert (settled.done, settled.failed) == ([first], {second: "-ERR no permission"})

    @pytest.mark.covers("MON-06", "RUN-03")
    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            pytest.param(b"-ERR some deleted messages not removed\r\n", DeletionNotConfirmed, id="refused"),
            pytest.param(hangs_up, ConnectionLost, id="hung up"),
        ],
    )
    def test_an_end_that_is_not_confirmed_is_an_error_if_anything_was_deleted(self, answer: Any, error: type[Exception]) -> None:
        script = Pop3Script([message(1)], [b"a"], {"QUIT": answer})
        with scripted(script) as server:
            with source_at(server.port) as source:
                refs = [each.ref for each in fetched(list(source.fetch_new(None, 10, ANY_SIZE)))]
                source.settle(refs, PostAction.DELETE, nothing_kept)
                with pytest.raises(error):
                    source.finish()
            with source_at(server.port) as source:
                source.finish()

    @pytest.mark.covers("RUN-03", "MON-06")
    def test_what_was_deleted_before_the_server_hung_up_is_deleted_again(self) -> None:
        """A session that is lost deletes nothing (RFC 1939 section 6), and numbers may be others in the next one."""
        script = Pop3Script([message(number) for number in range(3)], [b"a", b"b", b"c"])
        with scripted(script) as server, source_at(server.port) as source:
            batch = next(source.fetch_new(None, 1, ANY_SIZE))
            source.settle([batch.messages[0].ref], PostAction.DELETE, nothing_kept)
            script.messages.insert(0, message(9))
            assert script.uidls is not None
            script.uidls.insert(0, b"z")
            script.hang_up_once("RETR 2")
            rest = list(source.fetch_new(batch.cursor, 10, ANY_SIZE))
            source.finish()
        assert raws(rest) == [message(1), message(2)]
        assert script.messages == [message(9), message(1), message(2)]
