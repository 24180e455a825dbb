"""Errors of reaching a SQL Server, before its driver signs in (DB-02)."""

from __future__ import annotations

from trackit_console.transports.errors.base import TransportError
from trackit_console.transports.errors.securing import TlsFailed
from trackit_console.transports.step_names import StepName
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class InstanceNotFound(TransportError):
    """SQL Server Browser does not know the port of the instance."""

    code = "instance_not_found"
    default_step = StepName.RESOLVE
    sentence = QT_TRANSLATE_NOOP("transports", "{server} has no instance {instance} that accepts connections over the network.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Check the name of the instance. In SQL Server Configuration Manager, TCP/IP must be enabled for it. Or enter its port.",
    )


class BrowserSilent(TransportError):
    """SQL Server Browser did not say on which port the instance listens."""

    code = "browser_silent"
    default_step = StepName.RESOLVE
    sentence = QT_TRANSLATE_NOOP("transports", "{server} did not say on which port the instance {instance} listens.")
    remedy = QT_TRANSLATE_NOOP(
        "transports",
        "Enter the port of the instance: the server's administrator finds it in SQL Server Configuration Manager. Or have the "
        "service SQL Server Browser started there, and UDP port 1434 opened in the firewall. The name of the instance may be "
        "wrong as well.",
    )


class NotASqlServer(TransportError):
    """The port is open, but the service behind it does not speak TDS."""

    code = "not_a_sql_server"
    sentence = QT_TRANSLATE_NOOP("transports", "The service at {server}, port {port}, is not a SQL Server.")
    remedy = QT_TRANSLATE_NOOP("transports", "Check the server name and the port. SQL Server usually listens on port 1433.")


class EncryptionNotOffered(TlsFailed):
    """The server has no encryption, which is required (SEC-01)."""

    code = "encryption_not_offered"
    sentence = QT_TRANSLATE_NOOP("transports", "{server} offers no encrypted connections.")
    remedy = QT_TRANSLATE_NOOP(
        "transports", "Ask the server's administrator to install a certificate. Nothing was sent in clear but the greeting."
    )
