"""Types of settings fields: annotated types that enforce one rule each and carry its limits.

Forms read the limits with `limits_of`. The fields themselves are declared in the models of each tile.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NoReturn
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, GetCoreSchemaHandler, PlainSerializer, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import CoreSchema, core_schema

from trackit_console.settings.validation import rule_error

HIDE_INPUT = ConfigDict(hide_input_in_errors=True)
"""Input may be a secret, so pydantic must not repeat it in its errors (SEC-02)."""


class Settings(BaseModel):
    """Base of all settings models: immutable, strict about types and names."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True, **HIDE_INPUT)


@dataclass(frozen=True, slots=True)
class IntRange:
    """An integer between two limits, both included, with one message for every violation."""

    least: int
    most: int

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(self._check, handler(source))

    def _check(self, value: Any, handler: core_schema.ValidatorFunctionWrapHandler) -> int:
        try:
            number = int(handler(value))
        except ValidationError:
            number = self.least - 1
        if not self.least <= number <= self.most:
            raise rule_error("whole_number", least=self.least, most=self.most)
        return number


@dataclass(frozen=True, slots=True)
class SingleLineText:
    """One line of text, stripped, with at most `most` UTF-16 code units, as SQL Server counts NVARCHAR."""

    most: int = 255

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def _check(self, value: str) -> str:
        text = value.strip()
        if not _is_one_line(text):
            raise rule_error("one_line")
        if utf16_length(text) > self.most:
            raise rule_error("too_long", most=self.most)
        return text


def utf16_length(text: str) -> int:
    """Length of `text` in UTF-16 code units, as NVARCHAR counts it (an emoji has two)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _is_one_line(text: str) -> bool:
    """Whether `text` has no control characters, line separators or lone surrogates."""
    return not {"Cc", "Zl", "Zp", "Cs"} & {unicodedata.category(letter) for letter in text}


# A label of a domain may have letters of any script (RFC 5890), also combining marks, which \w does not count.
_LABEL = r"(?:[\w-]|[^\x00-\x7f\s])+"
_ADDRESS = re.compile(rf"[^\s@<>()\[\],;:\"\\]+@({_LABEL}(?:\.{_LABEL})*)")
_HOST = re.compile(r"(?=.{1,253}\Z)[\w-]{1,63}(\.[\w-]{1,63})*\.?")
_WEB = re.compile(r"https?://[^\s/@]+(/\S*)?", re.IGNORECASE)
_EWS = re.compile(r"https://[^\s/@]+/EWS/Exchange\.asmx", re.IGNORECASE)
_FILE_TYPE = re.compile(r"[a-z0-9_+-]{1,16}")


def is_address(text: str) -> bool:
    """Whether mail can be addressed to `text`. A domain may be a single name (`support@mailhost`) and in any script."""
    return _ADDRESS.fullmatch(text) is not None


def _is_principal_name(text: str) -> bool:
    """Whether `text` has the form userName@domain.com, as Microsoft's sign-in names have (IN-07)."""
    found = _ADDRESS.fullmatch(text)
    return found is not None and "." in found[1]


def _address(text: str) -> str:
    if not is_address(text):
        raise rule_error("email_address")
    return text


def _principal_name(text: str) -> str:
    if not _is_principal_name(text):
        raise rule_error("principal_name")
    return text


def _host(text: str) -> str:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        if not _HOST.fullmatch(text) or text.replace(".", "").isdigit():
            raise rule_error("server_name") from None
    return text


def _guid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise rule_error("guid") from None


def _user_id(text: str) -> str:
    if _is_principal_name(text):
        return text
    try:
        return str(UUID(text))
    except ValueError:
        raise rule_error("user_id") from None


def _web_address(text: str) -> str:
    if not _WEB.fullmatch(text):
        raise rule_error("web_address")
    return text


def _secure_web_address(text: str) -> str:
    if not _WEB.fullmatch(text) or not text.lower().startswith("https:"):
        raise rule_error("secure_web_address")
    return text


def _ews_url(text: str) -> str:
    if not _EWS.fullmatch(text):
        raise rule_error("ews_url")
    return text


def _fingerprint(text: str) -> str:
    digits = re.sub(r"[:\s\u200b]", "", text).lower()
    if not re.fullmatch(r"[0-9a-f]{64}", digits):
        raise rule_error("fingerprint")
    return digits


def _file_type(text: str) -> str:
    ending = text.lower().lstrip(".")
    if not _FILE_TYPE.fullmatch(ending):
        raise rule_error("file_type")
    return ending


def _more_than_one_character(text: str) -> str:
    if len(text) < 2:
        raise rule_error("too_short")
    return text


def _not_empty(text: str) -> str:
    if not text:
        raise rule_error("required")
    return text


class StoredSecret(SecretStr):
    """Stands for a secret that the database holds, wherever nobody needs to know it: forms, lists, snapshots (SEC-02).

    Saving one leaves the stored secret as it is. `seal` is the sealed text: another one means that the secret was replaced.
    """

    def __init__(self, seal: str = "") -> None:
        super().__init__("")
        self.seal = seal

    def get_secret_value(self) -> NoReturn:
        """A secret that was not opened has no value; whoever needs it reads it from the database, with `secrets=True`."""
        raise TypeError("this secret was not opened: read the settings with secrets=True")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredSecret)

    def __hash__(self) -> int:
        return hash(StoredSecret)

    def __bool__(self) -> bool:
        return True

    def _display(self) -> str:
        return "**********"


def _secret_line(secret: SecretStr) -> SecretStr:
    if isinstance(secret, StoredSecret):
        return secret
    text = secret.get_secret_value()
    if not text:
        raise rule_error("required")
    if not _is_one_line(text):
        raise rule_error("one_line")
    return secret


Text = Annotated[str, SingleLineText(255)]
RequiredText = Annotated[str, SingleLineText(255), AfterValidator(_not_empty)]
Subject = Annotated[str, SingleLineText(400)]
EmailAddress = Annotated[str, SingleLineText(255), AfterValidator(_not_empty), AfterValidator(_address)]
AccountName = RequiredText
"""The name of an account on a server. IMAP, POP3 and SMTP do not restrict it (RFC 3501 section 6.2.3: any string)."""
PrincipalName = Annotated[str, SingleLineText(255), AfterValidator(_not_empty), AfterValidator(_principal_name)]
ServerName = Annotated[str, SingleLineText(255), AfterValidator(_not_empty), AfterValidator(_host)]
Guid = Annotated[str, SingleLineText(64), AfterValidator(_not_empty), AfterValidator(_guid)]
UserId = Annotated[str, SingleLineText(255), AfterValidator(_not_empty), AfterValidator(_user_id)]
WebAddress = Annotated[str, SingleLineText(2000), AfterValidator(_web_address)]
SecureWebAddress = Annotated[str, SingleLineText(2000), AfterValidator(_secure_web_address)]
EwsUrl = Annotated[str, SingleLineText(2000), AfterValidator(_not_empty), AfterValidator(_ews_url)]
Fingerprint = Annotated[str, SingleLineText(95), AfterValidator(_fingerprint)]
FilePath = Annotated[str, SingleLineText(1000), AfterValidator(_not_empty)]
FileType = Annotated[str, SingleLineText(17), AfterValidator(_file_type)]
RuleText = Annotated[str, SingleLineText(400), AfterValidator(_more_than_one_character)]
Port = Annotated[int, IntRange(1, 65535)]
Minutes = Annotated[int, IntRange(1, 9999)]
Count = Annotated[int, IntRange(1, 9999)]
Megabytes = Annotated[int, IntRange(1, 2000)]
Days = Annotated[int, IntRange(0, 9999)]
Secret = Annotated[SecretStr, AfterValidator(_secret_line), PlainSerializer(str, when_used="json-unless-none")]


def limits_of(field: FieldInfo) -> IntRange | SingleLineText | None:
    """The limits of a field, also of an optional one (`Port | None`)."""
    return next((each for each in metadata_of(field) if isinstance(each, IntRange | SingleLineText)), None)


def is_secret(field: FieldInfo) -> bool:
    """Whether the field holds a secret, which is never shown, logged or exported in clear (SEC-02)."""
    return "SecretStr" in str(field.annotation)


def metadata_of(field: FieldInfo) -> list[Any]:
    """The `Annotated` metadata of a field, also of an optional one (`Port | None`)."""
    inner = [each for part in getattr(field.annotation, "__args__", ()) for each in getattr(part, "__metadata__", ())]
    return [*field.metadata, *inner]
