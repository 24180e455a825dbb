"""Runs migrations on the connection that `store.schema` hands over, or writes their SQL."""

from __future__ import annotations

from alembic import context
from sqlalchemy.engine import make_url

from trackit_console.store.tables import Base

connection = context.config.attributes.get("connection")
if connection is not None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
    )
else:
    url = make_url(context.config.attributes["url"])
    options = {"paramstyle": "named"} | ({"deprecate_large_types": True} if url.get_backend_name() == "mssql" else {})
    context.configure(url=url, target_metadata=Base.metadata, literal_binds=True, dialect_opts=options)

with context.begin_transaction():
    context.run_migrations()
