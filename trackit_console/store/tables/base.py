"""What all tables have in common: the registry, and names for every constraint so that migrations can name them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

from trackit_console.store.column_types import Moment


class Base(DeclarativeBase):
    """Declarative base of the schema."""

    metadata = MetaData(
        naming_convention={
            # All columns: several indexes of a table begin with the same one.
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: Moment}  # noqa: RUF012 - read by SQLAlchemy while the class is made
