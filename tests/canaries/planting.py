"""Plants a canary in every secret field of the settings. The fields are found in the models: a new one takes part by itself."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel, SecretStr

from tests.settings.samples import MAILBOXES, OUTGOINGS, SAMPLES, SECRET
from trackit_console import settings
from trackit_console.settings.field_types import is_secret

BY_CERTIFICATE = "imap-certificate"
_SAMPLES: dict[str, BaseModel] = {
    **SAMPLES,
    # The one way to sign in that no sample has.
    BY_CERTIFICATE: SAMPLES["imap-microsoft365"].model_copy(
        update={"client_secret": None, "certificate_file": "/certificates/application.pem", "certificate_password": SECRET}
    ),
}
NOBODY = "https://127.0.0.1:9"
"""The discard port (RFC 863), at which nobody listens."""
AROUND = "\"'\\<ä $%>{}~"
"""What a secret has to its right: letters that are written in another way in JSON, addresses, mail and logs."""


def core_of(place: str) -> str:
    """The part of the canary for `place` that every encoding of text leaves as it is."""
    return f"c4n4ry{hashlib.sha256(place.encode()).hexdigest()[:14]}"


def canary(place: str) -> SecretStr:
    """The secret to plant at `place`."""
    return SecretStr(core_of(place) + AROUND)


@dataclass(frozen=True, slots=True)
class Planted:
    """Models with a canary in each secret field, by the name of their sample, and the cores of the canaries by place."""

    models: Mapping[str, BaseModel] = field(default_factory=dict)
    cores: Mapping[str, str] = field(default_factory=dict)

    def mailboxes(self, port: int) -> list[BaseModel]:
        """The enabled mailboxes of every type, each in a folder of its own, so that they can be stored together.

        Their servers are on this computer: at `port`, or where nobody listens.
        """
        return [
            _located(self.models[name], port).model_copy(update={"name": name, "folder": f"Folder {name}", "enabled": True})
            for name in (*MAILBOXES, BY_CERTIFICATE)
        ]

    @property
    def outgoing(self) -> list[BaseModel]:
        """The outgoing accounts of every type, of which one can be stored at a time."""
        return [self.models[name] for name in OUTGOINGS]


def _located(model: BaseModel, port: int) -> BaseModel:
    places = {
        "server": "127.0.0.1",
        "port": port,
        # A token is not sent in clear.
        "use_ssl": getattr(model, "authentication", "") == "microsoft365",
        "starttls": False,
        "sign_in_url": NOBODY,
        "graph_url": NOBODY,
        "exchange_web_service_url": f"{NOBODY}/EWS/Exchange.asmx",
        "ca_file": None,
        "pinned_certificate": None,
        "validate_server_certificate": True,
    }
    return model.model_copy(update={name: value for name, value in places.items() if name in type(model).model_fields})


def plant() -> Planted:
    """Every sample that has secrets, with a canary in each."""
    models: dict[str, BaseModel] = {}
    cores: dict[str, str] = {}
    for name, sample in _SAMPLES.items():
        filled = [each for each in type(sample).model_fields if isinstance(getattr(sample, each), SecretStr)]
        if filled:
            models[name] = sample.model_copy(update={each: canary(f"{name}.{each}") for each in filled})
            cores |= {f"{name}.{each}": core_of(f"{name}.{each}") for each in filled}
    return Planted(models, cores)


def settings_models() -> Iterator[type[BaseModel]]:
    """Every model of settings that is no base of another. What a test derives from one does not count."""
    for module in pkgutil.iter_modules(settings.__path__, f"{settings.__name__}."):
        importlib.import_module(module.name)
    models = {each for each in _derived(BaseModel) if each.__module__.startswith(settings.__name__)}
    yield from (each for each in models if models.isdisjoint(each.__subclasses__()))


def _derived(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for each in model.__subclasses__():
        yield each
        yield from _derived(each)


def secret_fields() -> set[tuple[type[BaseModel], str]]:
    """Every secret field of the settings."""
    return {(model, name) for model in settings_models() for name, declared in model.model_fields.items() if is_secret(declared)}
