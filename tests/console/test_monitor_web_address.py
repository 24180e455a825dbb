"""**Open** beside the Response URLs: says whether the address answers before the browser shows it (MON-02)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from tests.console.conftest import Person, will_press
from tests.servers.faults import ScriptedServer, Talk, scripted

pytestmark = pytest.mark.covers("MON-02")


def web(talk: Talk) -> None:
    request = talk.line()
    status = b"200 OK" if b" /TrackIt " in request else b"404 Not Found"
    talk.show_text(b"HTTP/1.1 %s\r\nContent-Length: 0\r\n\r\n" % status)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted(web) as made:
        yield made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was shown in the browser."""
    shown: list[str] = []

    def keep(url: QUrl) -> bool:
        shown.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", keep)
    return shown


@pytest.fixture
def page(person: Person) -> Iterator[Any]:
    shown = person.page("monitor")
    yield shown
    shown.discard()


@pytest.mark.parametrize("name", ["response_url", "self_service_response_url"])
def test_an_address_that_answers_is_told_and_opened(
    person: Person, page: Any, server: ScriptedServer, opened: list[str], name: str
) -> None:
    url = f"http://127.0.0.1:{server.port}/TrackIt"
    person.type(getattr(page.ui, name), url)
    person.click(getattr(page.ui, f"{name}_open"))
    person.wait(lambda: bool(opened))
    assert opened == [url]
    person.wait(lambda: "answers (HTTP 200)" in getattr(page.ui, f"{name}_answer").text())
    assert not getattr(page.ui, f"{name}_anyway").isVisible()


def test_one_that_fails_says_why_and_is_opened_only_when_told_to(
    person: Person, page: Any, server: ScriptedServer, opened: list[str]
) -> None:
    url = f"http://127.0.0.1:{server.port}/Trackit"
    person.type(page.ui.response_url, url)
    person.click(page.ui.response_url_open)
    person.wait(lambda: "has no page at" in page.ui.response_url_answer.text())
    assert "Check the path" in page.ui.response_url_answer.text() and opened == []
    person.click(page.ui.response_url_anyway)
    assert opened == [url]


def test_nothing_can_be_opened_while_the_field_is_empty(page: Any) -> None:
    assert not page.ui.response_url_open.isEnabled()


def test_what_is_no_address_is_told_at_the_field_and_asked_of_nobody(person: Person, page: Any, opened: list[str]) -> None:
    person.type(page.ui.response_url, "http://127.0.0.1:99999/TrackIt")
    person.click(page.ui.response_url_open)
    assert "not valid" in page.ui.response_url_message.text()
    assert page.ui.response_url_open.text() == "Open" and opened == []


def test_a_check_can_be_stopped_and_editing_ends_it(person: Person, page: Any, opened: list[str]) -> None:
    with scripted(lambda talk: talk.wait()) as silent:
        person.type(page.ui.response_url, f"http://127.0.0.1:{silent.port}/TrackIt")
        person.click(page.ui.response_url_open)
        assert page.ui.response_url_open.text() == "Stop" and "Asking" in page.ui.response_url_answer.text()
        person.click(page.ui.response_url_open)
        person.wait(lambda: page.ui.response_url_open.text() == "Open")
        assert not page.ui.response_url_answer.isVisible()
        person.click(page.ui.response_url_open)
        person.qtbot.keyClicks(page.ui.response_url, "x")
        person.wait(lambda: page.ui.response_url_open.text() == "Open")
        assert not page.ui.response_url_answer.isVisible()
    assert opened == []


def test_a_computer_without_a_browser_says_so(
    person: Person, page: Any, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, answers: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _url: False)
    will_press("Close")
    person.type(page.ui.response_url, f"http://127.0.0.1:{server.port}/TrackIt")
    person.click(page.ui.response_url_open)
    person.wait(lambda: bool(answers))
    assert "opened no browser" in answers[0][0]
