"""What is not sent to a distant SQL Server: a question whether a connection works, and NULL as a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Column,
    Engine,
    Integer,
    MetaData,
    Table,
    Unicode,
    bindparam,
    create_engine,
    event,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import ProgrammingError

from trackit_console.store.engine import PING_SECONDS, ping_after_idling
from trackit_console.store.null_parameters import write_null_as_text

pytestmark = pytest.mark.covers("DB-01", "RUN-07")


@pytest.fixture
def engine_of(tmp_path: Path) -> Iterator[Callable[[float], Engine]]:
    """Makes an engine whose pool asks a connection after so many seconds. Any driver will do for a pool."""
    made: list[Engine] = []

    def make(seconds: float) -> Engine:
        engine = create_engine(f"sqlite:///{tmp_path / 'pooled.sqlite3'}")
        ping_after_idling(engine, seconds)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.dispose()


def close_behind_its_back(engine: Engine) -> None:
    """Closes the pooled connection, as a server that is restarted does."""
    with engine.connect() as connection:
        pooled = connection.connection.dbapi_connection
    assert pooled is not None
    pooled.close()


def asked(engine: Engine) -> list[str]:
    """What the driver was asked while a connection was taken and one statement was executed."""
    heard: list[str] = []
    with engine.connect() as connection:
        pooled: Any = connection.connection.dbapi_connection
        pooled.set_trace_callback(heard.append)
    with engine.connect() as connection:
        connection.execute(text("SELECT 2"))
    return heard


def test_a_connection_that_was_used_just_now_is_not_asked_whether_it_works(engine_of: Callable[[float], Engine]) -> None:
    assert asked(engine_of(PING_SECONDS)) == ["SELECT 2"]
    assert asked(engine_of(0)) == ["SELECT 1", "SELECT 2"]


def test_a_connection_that_was_closed_while_it_was_idle_is_replaced(engine_of: Callable[[float], Engine]) -> None:
    engine = engine_of(0)
    close_behind_its_back(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT 2")) == 2


def test_one_that_was_closed_just_now_is_noticed_by_the_statement(engine_of: Callable[[float], Engine]) -> None:
    engine = engine_of(PING_SECONDS)
    close_behind_its_back(engine)
    with pytest.raises(ProgrammingError, match="closed"), engine.connect() as connection:
        connection.execute(text("SELECT 2"))


def test_an_update_names_null_instead_of_asking_for_its_type() -> None:
    table = Table(
        "runs", MetaData(), Column("id", Integer, primary_key=True), Column("schedule", Unicode), Column("error", Unicode)
    )
    engine, sent = create_engine("sqlite://"), list[tuple[str, Any]]()
    table.metadata.create_all(engine)
    write_null_as_text(engine)
    event.listen(engine, "before_cursor_execute", lambda _c, _u, statement, parameters, *_: sent.append((statement, parameters)))
    with engine.begin() as connection:
        connection.execute(insert(table), [{"id": 1, "schedule": "daily", "error": "refused"}])
        ended = update(table).where(table.c.id == 1).values(schedule=bindparam("new"), error=None)
        connection.execute(ended, {"new": "weekly"})
        assert sent[-1] == ("UPDATE runs SET schedule=?, error=NULL WHERE runs.id = ?", ("weekly", 1))
        assert connection.execute(select(table.c.schedule, table.c.error)).one() == ("weekly", None)
    engine.dispose()
