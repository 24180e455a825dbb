"""`autodiscover` as an admin's script sees it (IN-08)."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest

from tests.servers.certificates import Certificates
from tests.servers.microsoft.autodiscover import Autodiscover
from tests.servers.microsoft.exchange import PASSWORD, Exchange
from trackit_console.__main__ import main
from trackit_console.transports import autodiscover_places
from trackit_console.transports.autodiscover_places import Hosts

Run = Callable[..., int]


@pytest.fixture
def run(exchange: Exchange, certificates: Certificates, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command where all places to ask are on this computer."""
    exchange.add("help@localhost")
    here = Hosts(exchange.microsoft.url, (exchange.microsoft.url,), "http://127.0.0.1:1")
    monkeypatch.setattr(autodiscover_places, "Hosts", lambda: here)

    def run_it(*arguments: str, typed: str = "") -> int:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        try:
            return main(["autodiscover", *arguments, "--ca-file", str(certificates.ca_file)])
        except SystemExit as ended:
            return int(ended.code or 0)

    return run_it


@pytest.fixture
def service(exchange: Exchange) -> Autodiscover:
    return Autodiscover(exchange.microsoft, exchange.ews)


@pytest.mark.covers("IN-08")
class TestAutodiscover:
    def test_answers_the_url_and_what_was_tried(
        self, run: Run, exchange: Exchange, service: Autodiscover, capsys: pytest.CaptureFixture[str]
    ) -> None:
        service.json = False
        assert run("help@localhost", "--json", "--password-stdin", typed=f"{PASSWORD}\n") == 0
        told = json.loads(capsys.readouterr().out)
        assert told["url"] == exchange.ews.url
        assert [(step["step"], step["state"]) for step in told["steps"]] == [("json", "failed"), ("pox", "passed")]
        assert set(told["steps"][0]) == {"step", "address", "state", "seconds", "detail"}

    def test_says_in_words_what_was_tried_when_nothing_is_found(
        self, run: Run, service: Autodiscover, capsys: pytest.CaptureFixture[str]
    ) -> None:
        service.json = False
        assert run("help@localhost") == 1
        told = capsys.readouterr().out
        assert "asks for a user name and password" in told
        assert "The Exchange Web Service of help@localhost could not be discovered." in told

    def test_an_address_of_the_wrong_form_is_a_wrong_call(self, run: Run) -> None:
        assert run("help") == 2

    def test_no_password_is_told(self, run: Run, service: Autodiscover, capsys: pytest.CaptureFixture[str]) -> None:
        service.json = False
        run("help@localhost", "--json", "--password-stdin", typed="wrong-Secret-1\n")
        told = capsys.readouterr()
        assert "wrong-Secret-1" not in told.out + told.err
