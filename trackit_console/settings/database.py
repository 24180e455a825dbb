"""The database target: the embedded SQLite file, or Microsoft SQL Server (DB-01, DB-02)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, TypeAdapter, model_validator

from trackit_console.settings.field_types import HIDE_INPUT, AccountName, FilePath, Port, RequiredText, Secret, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.text_rules import check_sql_server
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

LOCAL_NAMES = frozenset({".", "(local)"})
"""What Microsoft's tools call this computer."""
AUTHENTICATION_LABELS = {
    "windows": QT_TRANSLATE_NOOP("settings", "Windows authentication"),
    "sql": QT_TRANSLATE_NOOP("settings", "SQL Server authentication"),
}
ENCRYPTION_LABELS = {
    "mandatory": QT_TRANSLATE_NOOP("settings", "Mandatory"),
    "strict": QT_TRANSLATE_NOOP("settings", "Strict (SQL Server 2022 or newer)"),
}


class SqliteTarget(Settings):
    """A file on this computer; None is the default file in the data directory."""

    kind: Literal["sqlite"] = "sqlite"
    file: Annotated[
        FilePath | None,
        Presentation(
            empty=QT_TRANSLATE_NOOP("settings", "trackit.sqlite3 in the data directory"),
            files=QT_TRANSLATE_NOOP("settings", "Databases (*.sqlite3)"),
        ),
    ] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "File"),
        description=QT_TRANSLATE_NOOP("settings", "On a disk of this computer: a file on a network drive is not safe for it."),
    )


class SqlServerTarget(Settings):
    """A Microsoft SQL Server database. The connection is encrypted, and the certificate is checked by default."""

    kind: Literal["sqlserver"] = "sqlserver"
    server: Annotated[RequiredText, AfterValidator(check_sql_server)] = Field(
        title=QT_TRANSLATE_NOOP("settings", "Server"),
        description=QT_TRANSLATE_NOOP("settings", "Like sql01.example.com, or sql01\\HELPDESK for a named instance."),
    )
    port: Annotated[Port | None, Presentation(empty=QT_TRANSLATE_NOOP("settings", "1433, or that of the instance"))] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Port"),
        description=QT_TRANSLATE_NOOP(
            "settings", "If it is empty, SQL Server Browser on the server is asked for the port of a named instance."
        ),
    )
    database: RequiredText = Field(
        title=QT_TRANSLATE_NOOP("settings", "Database"),
        description=QT_TRANSLATE_NOOP("settings", "The name of a database that is there. The server's administrator creates it."),
    )
    authentication: Annotated[Literal["windows", "sql"], Presentation(choices=AUTHENTICATION_LABELS)] = Field(
        "windows",
        title=QT_TRANSLATE_NOOP("settings", "Authentication"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Windows authentication signs in as the user who runs this program. The monitor's service has an account of its own, "
            "which needs the same rights.",
        ),
    )
    user_account_name: AccountName | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "User Account Name"),
        description=QT_TRANSLATE_NOOP("settings", "A login of the server that may open the database."),
    )
    password: Secret | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Password"),
        description=QT_TRANSLATE_NOOP("settings", "That of the login. It must not have to be changed at the next sign-in."),
    )
    encryption: Annotated[Literal["mandatory", "strict"], Presentation(choices=ENCRYPTION_LABELS)] = Field(
        "mandatory",
        title=QT_TRANSLATE_NOOP("settings", "Encrypt"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The connection is always encrypted. Strict encrypts from the first byte on, which older servers cannot."
        ),
    )
    validate_server_certificate: bool = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Validate Server Certificate"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "SQL Server makes a certificate of its own when none is installed, and this computer does not trust that one. Turn the "
            "check off only in a network that you trust.",
        ),
    )
    driver: RequiredText = Field(
        "ODBC Driver 18 for SQL Server",
        title=QT_TRANSLATE_NOOP("settings", "Driver"),
        description=QT_TRANSLATE_NOOP("settings", "One that is installed on this computer. The newest is the best."),
    )

    @model_validator(mode="after")
    def _user_for_sql_authentication(self) -> Self:
        if self.authentication == "sql" and not self.user_account_name:
            raise rule_error("sql_sign_in", "user_account_name")
        return self

    @model_validator(mode="after")
    def _strict_is_checked(self) -> Self:
        # The driver checks the certificate of a strict connection whatever it is told.
        if self.encryption == "strict" and not self.validate_server_certificate:
            raise rule_error("strict_is_checked", "validate_server_certificate")
        return self

    @property
    def host(self) -> str:
        """The computer, without the name of the instance."""
        name = self.server.partition("\\")[0]
        return "localhost" if name in LOCAL_NAMES else name

    @property
    def instance(self) -> str:
        """The named instance whose port must be asked for; empty if the port is known."""
        return "" if self.port else self.server.partition("\\")[2]


DatabaseTarget = Annotated[SqliteTarget | SqlServerTarget, Field(discriminator="kind")]
database_adapter: TypeAdapter[DatabaseTarget] = TypeAdapter(DatabaseTarget, config=HIDE_INPUT)
