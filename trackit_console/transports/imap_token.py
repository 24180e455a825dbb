"""The sign-in of an app registration for IMAP at Exchange Online (IN-19)."""

from __future__ import annotations

from trackit_console.settings.server_mailbox import Imap
from trackit_console.transports.clouds import cloud_of, default_scope
from trackit_console.transports.connection_phases import Timeouts
from trackit_console.transports.entra import EntraSession


def entra_session(mailbox: Imap, timeouts: Timeouts) -> EntraSession:
    """The session that gets tokens for `mailbox`; the app needs the permission IMAP.AccessAsApp."""
    cloud = cloud_of(mailbox, f"https://{mailbox.server}")
    return EntraSession(mailbox, cloud, default_scope(cloud.exchange), mailbox.ca_file, timeouts)
