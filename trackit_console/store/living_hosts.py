"""Whether an email monitor works on an embedded database that is not opened in the usual way (DB-01)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import URL

from trackit_console.store.driver_errors import mapped
from trackit_console.store.engine import make_engine
from trackit_console.store.monitoring import alive
from trackit_console.store.tables import MonitorHostRow


def living_host(database: Path, now: datetime) -> str | None:
    """The name of a computer on which an email monitor was alive a moment ago, None if there is none. Works for every schema."""
    engine = make_engine(URL.create("sqlite", database=str(database)))
    try:
        with mapped(str(database)), engine.connect() as connection:
            asked = select(MonitorHostRow.name).where(alive(now))
            return connection.execute(asked).scalars().first()
    finally:
        engine.dispose()
