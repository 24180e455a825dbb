"""The settings of the demo, for its mail server."""

from __future__ import annotations

from pydantic import SecretStr

from trackit_console.demo.sample_people import REQUESTORS, TECHNICIANS
from trackit_console.demo.sample_reactions import BUSINESS_RULES, NOTIFICATIONS, REPORTS, SERVICE_LEVELS
from trackit_console.demo.server import HOST, DemoMailServer
from trackit_console.settings.configuration import Configuration
from trackit_console.settings.default_notification_templates import DEFAULT_NOTIFICATION_TEMPLATES
from trackit_console.settings.monitor import MonitorSettings
from trackit_console.settings.outgoing import BasicOutgoing
from trackit_console.settings.people import TicketTemplate
from trackit_console.settings.server_mailbox import Imap


def demo_configuration(server: DemoMailServer) -> Configuration:
    """A mailbox and an outgoing account on `server`, and samples of everything that can be set."""
    password, ca_file = SecretStr(server.account.password), str(server.ca_file)
    mailbox = Imap(
        name="Support (demo)",
        server=HOST,
        port=server.ports.imap,
        user_account_name=server.account.address,
        password=password,
        ca_file=ca_file,
        log_events=True,
    )
    outgoing = BasicOutgoing(
        smtp_server_name=HOST,
        port=server.ports.smtp,
        security="ssl_tls",
        user_account_name=server.account.address,
        password=password,
        ca_file=ca_file,
        from_address=server.account.address,
    )
    return Configuration(
        version=1,
        mailboxes=[mailbox],
        outgoing=outgoing,
        monitor=MonitorSettings(poll_interval=1, emails_to_process=100),
        technicians=TECHNICIANS,
        requestors=REQUESTORS,
        ticket_templates=[TicketTemplate(name="Mail failure", subject="Email processing has stopped", priority="High")],
        notification_templates=list(DEFAULT_NOTIFICATION_TEMPLATES),
        notifications=NOTIFICATIONS,
        business_rules=BUSINESS_RULES,
        service_levels=SERVICE_LEVELS,
        reports=REPORTS,
    )
