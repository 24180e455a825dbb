"""Neither Entra nor Graph can make a secret or a token appear anywhere, in whatever form they repeat it (SEC-02)."""

from __future__ import annotations

import json
import logging
import traceback

import pytest
from pydantic import SecretStr

from tests.servers.microsoft import Fault
from tests.servers.microsoft.http import Request, Response, json_response
from tests.servers.office import Office
from tests.transports.test_secrets import SECRETS, assert_nothing_seen, forms
from trackit_console.transports.errors import TransportError
from trackit_console.transports.masking import MASK
from trackit_console.transports.steps import report


def echoes(secret: str) -> list[str]:
    """All forms of `secret`, in texts that are short enough to be kept whole."""
    everything = [*forms(secret).values()]
    return [" ; ".join(everything[start : start + 4]) for start in range(0, len(everything), 4)]


def seen(office: Office, problem: TransportError, secret: str) -> str:
    """Everything that is shown, copied, logged or kept."""
    steps = [*office.steps(client_secret=SecretStr(secret)).values()]
    lines = "".join(traceback.format_exception(problem))
    return report(steps) + repr(steps) + str(problem) + problem.detail + repr(problem.facts) + lines


@pytest.mark.covers("SEC-02")
@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
class TestSecret:
    @pytest.mark.parametrize("known", [True, False], ids=["known number", "unknown number"])
    def test_an_entra_that_repeats_it(self, office: Office, secret: str, known: bool) -> None:
        for some in echoes(secret):
            told = {"error": "invalid_client", "error_description": f"AADSTS{7000215 if known else 99}: {some} is wrong."}
            office.microsoft.faults.add("POST */token", Fault(json_response(told, 401)), times=2)
            problem = office.problem(client_secret=SecretStr(secret))
            assert MASK in problem.detail
            assert_nothing_seen(seen(office, problem, secret), secret)

    def test_an_entra_that_repeats_it_in_something_else_than_json(
        self, office: Office, secret: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        for status in (200, 400, 503):
            for some in echoes(secret):
                answer = Response(status, f"you said {some}".encode(), {"Content-Type": "text/plain"})
                office.microsoft.faults.add("POST */token", Fault(answer), times=2)
                problem = office.problem(client_secret=SecretStr(secret))
                assert problem.code == ("server_busy" if status == 503 else "answer_incomplete")
                assert_nothing_seen(seen(office, problem, secret) + caplog.text, secret)


@pytest.mark.covers("SEC-02")
class TestToken:
    @pytest.mark.parametrize("status", [400, 403, 404, 429, 500])
    def test_a_graph_that_repeats_it(self, office: Office, status: int) -> None:
        tokens: list[str] = []
        answer = json_response({}, status)

        def meets(request: Request) -> bool:
            if not request.path.startswith("/v1.0/"):
                return False
            tokens.append(request.headers["authorization"].partition(" ")[2])
            error = {"code": "ErrorEcho", "message": f"Header {request.headers['authorization']!r}"}
            answer.body = json.dumps({"error": error}).encode()
            return True

        office.microsoft.faults.add(meets, Fault(answer), times=None)
        problem = office.problem()
        everything = seen(office, problem, "s3cret~value-of-the-app")
        assert tokens and MASK in problem.detail
        assert not [token for token in tokens if token in everything]

    @pytest.mark.parametrize(
        "page",
        [
            pytest.param("<html><title>" + "Sorry. " * 27 + "{token}</title></html>", id="half of it in the title"),
            pytest.param("<html><title>" + " " * 19_950 + "{token}</title></html>", id="half of it in the beginning"),
            pytest.param("{token}\n" * 20, id="half of it behind what was masked"),
        ],
    )
    def test_a_part_of_it_does_not_stay_where_an_answer_is_cut(self, office: Office, page: str) -> None:
        tokens: list[str] = []
        answer = Response(403, b"", {"Content-Type": "text/html" if "html" in page else "text/plain"})

        def meets(request: Request) -> bool:
            if not request.path.startswith("/v1.0/"):
                return False
            tokens.append(request.headers["authorization"].partition(" ")[2])
            answer.body = page.replace("{token}", tokens[-1]).encode()
            return True

        office.microsoft.faults.add(meets, Fault(answer), times=None)
        everything = seen(office, office.problem(), "s3cret~value-of-the-app")
        assert tokens and not [token for token in tokens if token[:10] in everything]

    def test_nothing_of_it_is_logged(self, office: Office, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with office.source() as source:
            token = source._session._token
            source.unread()
        office.problem(client_secret=SecretStr("canary-7d1-Pass"))
        logged = "\n".join(f"{record.getMessage()} {json.dumps(str(record.args))}" for record in caplog.records)
        assert token not in logged
        assert token.rpartition(".")[2] not in logged
        for secret in ("canary-7d1-Pass", "s3cret~value-of-the-app"):
            assert_nothing_seen(logged, secret)

    def test_nothing_of_it_is_printed(self, office: Office) -> None:
        with office.source() as source:
            token = source._session._token
            for each in (source, source._session, source._session._entra, source._session._entra.connection):
                assert token not in repr(each) + str(each)
