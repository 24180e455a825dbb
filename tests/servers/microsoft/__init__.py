"""Microsoft 365 as far as mail needs it, simulated on loopback: sign-in (Entra), Graph v1.0 mail, and a router for more.

Written from Microsoft's documentation, and stricter than a mock: what Microsoft refuses is refused here. A test says what
the world is like (`entra.add_app`, `add_mailbox`, `deliver`), what goes wrong (`faults`), and reads what was asked for
(`requests`, `token_requests`, `sent`).

Further protocols register with `router.add(pattern, handler)`: handlers run with the server's lock held, and the log and
faults are the same. They find mailboxes by `directory`, read tokens by `entra.read_token`, and show the same `Message`
and `Folder` objects, whose ids for EWS are `entry_id.ews`.
"""

from tests.servers.microsoft.entra import TENANT, App, TokenRequest
from tests.servers.microsoft.faults import Fault, Faults
from tests.servers.microsoft.mail import Message
from tests.servers.microsoft.mailbox import Folder, Mailbox
from tests.servers.microsoft.server import Logged, Microsoft

__all__ = ["TENANT", "App", "Fault", "Faults", "Folder", "Logged", "Mailbox", "Message", "Microsoft", "TokenRequest"]
