"""How an outgoing account signs in, as errors name it where there is no server to name."""

from __future__ import annotations

from trackit_console.settings.outgoing import AUTHENTICATION_LABELS
from trackit_console.user_messages import coded_phrase

AUTHENTICATIONS = {name: coded_phrase(f"authentication_{name}", "settings", text) for name, text in AUTHENTICATION_LABELS.items()}
