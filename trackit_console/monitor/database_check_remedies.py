"""What to do about an error of the network to a database server, where the words for a mail server would mislead (DB-02)."""

from __future__ import annotations

from trackit_console.user_messages import QT_TRANSLATE_NOOP

REMEDIES = {
    "connection_refused": QT_TRANSLATE_NOOP(
        "database_check",
        "Check the port, usually 1433. In SQL Server Configuration Manager, TCP/IP must be enabled for the instance; it is off after "
        "many installations. Restart the instance after the change.",
    ),
    "connect_timed_out": QT_TRANSLATE_NOOP(
        "database_check", "Check server and port. The firewall of the server must let this computer through to TCP port {port}."
    ),
    "unreachable": QT_TRANSLATE_NOOP(
        "database_check", "Check the network connection, and the firewall between this computer and the database server."
    ),
    "timed_out": QT_TRANSLATE_NOOP(
        "database_check", "Try again. If it stays so, check the port: the service behind it does not answer as a SQL Server does."
    ),
    "connection_lost": QT_TRANSLATE_NOOP(
        "database_check",
        "Try again. A server that only allows strict encryption, a firewall, or a service other than SQL Server hangs up like this.",
    ),
    "tls_closed": QT_TRANSLATE_NOOP(
        "database_check", "Choose Encrypt: Mandatory. Servers older than SQL Server 2022 hang up on strict encryption."
    ),
    "tls_not_spoken": QT_TRANSLATE_NOOP(
        "database_check", "Choose Encrypt: Mandatory. Servers older than SQL Server 2022 have no strict encryption."
    ),
    "tls_failed": QT_TRANSLATE_NOOP("database_check", "Show the details to the database administrator."),
    "tls_too_old": QT_TRANSLATE_NOOP(
        "database_check", "TLS 1.2 must be switched on at the database server. Old versions of SQL Server need an update for it."
    ),
    "tls_no_common_cipher": QT_TRANSLATE_NOOP(
        "database_check", "Current cipher suites (AES-GCM with ECDHE) must be switched on at the database server."
    ),
    "certificate_untrusted": QT_TRANSLATE_NOOP(
        "database_check", "Have the authority added to the trusted root certificates of this computer."
    ),
    "certificate_self_signed": QT_TRANSLATE_NOOP(
        "database_check",
        "SQL Server makes such a certificate when none is installed. Have one of a trusted authority installed on the server, or add "
        "this one to the trusted root certificates of this computer. Turn Validate Server Certificate off only in a network that "
        "you trust.",
    ),
    "certificate_expired": QT_TRANSLATE_NOOP(
        "database_check", "It must be renewed on the database server. Check this computer's clock as well."
    ),
    "certificate_wrong_name": QT_TRANSLATE_NOOP(
        "database_check", "Enter the server by the name in its certificate; an address in numbers does not do."
    ),
    "certificate_wrong_purpose": QT_TRANSLATE_NOOP(
        "database_check", "The database server needs a certificate for server authentication."
    ),
    "certificate_too_weak": QT_TRANSLATE_NOOP(
        "database_check", "The database server needs a new certificate: RSA with 2048 bits or more, signed with SHA-256."
    ),
}
"""What to do about an error of the network, where the words for a mail server would mislead."""
