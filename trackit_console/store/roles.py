"""The least rights on SQL Server with which the console and the monitor work, as two roles of the database (`db sql`).

The account of a monitor that runs as a service reads the settings, but cannot change them. Neither may change the schema:
that is for the administrator who runs the script.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, literal_column, select

from trackit_console.store.tables import Base

CONSOLE_ROLE = "trackit_console"
MONITOR_ROLE = "trackit_monitor"
_ROLES = (CONSOLE_ROLE, MONITOR_ROLE)
READ_BY_MONITOR = frozenset(
    {
        "NAMSYSProperties",
        "backup_settings",
        "business_hours",
        "business_rules",
        "email_commands",
        "file_type_settings",
        "filter_settings",
        "loop_protection",
        "mailboxes",
        "monitor_settings",
        "notification_schedules",
        "notification_templates",
        "notifications",
        "outgoing",
        "reports",
        "restricted_file_types",
        "retention",
        "service_levels",
        "settings_revision",
        "technician_addresses",
        "technicians",
        "ticket_templates",
    }
)
"""What admins set. The monitor writes to all other tables."""
COUNTED_BY_MONITOR = frozenset({"filter_rules"})
"""What admins set, and where the monitor counts: which rules stopped mail."""


def monitor_may(operation: str, table: str) -> bool:
    """Whether the monitor's role has the right to `operation` (INSERT, UPDATE, DELETE) on `table`."""
    if table in COUNTED_BY_MONITOR:
        return operation == "UPDATE"
    return table not in READ_BY_MONITOR


def roles_sql() -> list[str]:
    """The batches that make the roles, if they are not there, and give them their rights."""
    made = [f"IF DATABASE_PRINCIPAL_ID(N'{role}') IS NULL CREATE ROLE {role};" for role in _ROLES]
    return [*made, "\n".join(right for role in _ROLES for right in _rights(role))]


def give_rights(connection: Connection) -> None:
    """Gives the roles that are there their rights on all tables: an upgrade may have made new ones. Makes no role."""
    for role in _ROLES:
        if connection.scalar(select(func.database_principal_id(literal_column(f"N'{role}'")))) is not None:
            # One by one: of several in one call, a driver tells the error of the first only.
            for right in _rights(role):
                connection.exec_driver_sql(right)


def _rights(role: str) -> list[str]:
    of_table = _console_rights if role == CONSOLE_ROLE else _monitor_rights
    return [*(of_table(table.name) for table in Base.metadata.sorted_tables), f"GRANT SELECT ON alembic_version TO {role};"]


def _console_rights(table: str) -> str:
    return f"GRANT SELECT, INSERT, UPDATE, DELETE ON [{table}] TO {CONSOLE_ROLE};"


def _monitor_rights(table: str) -> str:
    written = [operation for operation in ("INSERT", "UPDATE", "DELETE") if monitor_may(operation, table)]
    return f"GRANT {', '.join(['SELECT', *written])} ON [{table}] TO {MONITOR_ROLE};"
