"""An application registered in Microsoft Entra: how Microsoft 365 and EWS with OAuth sign in (IN-02, IN-03, IN-13, IN-17)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from trackit_console.settings.field_types import ClientSecret, DirectoryId, FilePath, Guid, Secret, SecureWebAddress, Settings
from trackit_console.settings.presentation import Presentation
from trackit_console.settings.validation import rule_error
from trackit_console.user_messages import QT_TRANSLATE_NOOP

Cloud = Literal["worldwide", "us_gcc_high", "us_dod", "china", "other"]
CLOUD_LABELS: dict[str, str] = {
    "worldwide": QT_TRANSLATE_NOOP("settings", "Worldwide"),
    "us_gcc_high": QT_TRANSLATE_NOOP("settings", "US Government GCC High"),
    "us_dod": QT_TRANSLATE_NOOP("settings", "US Government DoD"),
    "china": QT_TRANSLATE_NOOP("settings", "China (21Vianet)"),
    "other": QT_TRANSLATE_NOOP("settings", "Other"),
}


class OAuthApplication(Settings):
    """The fields of an app registration, which signs in with a client secret or with a certificate."""

    cloud: Annotated[Cloud, Presentation(choices=CLOUD_LABELS)] = Field(
        "worldwide",
        title=QT_TRANSLATE_NOOP("settings", "Cloud"),
        description=QT_TRANSLATE_NOOP("settings", "Where your organization's Microsoft 365 is hosted."),
    )
    sign_in_url: SecureWebAddress | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Sign-in Address"),
        description=QT_TRANSLATE_NOOP("settings", "The web address of Microsoft Entra; only for another cloud."),
    )
    graph_url: SecureWebAddress | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Graph Address"),
        description=QT_TRANSLATE_NOOP("settings", "The web address of Microsoft Graph; only for another cloud."),
    )
    application_id: Guid = Field(
        title=QT_TRANSLATE_NOOP("settings", "Application (Client) ID"),
        description=QT_TRANSLATE_NOOP("settings", "From the overview page of the app registration in Microsoft Entra."),
    )
    client_secret: ClientSecret | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Client Secret"),
        description=QT_TRANSLATE_NOOP(
            "settings", "The value of the secret, not its ID. A stored secret is never shown; leave the field empty to keep it."
        ),
    )
    certificate_file: Annotated[FilePath | None, Presentation(files="*.pfx *.p12 *.pem")] = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Certificate File"),
        description=QT_TRANSLATE_NOOP(
            "settings", "Instead of a client secret: the certificate of the app registration with its private key (.pfx or .pem)."
        ),
    )
    certificate_password: Secret | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Certificate Password"),
        description=QT_TRANSLATE_NOOP("settings", "The password of the certificate file, if it has one."),
    )
    directory_id: DirectoryId = Field(
        title=QT_TRANSLATE_NOOP("settings", "Directory (Tenant) ID"),
        description=QT_TRANSLATE_NOOP("settings", "From the overview page of the app registration in Microsoft Entra."),
    )
    secret_expires: date | None = Field(
        None,
        title=QT_TRANSLATE_NOOP("settings", "Secret Expires"),
        description=QT_TRANSLATE_NOOP("settings", "The day on which the client secret or the certificate expires."),
    )

    @model_validator(mode="after")
    def _one_credential_and_complete_cloud(self) -> Self:
        if self.client_secret and self.certificate_file:
            raise rule_error("secret_or_certificate", "certificate_file")
        if self.cloud == "other" and not (self.sign_in_url and self.graph_url):
            raise rule_error("cloud_addresses", "sign_in_url")
        return self
