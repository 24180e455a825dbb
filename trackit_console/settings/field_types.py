"""Types of settings fields: annotated types that enforce one rule each and carry its limits.

The rules are in `limits`, `text_rules` and `stored_secret`; the fields are declared in the models of each tile.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, PlainSerializer, SecretStr
from pydantic.fields import FieldInfo

from trackit_console.settings.limits import IntRange, SingleLineText
from trackit_console.settings.stored_secret import check_client_secret, check_secret
from trackit_console.settings.text_rules import (
    check_address,
    check_directory_id,
    check_file_type,
    check_fingerprint,
    check_folder,
    check_guid,
    check_host,
    check_host_or_nothing,
    check_not_empty,
    check_principal_name,
    check_two_characters,
    check_user_id,
)
from trackit_console.settings.web_address_rules import check_ews_url, check_secure_web_address, check_web_address

HIDE_INPUT = ConfigDict(hide_input_in_errors=True)
"""Input may be a secret, so pydantic must not repeat it in its errors (SEC-02)."""


class Settings(BaseModel):
    """Base of all settings models: immutable, strict about types and names."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True, **HIDE_INPUT)


Text = Annotated[str, SingleLineText(255)]
RequiredText = Annotated[str, SingleLineText(255), AfterValidator(check_not_empty)]
Subject = Annotated[str, SingleLineText(400)]
EmailAddress = Annotated[str, SingleLineText(255), AfterValidator(check_not_empty), AfterValidator(check_address)]
AccountName = RequiredText
"""The name of an account on a server. IMAP, POP3 and SMTP do not restrict it (RFC 3501 section 6.2.3: any string)."""
PrincipalName = Annotated[str, SingleLineText(255), AfterValidator(check_not_empty), AfterValidator(check_principal_name)]
ServerName = Annotated[str, SingleLineText(255), AfterValidator(check_not_empty), AfterValidator(check_host)]
TrustedServer = Annotated[str, SingleLineText(255), AfterValidator(check_host_or_nothing)]
"""A server name, or an empty text for none: the configuration file can take a name away."""
Guid = Annotated[str, SingleLineText(64), AfterValidator(check_not_empty), AfterValidator(check_guid)]
DirectoryId = Annotated[str, SingleLineText(64), AfterValidator(check_not_empty), AfterValidator(check_directory_id)]
UserId = Annotated[str, SingleLineText(255), AfterValidator(check_not_empty), AfterValidator(check_user_id)]
WebAddress = Annotated[str, SingleLineText(2000), AfterValidator(check_web_address)]
SecureWebAddress = Annotated[str, SingleLineText(2000), AfterValidator(check_secure_web_address)]
EwsUrl = Annotated[str, SingleLineText(2000), AfterValidator(check_not_empty), AfterValidator(check_ews_url)]
Fingerprint = Annotated[str, SingleLineText(95), AfterValidator(check_fingerprint)]
FilePath = Annotated[str, SingleLineText(1000), AfterValidator(check_not_empty)]
BackupFolder = Annotated[str, SingleLineText(1000), AfterValidator(check_folder)]
"""The full path of a folder, on Windows also of one in the network; or an empty text for the usual one."""
FileType = Annotated[str, SingleLineText(17), AfterValidator(check_file_type)]
RuleText = Annotated[str, SingleLineText(400), AfterValidator(check_two_characters)]
Port = Annotated[int, IntRange(1, 65535)]
Minutes = Annotated[int, IntRange(1, 9999)]
Count = Annotated[int, IntRange(1, 9999)]
Megabytes = Annotated[int, IntRange(1, 2000)]
Days = Annotated[int, IntRange(0, 9999)]
# str() of a secret is asterisks: what is dumped as JSON never has the value.
Secret = Annotated[SecretStr, AfterValidator(check_secret), PlainSerializer(str, when_used="json-unless-none")]

ClientSecret = Annotated[SecretStr, AfterValidator(check_client_secret), PlainSerializer(str, when_used="json-unless-none")]


def is_secret(field: FieldInfo) -> bool:
    """Whether the field holds a secret, which is never shown, logged or exported in clear (SEC-02)."""
    return "SecretStr" in str(field.annotation)
