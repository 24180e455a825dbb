"""Autodiscover: where it looks, whom it trusts with a password, and what it says (IN-08)."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.servers.certificates import Certificates
from tests.servers.microsoft.autodiscover import Autodiscover
from tests.servers.microsoft.exchange import PASSWORD, Exchange
from tests.servers.microsoft.faults import proxy_page, silence
from trackit_console.cancel import Cancel
from trackit_console.transports.autodiscover import Discovery, DiscoveryStep
from trackit_console.transports.autodiscover_answers import Answer
from trackit_console.transports.autodiscover_places import Hosts
from trackit_console.transports.autodiscover_web import Network
from trackit_console.transports.errors import NameNotFound
from trackit_console.transports.steps import StepState

ADDRESS = "help@contoso.example"
EWS = "https://mail.contoso.example/EWS/Exchange.asmx"
ONLINE = f"https://outlook.office365.com/autodiscover/autodiscover.json/v1.0/{ADDRESS}?Protocol=EWS"
POX = "https://{}/autodiscover/autodiscover.xml"
SOAP = "https://{}/autodiscover/autodiscover.svc"
PLAIN = "http://autodiscover.contoso.example/autodiscover/autodiscover.xml"
IN_ORDER = [
    ONLINE,
    POX.format("contoso.example"),
    SOAP.format("contoso.example"),
    POX.format("autodiscover.contoso.example"),
    SOAP.format("autodiscover.contoso.example"),
    PLAIN,
    "_autodiscover._tcp.contoso.example",
]
FOUND = Answer(200, {}, f'{{"Protocol": "EWS", "Url": "{EWS}"}}'.encode())
WANTS_PASSWORD = Answer(401, {"www-authenticate": 'Negotiate, Basic realm="x"'})


def pox(inner: str) -> Answer:
    schema = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    return Answer(200, {}, f'<a xmlns="x"><Response xmlns="{schema}"><Account>{inner}</Account></Response></a>'.encode())


SETTINGS = pox(f"<Protocol><Type>EXPR</Type><EwsUrl>{EWS}</EwsUrl></Protocol>")


def sent_on(target: str) -> Answer:
    return Answer(302, {"location": target})


@dataclass
class ScriptedWeb:
    """A network in which `answers` are at their addresses, behind a password where they are in `locked`; nothing else exists."""

    answers: dict[str, Answer] = field(default_factory=dict)
    locked: set[str] = field(default_factory=set)
    records: list[tuple[str, int]] = field(default_factory=list)
    got_password: list[str] = field(default_factory=list)

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        if "Authorization" in headers:
            self.got_password.append(url)
        elif url in self.locked:
            return WANTS_PASSWORD
        if url not in self.answers:
            raise NameNotFound(server=url)
        return self.answers[url]

    def srv(self, name: str) -> list[tuple[str, int]]:
        return self.records


def ended(discovery: Discovery) -> list[DiscoveryStep]:
    return [step for step in discovery.run() if step.state is not StepState.RUNNING]


@pytest.mark.covers("IN-08")
class TestPlaces:
    def test_all_are_tried_in_order_and_told_of_when_nothing_is_found(self) -> None:
        discovery = Discovery(ADDRESS, ScriptedWeb(), PASSWORD)
        steps = ended(discovery)
        assert discovery.url is None
        assert [step.address for step in steps] == IN_ORDER
        assert all(step.state is StepState.FAILED and str(step.detail) for step in steps)

    def test_each_step_is_told_when_it_begins_and_when_it_ends(self) -> None:
        states = [step.state for step in Discovery(ADDRESS, ScriptedWeb({ONLINE: FOUND})).run()]
        assert states == [StepState.RUNNING, StepState.PASSED]

    @pytest.mark.parametrize("place", [each for each in IN_ORDER if "xml" in each and each != PLAIN])
    def test_the_first_that_tells_ends_it(self, place: str) -> None:
        web = ScriptedWeb({place: SETTINGS}, locked={place})
        discovery = Discovery(ADDRESS, web, PASSWORD)
        assert ended(discovery)[-1].url == discovery.url == EWS
        assert web.got_password == [place]

    def test_a_place_that_sends_on_is_followed(self) -> None:
        target = "https://mail.contoso.example/autodiscover/autodiscover.xml"
        discovery = Discovery(ADDRESS, ScriptedWeb({IN_ORDER[1]: sent_on(target), target: SETTINGS}))
        assert [step.address for step in ended(discovery)] == [ONLINE, IN_ORDER[1], target]
        assert discovery.url == EWS

    def test_exchange_online_sends_on_within_itself_for_addresses_that_it_does_not_know(self) -> None:
        again = "https://outlook.office365.com/autodiscover/autodiscover.json?RedirectCount=1"
        discovery = Discovery(ADDRESS, ScriptedWeb({ONLINE: sent_on(again), again: FOUND}))
        assert str(ended(discovery)[0].detail) == f"Exchange Online does not know {ADDRESS}."
        assert discovery.url is None

    def test_an_organization_in_between_sends_on_to_its_own_server(self) -> None:
        own = f"https://mail.contoso.example/autodiscover/autodiscover.json/v1.0/{ADDRESS}?Protocol=EWS"
        discovery = Discovery(ADDRESS, ScriptedWeb({ONLINE: sent_on(own), own: FOUND}))
        assert ended(discovery)[-1].url == EWS

    def test_places_that_send_on_to_each_other_end(self) -> None:
        first, second = IN_ORDER[1], "https://other.contoso.example/autodiscover/autodiscover.xml"
        discovery = Discovery(ADDRESS, ScriptedWeb({first: sent_on(second), second: sent_on(first)}))
        assert len(ended(discovery)) == len(IN_ORDER) + 1 and discovery.url is None

    def test_more_and_more_places_end_as_well(self) -> None:
        class Endless(ScriptedWeb):
            def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
                return sent_on(f"{url}x")

        assert len(ended(Discovery(ADDRESS, Endless()))) == 30

    def test_another_address_is_looked_for_instead(self) -> None:
        other = "help@contoso.onmicrosoft.example"
        web = ScriptedWeb(
            {
                IN_ORDER[1]: pox(f"<Action>redirectAddr</Action><RedirectAddr>{other}</RedirectAddr>"),
                ONLINE.replace(ADDRESS, other): FOUND,
            }
        )
        discovery = Discovery(ADDRESS, web)
        assert ended(discovery)[-1].url == EWS

    def test_dns_is_asked_last(self) -> None:
        target = POX.format("exchange.contoso.example:8443")
        discovery = Discovery(ADDRESS, ScriptedWeb({target: SETTINGS}, records=[("exchange.contoso.example", 8443)]))
        assert [step.address for step in ended(discovery)] == [*IN_ORDER, target]
        assert discovery.url == EWS

    @pytest.mark.parametrize(
        "answer",
        [
            Answer(200, {}, b""),
            Answer(200, {}, b"<html>"),
            Answer(200, {}, b"[]"),
            Answer(200, {}, b'{"Url": null}'),
            Answer(200, {}, b'{"Url": "http://mail.contoso.example/EWS/Exchange.asmx"}'),
            Answer(500, {}, FOUND.body),
            Answer(200, {}, b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            sent_on("http://elsewhere.example/"),
            sent_on(""),
            sent_on("https://mail.contoso.example:99999/"),
            sent_on("https://[mail.contoso.example/"),
            Answer(200, {}, b'{"Url": "https://mail.contoso.example:99999/EWS/Exchange.asmx"}'),
            Answer(200, {}, b'{"Url": "https://[mail.contoso.example/EWS/Exchange.asmx"}'),
        ],
        ids=range(13),
    )
    def test_an_answer_that_tells_nothing_useful_is_passed_over(self, answer: Answer) -> None:
        discovery = Discovery(ADDRESS, ScriptedWeb(dict.fromkeys(IN_ORDER[:5], answer)))
        assert len(ended(discovery)) == len(IN_ORDER) and discovery.url is None

    @pytest.mark.parametrize(
        ("domain", "name"),
        [
            ("müller.example", "xn--mller-kva.example"),
            ("straße.example", "xn--strae-oqa.example"),
            ("Straße.example.", "xn--strae-oqa.example"),
        ],
    )
    def test_an_international_domain_is_asked_for_as_dns_knows_it(self, domain: str, name: str) -> None:
        addresses = [step.address for step in ended(Discovery(f"hilfe@{domain}", ScriptedWeb()))]
        assert POX.format(name) in addresses


@pytest.mark.covers("IN-08", "SEC-01")
class TestPassword:
    FOREIGN = POX.format("hosting.example")

    @pytest.mark.parametrize("host", ["contoso.example", "mail.contoso.example", "autodiscover-s.outlook.com"])
    def test_hosts_of_the_domain_and_of_microsoft_get_it(self, host: str) -> None:
        place = POX.format(host)
        web = ScriptedWeb({IN_ORDER[3]: sent_on(place), place: SETTINGS}, locked={place})
        assert ended(Discovery(ADDRESS, web, PASSWORD))[-1].url == EWS
        assert web.got_password == [place]

    @pytest.mark.parametrize(
        "host", ["hosting.example", "contoso.example.evil.example", "evilcontoso.example", "outlook.com.evil.example"]
    )
    def test_others_do_not_get_it_unasked(self, host: str) -> None:
        place = POX.format(host)
        web = ScriptedWeb({IN_ORDER[1]: sent_on(place), place: SETTINGS}, locked={place})
        discovery = Discovery(ADDRESS, web, PASSWORD)
        [kept_back] = [step for step in ended(discovery) if step.address == place]
        assert web.got_password == [] and discovery.url is None
        assert host in str(kept_back.detail) and "not sent" in str(kept_back.detail)

    @pytest.mark.covers("SEC-02")
    @pytest.mark.parametrize("before", ["", "x" * 190, "x" * 198])
    def test_a_server_that_repeats_it_cannot_make_it_appear(self, before: str) -> None:
        place = IN_ORDER[1]
        refusal = Answer(200, {}, f"<a><Error><Message>{before}{PASSWORD} is wrong</Message></Error></a>".encode())
        steps = ended(Discovery(ADDRESS, ScriptedWeb({place: refusal}, locked={place}), PASSWORD))
        [said] = [str(step.detail) for step in steps if step.address == place]
        assert "says:" in said and PASSWORD[:2] not in said

    def test_a_domain_that_is_spelled_alike_does_not_get_it(self) -> None:
        place = POX.format("strasse.example")
        web = ScriptedWeb({POX.format("autodiscover.xn--strae-oqa.example"): sent_on(place), place: SETTINGS}, locked={place})
        steps = ended(Discovery("hilfe@straße.example", web, PASSWORD))
        assert place in [step.address for step in steps] and web.got_password == []

    def test_a_person_can_allow_it(self) -> None:
        web = ScriptedWeb({IN_ORDER[1]: sent_on(self.FOREIGN), self.FOREIGN: SETTINGS}, locked={self.FOREIGN})
        asked: list[str] = []

        def allow(host: str) -> bool:
            asked.append(host)
            return True

        assert ended(Discovery(ADDRESS, web, PASSWORD, may_send_to=allow))[-1].url == EWS
        assert asked == ["hosting.example"]

    @pytest.mark.parametrize("host", ["mail.contoso.example", "outlook.office365.com"])
    def test_whom_plain_http_or_dns_names_is_always_asked_about(self, host: str) -> None:
        place = POX.format(host)
        for web in (
            ScriptedWeb({PLAIN: sent_on(place), place: SETTINGS}, locked={place}),
            ScriptedWeb({place: SETTINGS}, locked={place}, records=[(host, 443)]),
        ):
            assert Discovery(ADDRESS, web, PASSWORD).url is None
            asked: list[str] = []
            ended(Discovery(ADDRESS, web, PASSWORD, may_send_to=lambda name, asked=asked: bool(asked.append(name))))  # type: ignore[misc]
            assert asked == [host] and web.got_password == []

    def test_another_address_makes_nobody_trusted(self) -> None:
        other = "help@evil.example"
        place = POX.format("evil.example")
        web = ScriptedWeb(
            {IN_ORDER[1]: pox(f"<Action>redirectAddr</Action><RedirectAddr>{other}</RedirectAddr>"), place: SETTINGS},
            locked={place},
        )
        ended(Discovery(ADDRESS, web, PASSWORD, user="CONTOSO\\help"))
        assert web.got_password == []

    def test_none_is_sent_where_none_is_asked_for(self) -> None:
        web = ScriptedWeb({IN_ORDER[1]: SETTINGS})
        ended(Discovery(ADDRESS, web, PASSWORD))
        assert web.got_password == []

    def test_without_one_the_step_says_that_it_is_wanted(self) -> None:
        steps = ended(Discovery(ADDRESS, ScriptedWeb(locked={IN_ORDER[1]})))
        assert "asks for a user name and password" in str(steps[1].detail)

    def test_a_server_that_offers_only_windows_sign_in_does_not_get_it(self) -> None:
        web = ScriptedWeb({IN_ORDER[1]: Answer(401, {"www-authenticate": "Negotiate, NTLM"})})
        steps = ended(Discovery(ADDRESS, web, PASSWORD))
        assert "only Negotiate, NTLM" in str(steps[1].detail) and web.got_password == []

    def test_it_is_not_in_the_repr(self) -> None:
        assert PASSWORD not in repr(Discovery(ADDRESS, ScriptedWeb(), PASSWORD))


@pytest.fixture
def service(exchange: Exchange) -> Autodiscover:
    return Autodiscover(exchange.microsoft, exchange.ews)


@dataclass
class Local:
    """Discovers with a real network, in which all places are on this computer."""

    exchange: Exchange
    ca_file: str
    cancel: Cancel = field(default_factory=Cancel)

    def discovery(self, address: str, password: str = "", seconds: float = 5.0, plain: str = "http://127.0.0.1:1") -> Discovery:
        hosts = Hosts(self.exchange.microsoft.url, (self.exchange.microsoft.url,), plain)
        web = Network(self.cancel, self.ca_file, seconds)
        return Discovery(address, web, password, may_send_to=lambda host: host == "localhost", hosts=hosts)


@pytest.fixture
def local(exchange: Exchange, certificates: Certificates) -> Local:
    exchange.add("help@localhost")
    return Local(exchange, str(certificates.ca_file))


@pytest.mark.covers("IN-08")
class TestNetwork:
    def test_json_needs_no_password(self, local: Local, service: Autodiscover) -> None:
        discovery = local.discovery("help@localhost", PASSWORD)
        assert [step.step for step in ended(discovery)] == ["json"]
        assert discovery.url == local.exchange.ews.url and service.credentials == []

    @pytest.mark.parametrize(("offered", "steps"), [("pox", ["json", "pox"]), ("soap", ["json", "pox", "soap"])])
    def test_a_server_of_ones_own_is_asked_with_the_password(
        self, local: Local, service: Autodiscover, offered: str, steps: list[str]
    ) -> None:
        service.json, service.pox, service.soap = False, offered == "pox", offered == "soap"
        discovery = local.discovery("help@localhost", PASSWORD)
        assert [step.step for step in ended(discovery)] == steps
        assert discovery.url == local.exchange.ews.url and len(service.credentials) == 1

    def test_a_wrong_password_is_said(self, local: Local, service: Autodiscover) -> None:
        service.json = False
        steps = ended(local.discovery("help@localhost", "wrong"))
        assert "refused the user name or the password" in str(steps[1].detail)

    def test_an_unknown_address_is_said_in_the_servers_words(self, local: Local, service: Autodiscover) -> None:
        assert "Mailbox nobody@localhost not found." in str(ended(local.discovery("nobody@localhost"))[0].detail)

    @pytest.mark.parametrize("scheme", ["https", "http"])
    @pytest.mark.parametrize("host", ["[localhost", "localhost:99999", "localhost\uff1a1"])
    def test_an_address_that_cannot_be_read_ends_that_place(self, scheme: str, host: str) -> None:
        with pytest.raises(NameNotFound) as raised:
            Network(Cancel()).send("GET", f"{scheme}://{host}/autodiscover", {}, None)
        assert f"no server of the name {host}." in str(raised.value.message)

    def test_a_web_page_tells_nothing(self, local: Local, service: Autodiscover) -> None:
        local.exchange.microsoft.faults.add("*", proxy_page(200), times=None)
        discovery = local.discovery("help@localhost")
        assert all(step.state is StepState.FAILED for step in ended(discovery)) and discovery.url is None

    def test_a_bad_certificate_ends_that_place(self, certificates: Certificates) -> None:
        with Exchange(certificates, certificate=certificates.self_signed) as bad:
            service = Autodiscover(bad.microsoft, bad.ews)
            bad.add("help@localhost")
            discovery = Local(bad, str(certificates.ca_file)).discovery("help@localhost", PASSWORD)
            steps = ended(discovery)
        assert "certificate" in str(steps[0].detail) and discovery.url is None and service.credentials == []

    def test_plain_http_is_asked_without_a_password_for_where_to_go(self, local: Local, service: Autodiscover) -> None:
        service.json = service.soap = False
        local.exchange.microsoft.faults.add("POST */autodiscover.xml", proxy_page(404))
        with plain_http(f"{local.exchange.microsoft.url}/autodiscover/autodiscover.xml?x=1") as (address, requests):
            discovery = local.discovery("help@localhost", PASSWORD, plain=address)
            steps = ended(discovery)
        assert [step.step for step in steps] == ["json", "pox", "soap", "redirect", "pox"]
        assert discovery.url == local.exchange.ews.url
        assert requests[0].startswith(b"GET /autodiscover/autodiscover.xml") and b"Authorization" not in requests[0]

    def test_a_server_that_does_not_answer_is_given_up(self, local: Local, service: Autodiscover) -> None:
        local.exchange.microsoft.faults.add("*", silence())
        steps = ended(local.discovery("help@localhost", seconds=0.3))
        assert "stopped answering" in str(steps[0].detail) and steps[0].seconds < 2

    @pytest.mark.covers("RUN-06")
    def test_it_is_cancelled_within_a_second(self, local: Local, service: Autodiscover) -> None:
        waits = threading.Event()
        local.exchange.microsoft.faults.add("*", silence())
        local.exchange.microsoft.faults.after(1, waits.set)
        steps: list[DiscoveryStep] = []
        thread = threading.Thread(target=lambda: steps.extend(ended(local.discovery("help@localhost"))))
        thread.start()
        assert waits.wait(10)
        begun = time.monotonic()
        local.cancel.set()
        thread.join(10)
        assert time.monotonic() - begun < 1
        assert [step.state for step in steps] == [StepState.SKIPPED]


class plain_http:  # noqa: N801 - used like a function
    """A plain HTTP server that sends on to `target`; gives its address and the requests that came."""

    def __init__(self, target: str) -> None:
        self._answer = f"HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n".encode()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._requests: list[bytes] = []
        self._thread = threading.Thread(target=self._serve)

    def _serve(self) -> None:
        try:
            sock, _ = self._listener.accept()
        except OSError:
            return
        with sock:
            self._requests.append(sock.recv(65536))
            sock.sendall(self._answer)

    def __enter__(self) -> tuple[str, list[bytes]]:
        self._thread.start()
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}", self._requests

    def __exit__(self, *exc_info: object) -> None:
        self._listener.close()
        self._thread.join(5)


def test_records_of_a_domain_that_cannot_be_one_are_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import dns.resolver

    asked: list[str] = []

    def no_records(name: str, *arguments: object, **options: object) -> list[object]:
        asked.append(name)
        return []

    monkeypatch.setattr(dns.resolver, "resolve", no_records)
    assert Network(Cancel()).srv("_autodiscover._tcp.ma☃ß.example") == []
    assert asked == []


def test_records_are_asked_in_the_order_of_priority(monkeypatch: pytest.MonkeyPatch) -> None:
    from types import SimpleNamespace

    import dns.resolver

    def record(priority: int, weight: int, target: str) -> SimpleNamespace:
        return SimpleNamespace(priority=priority, weight=weight, target=target, port=443)

    found = [
        record(20, 0, "third.example."),
        record(10, 1, "second.example."),
        record(10, 9, "first.example."),
        record(0, 0, "."),
    ]
    monkeypatch.setattr(dns.resolver, "resolve", lambda *names, **options: found)
    assert [host for host, _ in Network(Cancel()).srv("_autodiscover._tcp.contoso.example")] == [
        "first.example",
        "second.example",
        "third.example",
    ]
