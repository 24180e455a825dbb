"""One place knows the types of accounts, and a connection test works with whatever comes from there (IN-10, OUT-05)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from tests.transports.scripted_accounts import ScriptedAccount, ScriptedSender, ScriptedSource
from trackit_console.cancel import Cancel
from trackit_console.settings.mailbox import MAILBOX_MODELS, MailboxType
from trackit_console.settings.outgoing import AUTHENTICATION_LABELS, BasicOutgoing, Microsoft365Outgoing
from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports import factory
from trackit_console.transports.check import check_mailbox, check_outgoing
from trackit_console.transports.connection_phases import Timeouts, walk
from trackit_console.transports.errors import Cancelled, SignInRefused, TimedOut
from trackit_console.transports.sender import Sender
from trackit_console.transports.source import Source
from trackit_console.transports.step_names import StepName
from trackit_console.transports.steps import Step, StepState

MAILBOX = Imap(server="unused.example.com", user_account_name="support@example.com", password=SecretStr("x"))  # type: ignore[call-arg]
OUTGOING = BasicOutgoing(  # type: ignore[call-arg]
    smtp_server_name="unused.example.com", user_account_name="a", password=SecretStr("x"), from_address="support@example.com"
)


def ended(steps: list[Step]) -> list[tuple[str, str, str]]:
    return [(step.name.value, step.state.value, step.code) for step in steps if step.state is not StepState.RUNNING]


def steps_of(source: ScriptedSource, sender: ScriptedSender, cancel: Cancel | None = None, seconds: float = 5) -> list[Step]:
    steps = check_mailbox(
        MAILBOX,
        OUTGOING,
        cancel or Cancel(),
        seconds,
        source_opener=lambda mailbox, timeouts: source,
        sender_opener=lambda outgoing, timeouts: sender,
    )
    return list(steps)


def outgoing_steps_of(sender: ScriptedSender, cancel: Cancel | None = None, seconds: float = 5) -> list[Step]:
    return list(
        check_outgoing(OUTGOING, "a@example.com", cancel or Cancel(), seconds, sender_opener=lambda outgoing, timeouts: sender)
    )


@pytest.mark.covers("IN-10")
def test_an_account_without_sockets_is_tested_in_the_phases_that_it_has() -> None:
    source, sender = ScriptedSource(), ScriptedSender()
    steps = steps_of(source, sender)
    assert ended(steps) == [(name, "passed", "") for name in ("resolve", "sign_in", "folder", "send")]
    assert str(steps[1].detail) == "resolve went well."
    assert sender.walked == [StepName.RESOLVE, StepName.SIGN_IN, StepName.SEND]
    assert sender.sent == [("support@example.com",)]
    assert source.closed and sender.closed


@pytest.mark.covers("OUT-05")
def test_a_sender_without_sockets_is_tested_in_the_phases_that_it_has() -> None:
    sender = ScriptedSender()
    assert ended(outgoing_steps_of(sender)) == [(name, "passed", "") for name in ("resolve", "sign_in", "send")]
    assert sender.closed


class TestEnding:
    """Cancel and time limit reach whatever is behind a phase."""

    @pytest.mark.covers("IN-10")
    @pytest.mark.parametrize("name", ScriptedSource.names, ids=str)
    def test_a_phase_that_does_not_end_is_cancelled(self, name: StepName) -> None:
        cancel = Cancel()
        source = ScriptedSource()
        source._acts[name] = source.wait_after(cancel.set)
        steps = steps_of(source, ScriptedSender(), cancel)
        assert (name.value, "skipped", "cancelled") in ended(steps)
        assert source.closed

    @pytest.mark.covers("IN-10")
    @pytest.mark.parametrize("name", ScriptedSource.names, ids=str)
    def test_a_phase_that_does_not_end_fails_at_its_time_limit(self, name: StepName) -> None:
        source = ScriptedSource()
        source._acts[name] = source.wait
        assert (name.value, "failed", "timed_out") in ended(steps_of(source, ScriptedSender(), seconds=0.05))

    @pytest.mark.covers("OUT-05")
    @pytest.mark.parametrize("name", [*ScriptedSender.names, StepName.SEND], ids=str)
    def test_a_sender_that_does_not_end_fails_at_its_time_limit_or_is_cancelled(self, name: StepName) -> None:
        late, wanted = ScriptedSender(), ScriptedSender()
        late._acts[name] = late.wait
        assert (name.value, "failed", "timed_out") in ended(outgoing_steps_of(late, seconds=0.05))
        cancel = Cancel()
        wanted._acts[name] = wanted.wait_after(cancel.set)
        assert (name.value, "skipped", "cancelled") in ended(outgoing_steps_of(wanted, cancel))

    @pytest.mark.covers("RUN-06")
    @pytest.mark.parametrize("make", [ScriptedSource, ScriptedSender])
    def test_the_monitor_walks_the_same_phases_and_is_ended_in_the_same_way(self, make: Callable[[], ScriptedAccount]) -> None:
        account = make()
        walk(account.phases)
        assert account.walked == list(account.names)
        for end, error in ((ScriptedAccount.abort, Cancelled), (ScriptedAccount.expire, TimedOut)):
            stuck = make()
            end(stuck)
            stuck._acts[StepName.SIGN_IN] = stuck.wait
            with pytest.raises(error):
                walk(stuck.phases)

    def test_the_first_failure_ends_it(self) -> None:
        def refuse() -> None:
            raise SignInRefused(server="web.example.com", account="support")

        source, sender = ScriptedSource({StepName.SIGN_IN: refuse}), ScriptedSender()
        assert ended(steps_of(source, sender))[1:] == [
            ("sign_in", "failed", "wrong_password"),
            ("folder", "skipped", ""),
            ("send", "skipped", ""),
        ]
        assert sender.walked == []


class TestTypes:
    @pytest.mark.parametrize("kind", MailboxType, ids=str)
    def test_each_type_of_mailbox_is_opened(self, kind: MailboxType) -> None:
        model: Any = MAILBOX_MODELS[kind]
        server = {"server": "mail.example.com", "port": 993, "user_account_name": "a@example.com", "password": SecretStr("x")}
        url = {"exchange_web_service_url": "https://mail.example.com/EWS/Exchange.asmx"}
        app = {"user_id": "a@example.com", "application_id": "1", "directory_id": "2", "client_secret": SecretStr("y")}
        mailbox = model.model_construct(type=kind.value, **server, **url, **app)
        source: Source = factory.open_source(mailbox, Timeouts(1, 1))
        assert [phase.name for phase in source.phases]
        assert source.settles_on_close in (True, False)

    def test_each_type_of_outgoing_account_is_opened(self) -> None:
        model: Any = Microsoft365Outgoing
        microsoft365 = model.model_construct(
            authentication="microsoft365", from_address="a@example.com", application_id="1", directory_id="2"
        )
        for outgoing in (OUTGOING, microsoft365):
            sender: Sender = factory.open_sender(outgoing, Timeouts(1, 1))
            assert [phase.name for phase in sender.phases]

    @pytest.mark.covers("LOG-01")
    def test_each_type_is_logged_under_a_component(self) -> None:
        assert set(factory.LISTENERS) == set(MailboxType)
        assert set(factory.SENDERS) == set(AUTHENTICATION_LABELS)
        assert factory.listener_of(MAILBOX) == "ImapMailListener"
        assert factory.sender_of(OUTGOING) == "SmtpSender"

    def test_a_scripted_account_is_as_good_as_a_real_one(self) -> None:
        """For the type checker: both protocols fit what has no socket."""
        accounts: tuple[Source, Sender] = (ScriptedSource(), ScriptedSender())

        assert all(account.phases for account in accounts)
