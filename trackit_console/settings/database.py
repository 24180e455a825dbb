"""The database target: the embedded SQLite file, or Microsoft SQL Server (DB-01, DB-02)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, TypeAdapter, model_validator

from trackit_console.settings.field_types import HIDE_INPUT, AccountName, FilePath, Port, RequiredText, Secret, Settings
from trackit_console.settings.validation import rule_error


class SqliteTarget(Settings):
    """A file on this computer; None is the default file in the data directory."""

    kind: Literal["sqlite"] = "sqlite"
    file: FilePath | None = Field(None, title="File")


class SqlServerTarget(Settings):
    """A Microsoft SQL Server database. The connection is encrypted, and the certificate is checked by default."""

    kind: Literal["sqlserver"] = "sqlserver"
    server: RequiredText = Field(title="Server")
    port: Port | None = Field(None, title="Port")
    database: RequiredText = Field(title="Database")
    authentication: Literal["windows", "sql"] = Field("windows", title="Authentication")
    user_account_name: AccountName | None = Field(None, title="User Account Name")
    password: Secret | None = Field(None, title="Password")
    driver: RequiredText = Field("ODBC Driver 18 for SQL Server", title="Driver")
    validate_server_certificate: bool = Field(True, title="Validate Server Certificate")

    @model_validator(mode="after")
    def _user_for_sql_authentication(self) -> Self:
        if self.authentication == "sql" and not self.user_account_name:
            raise rule_error("sql_sign_in", "user_account_name")
        return self


DatabaseTarget = Annotated[SqliteTarget | SqlServerTarget, Field(discriminator="kind")]
database_adapter: TypeAdapter[DatabaseTarget] = TypeAdapter(DatabaseTarget, config=HIDE_INPUT)
