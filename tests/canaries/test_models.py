"""Every secret of the settings is declared as one, has a sample, and is in nothing that a model writes of itself (SEC-02)."""

from __future__ import annotations

import re

import pytest
from pydantic import BaseModel, ValidationError

from tests.canaries.planting import AROUND, core_of, plant, secret_fields, settings_models
from tests.canaries.watch import assert_unseen, found_in
from tests.settings.samples import fields_of
from trackit_console.settings.field_types import is_secret
from trackit_console.settings.pydantic_errors import findings
from trackit_console.store.audited_json import masked
from trackit_console.store.row_mapping import Stored

pytestmark = pytest.mark.covers("SEC-02")
PLANTED = plant()
LIKE_A_SECRET = re.compile(r"password|passphrase|passwd|secret|token|credential|api_?key|private_?key", re.IGNORECASE)
NO_SECRETS = {"secret_expires"}
"""Fields that are named like a secret and tell none: the day on which one ends."""


def test_the_watch_finds_a_canary_in_every_encoding() -> None:
    core = core_of("somewhere")
    secret = core + AROUND
    for seen in (secret, repr(secret), repr(secret.encode()), secret.encode(), secret.encode("utf-16-le")):
        assert found_in(seen, [core]) == [core]


def test_every_secret_field_has_a_sample_with_a_canary() -> None:
    planted = {
        (type(model), name) for model in PLANTED.models.values() for name in type(model).model_fields if named(model, name)
    }
    assert secret_fields() <= planted
    assert len(secret_fields()) > 10


def named(model: BaseModel, name: str) -> bool:
    """Whether a canary was planted in this field."""
    return any(place.endswith(f".{name}") and PLANTED.models[place.split(".")[0]] is model for place in PLANTED.cores)


def test_a_field_that_is_named_like_a_secret_is_one() -> None:
    unprotected = [
        f"{model.__name__}.{name}"
        for model in settings_models()
        for name, declared in model.model_fields.items()
        if LIKE_A_SECRET.search(name) and name not in NO_SECRETS and not is_secret(declared)
    ]
    assert unprotected == []


@pytest.mark.parametrize("name", PLANTED.models)
def test_a_model_writes_no_secret_of_itself(name: str) -> None:
    model, cores = PLANTED.models[name], PLANTED.cores.values()
    assert_unseen("the model", model, cores)
    assert_unseen("the stored model", Stored(1, 1, model), cores)
    assert_unseen("its data", model.model_dump(), cores)
    assert_unseen("its JSON", model.model_dump_json(), cores)
    assert_unseen("the audit", masked(model) + masked(model, tell_typed=True), cores)


@pytest.mark.parametrize("name", PLANTED.models)
@pytest.mark.parametrize("wrong", [{"surplus": 1}, {"port": "x"}, {"enabled": "x"}], ids=["surplus", "port", "enabled"])
def test_a_mistake_in_another_field_tells_no_secret(name: str, wrong: dict[str, object]) -> None:
    model, cores = PLANTED.models[name], PLANTED.cores.values()
    with pytest.raises(ValidationError) as caught:
        type(model).model_validate(fields_of(model) | wrong)
    assert_unseen("the error", caught.value, cores)
    assert_unseen("its details", caught.value.errors(include_input=False), cores)
    assert_unseen("its findings", findings(caught.value), cores)


@pytest.mark.parametrize("place", PLANTED.cores)
@pytest.mark.parametrize(
    "form", [lambda text: f"{text}\n", lambda text: [text], lambda text: {"a": text}], ids=["lines", "list", "group"]
)
def test_a_mistake_in_the_secret_itself_does_not_repeat_it(place: str, form: object) -> None:
    name, field = place.split(".")
    model, cores = PLANTED.models[name], PLANTED.cores.values()
    assert callable(form)
    with pytest.raises(ValidationError) as caught:
        type(model).model_validate(fields_of(model) | {field: form(core_of(place) + AROUND)})
    assert_unseen("the error", caught.value, cores)
    assert_unseen("its findings", findings(caught.value), cores)
