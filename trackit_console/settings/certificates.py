"""How a server's certificate is checked: fields that all accounts share (IN-09, SEC-01)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from trackit_console.settings.field_types import FilePath, Fingerprint, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.user_messages import QT_TRANSLATE_NOOP


class CertificateCheck(Settings):
    """A mixin; it implements `transports.tls.HasTlsSettings`."""

    validate_server_certificate: Annotated[bool, Presentation(more=True)] = Field(
        True,
        title=QT_TRANSLATE_NOOP("settings", "Validate Server Certificate"),
        description=QT_TRANSLATE_NOOP(
            "settings",
            "Refuses a server whose certificate does not fit. Without this check anybody on the way can read the mail.",
        ),
    )
    ca_file: Annotated[FilePath | None, Presentation(files="*.pem *.crt *.cer", more=True)] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Certificate Authority File"),
        description=QT_TRANSLATE_NOOP("settings", "Further certificate authorities, in PEM format, for this account only."),
    )
    pinned_certificate: Annotated[Fingerprint | None, Presentation(more=True)] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Pinned Certificate"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The SHA-256 fingerprint of the only certificate that is accepted from this server, whoever issued it."
        ),
    )
