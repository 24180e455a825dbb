"""Whatever ends a copy early, the target is as it was before, and the source is not touched (DB-01)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import inspect, text

from tests.clock import BEGINNING, ManualClock
from tests.outbox_factory import add_record, mail, put
from tests.store.conftest import Places
from tests.store.copy_factory import rows_of
from trackit_console.cancel import Cancel, cancellable
from trackit_console.domain.effects import DeleteRecord
from trackit_console.paths import DataDir
from trackit_console.settings.people import Requestor
from trackit_console.store.copy_errors import CopyDiffers, MonitorStillRuns, SourceChanged
from trackit_console.store.copy_progress import Progress
from trackit_console.store.database import Database
from trackit_console.store.database_copy import copy_database
from trackit_console.store.database_setup import schema_state, upgrade_database
from trackit_console.store.engine import make_engine
from trackit_console.store.errors import Cancelled
from trackit_console.store.monitoring_views import Host
from trackit_console.store.schema import SchemaState

Copy = Callable[[Progress], object]


@pytest.fixture
def copy(places: Places, data_dir: DataDir, clock: ManualClock) -> Copy:
    """Copies, and tells how it goes."""
    return lambda progress: copy_database(places.source, places.target, data_dir, progress, clock)


@pytest.fixture(params=["nothing there", "a new database"])
def as_before(request: pytest.FixtureRequest, source: Database, places: Places) -> Iterator[None]:
    """The target is after the test what it was before."""
    put(source, *(mail(number, record=add_record(source)) for number in range(3)))
    if request.param == "a new database":
        upgrade_database(places.target)
        before = rows_of(places.target)
        yield
        assert rows_of(places.target) == before
        return
    yield
    if places.target.startswith("sqlite"):
        assert list(places.target_file.parent.iterdir()) == []
        return
    engine = make_engine(places.target)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def at(share: float, do: Callable[[], object]) -> Progress:
    """Does something once when so much of the rows was read."""
    done_it: list[bool] = []

    def progress(_table: str, done: int, total: int) -> None:
        if done >= share * total and not done_it:
            done_it.append(True)
            do()

    return progress


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("share", [0.1, 0.5, 1])
def test_a_copy_is_cancelled_at_any_time(source: Database, places: Places, copy: Copy, share: float) -> None:
    before = rows_of(places.source)
    cancel = Cancel()
    with cancellable(cancel), pytest.raises(Cancelled):
        copy(at(share, cancel.set))
    assert rows_of(places.source) == before


@pytest.mark.covers("DB-01")
def test_after_a_cancel_nothing_more_is_read(source: Database, copy: Copy) -> None:
    cancel = Cancel()
    told: list[int] = []

    def watch(_table: str, done: int, _total: int) -> None:
        told.append(done)
        cancel.set()

    with cancellable(cancel), pytest.raises(Cancelled):
        copy(watch)
    assert set(told) == {0}


@pytest.mark.covers("DB-01", "RUN-02")
@pytest.mark.usefixtures("as_before")
def test_a_monitor_that_starts_meanwhile_is_noticed(source: Database, copy: Copy) -> None:
    def start() -> None:
        with source.begin() as transaction:
            transaction.monitoring.report(Host("h", "PC 7", "headless", "running", 1, BEGINNING, BEGINNING))

    with pytest.raises(MonitorStillRuns, match="PC 7"):
        copy(at(0.5, start))


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize("share", [0.4, 0.6])
def test_a_change_of_the_source_meanwhile_is_noticed(source: Database, copy: Copy, share: float) -> None:
    def change() -> None:
        with source.begin() as transaction:
            transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "ada")

    with pytest.raises(SourceChanged, match="requestors"):
        copy(at(share, change))


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("as_before")
def test_a_record_number_that_was_given_meanwhile_is_noticed(source: Database, copy: Copy) -> None:
    def come_and_go() -> None:
        put(source, DeleteRecord(add_record(source), "ada"))

    with pytest.raises(SourceChanged, match="records"):
        copy(at(0.5, come_and_go))


@pytest.mark.covers("DB-01", "RUN-02")
def test_a_stopped_monitor_that_is_alive_is_no_change(source: Database, copy: Copy) -> None:
    def beat() -> None:
        with source.begin() as transaction:
            transaction.monitoring.report(Host("h", "PC 7", "console", "stopped", 1, BEGINNING, BEGINNING))
            assert transaction.monitoring.host_in_console("h")

    copy(at(0.5, beat))


@pytest.mark.covers("DB-01")
@pytest.mark.usefixtures("as_before")
def test_an_exception_of_whoever_watches_ends_the_copy(source: Database, copy: Copy) -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        copy(at(0.2, fail))


@pytest.mark.covers("DB-01")
def test_a_target_that_gives_back_something_else_is_taken_back(source: Database, places: Places, copy: Copy) -> None:
    upgrade_database(f"sqlite:///{places.target_file.as_posix()}")
    with source.begin() as transaction:
        transaction.people.save_requestor(Requestor(name="Bo", email="bo@example.com"), "ada")
    engine = make_engine(places.target)
    changing = "CREATE TRIGGER changing AFTER INSERT ON requestors BEGIN UPDATE requestors SET name = '' WHERE id = NEW.id; END"
    with engine.begin() as connection:
        connection.execute(text(changing))
    engine.dispose()
    before = rows_of(places.target)
    with pytest.raises(CopyDiffers, match="requestors"):
        copy(at(1, lambda: None))
    assert rows_of(places.target) == before
    assert schema_state(places.target)[0] is SchemaState.CURRENT
