"""Takes one change of the audit back, through the repositories, so that locking and guards are theirs (DB-04).

What that means for each field is decided in `settings.rollback`; how each kind is saved is in `rollback_kinds`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from trackit_console.domain.audit import Audited
from trackit_console.settings.audited_models import model_of, name_of, secrets_of
from trackit_console.settings.field_changes import is_mask, state_of
from trackit_console.settings.pydantic_errors import findings
from trackit_console.settings.rollback import ABSENT, SENT_SECRETS, SIGN_IN_FIELDS, Rollback, plan_rollback, rolled_back
from trackit_console.settings.validation import Finding
from trackit_console.store.audit import AuditEntry
from trackit_console.store.audited_json import masked
from trackit_console.store.kept_objects import Uses
from trackit_console.store.rollback_errors import (
    ChangedObjectGone,
    FormerStateRefused,
    NothingToUndo,
    ObjectThereAgain,
    OnlySecretsChanged,
    SecretOfPresentAccount,
    UndoneAlready,
)
from trackit_console.store.rollback_kinds import KINDS, RollbackKind
from trackit_console.store.row_mapping import Stored

if TYPE_CHECKING:
    from trackit_console.store.transaction import Transaction


class Step(StrEnum):
    """What taking a change back does to its object."""

    SET_BACK = "set_back"
    ADD_AGAIN = "add_again"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Undoing:
    """What taking the change `entry` back would do now, as an admin is asked about it.

    `stored` is the object as it is, None when it is added again; `model` that of its former state. `uses` tells what depends
    on an object that would be deleted. `secret_typed`: this change, or one since, may have set another secret of the object.
    """

    entry: AuditEntry
    step: Step
    model: type[BaseModel]
    stored: Stored[Any] | None = None
    plan: Rollback = field(default_factory=Rollback)
    uses: Uses = field(default_factory=Uses)
    secret_typed: bool = False

    def misplaced_secrets(self, model: type[BaseModel], chosen: Collection[str] = ()) -> tuple[str, ...]:
        """The secrets of `model` that stay as they are now although the former server or account returns: they may not be for it.

        `chosen` are the fields that somebody changed since and that return as well.
        """
        if not self.secret_typed or SIGN_IN_FIELDS.isdisjoint((*self.plan.back, *chosen)):
            return ()
        present = self.stored and self.stored.value
        return tuple(name for name in SENT_SECRETS if name in model.model_fields and getattr(present, name, None) is not None)

    @property
    def disables(self) -> bool:
        """Whether it would lack a secret: a mailbox is then disabled until one is typed."""
        return bool(self.plan.lost_secrets) and "enabled" in self.model.model_fields


def can_undo(entry: AuditEntry) -> bool:
    """Whether the entry is a change that can be taken back as far as it tells itself."""
    kind = KINDS.get(entry.kind)
    needed = {"changed": True, "added": kind and kind.delete, "deleted": kind and kind.add}.get(entry.action)
    return kind is not None and bool(needed) and _former_model(entry) is not None


class Rollbacks:
    """Plans and carries out, within one transaction. It never commits."""

    def __init__(self, transaction: Transaction) -> None:
        self._transaction = transaction

    def plan(self, number: int) -> Undoing:
        """What taking the change with this number back would do; KeyError when there is none.

        Raises `NothingToUndo`, `UndoneAlready`, `OnlySecretsChanged`, `SecretOfPresentAccount`, `ChangedObjectGone`,
        `ObjectThereAgain`.
        """
        entry = self._transaction.audit_list.entry(number)
        model = _former_model(entry)
        if model is None or not can_undo(entry):
            raise NothingToUndo
        name = self._transaction.audit_list.name_today(entry)
        if entry.action == "deleted":
            return _adding_again(entry, model, self._named(entry, name or entry.name))
        stored = None if name is None else self._named(entry, name)
        if entry.action == "added":
            if stored is None:
                raise UndoneAlready
            uses = KINDS[entry.kind].uses(self._transaction, stored.id)
            return Undoing(entry, Step.DELETE, model, stored, uses=uses)
        return _setting_back(entry, model, stored, self._transaction.audit_list.secret_typed_since(entry))

    def _named(self, entry: AuditEntry, name: str) -> Stored[Any] | None:
        return KINDS[entry.kind].find(self._transaction, name)

    def carry_out(self, undoing: Undoing, by: str, chosen: Collection[str] = ()) -> None:
        """Takes the change back, and keeps in the audit which one that was.

        `chosen` are the fields that somebody changed since and that are to return as well. Raises `Conflict` when the object
        was changed since it was planned, `FormerStateRefused`, `SecretOfPresentAccount`, and what the repository raises:
        `TemplateInUse`, `DefinitionInUse`.
        """
        kind, stored = KINDS[undoing.entry.kind], undoing.stored
        if undoing.step is Step.DELETE and kind.delete and stored:
            kind.delete(self._transaction, stored, by)
            name = name_of(undoing.entry.kind, json.loads(masked(stored.value)))
        else:
            name = self._keep(undoing, kind, by, chosen)
        self._transaction.audit.undone(Audited(undoing.entry.kind), name, by, undoing.entry)

    def _keep(self, undoing: Undoing, kind: RollbackKind, by: str, chosen: Collection[str]) -> str:
        stored = undoing.stored
        value = _former_value(undoing, chosen)
        if found := kind.findings(self._transaction, value, stored.id if stored else None):
            raise _refused(found)
        if stored is not None:
            kind.save(self._transaction, Stored(stored.id, stored.version, value), by)
        elif kind.add is not None:
            kind.add(self._transaction, value, by)
        return name_of(undoing.entry.kind, json.loads(masked(value)))


def _former_model(entry: AuditEntry) -> type[BaseModel] | None:
    """The model of the object before the change; of an added one, as it was added."""
    state = state_of(entry.after if entry.action == "added" else entry.before)
    return model_of(entry.kind, state) if state is not None else None


def _adding_again(entry: AuditEntry, model: type[BaseModel], stored: Stored[Any] | None) -> Undoing:
    if stored is not None:
        raise ObjectThereAgain(name=name_of(entry.kind, json.loads(masked(stored.value))))
    before = state_of(entry.before) or {}
    lost = tuple(name for name in secrets_of(model) if is_mask(before.get(name)))
    return Undoing(entry, Step.ADD_AGAIN, model, plan=Rollback(before, lost_secrets=lost))


def _setting_back(entry: AuditEntry, model: type[BaseModel], stored: Stored[Any] | None, secret_typed: bool) -> Undoing:
    if stored is None:
        raise ChangedObjectGone
    before, after = state_of(entry.before) or {}, state_of(entry.after) or {}
    secrets = secrets_of(model) | secrets_of(type(stored.value))
    plan = plan_rollback(before, after, json.loads(masked(stored.value)), secrets)
    if plan.empty:
        raise OnlySecretsChanged if plan.kept_secrets or plan.lost_secrets else UndoneAlready
    undoing = Undoing(entry, Step.SET_BACK, model, stored, plan, secret_typed=secret_typed)
    # Before anybody is asked: without an answer this much returns.
    _refuse_misplaced_secret(undoing, model)
    return undoing


def _refuse_misplaced_secret(undoing: Undoing, model: type[BaseModel], chosen: Collection[str] = ()) -> None:
    """An account that cannot be disabled would be used with the secret at once."""
    if "enabled" not in model.model_fields and undoing.misplaced_secrets(model, chosen):
        raise SecretOfPresentAccount


def _former_value(undoing: Undoing, chosen: Collection[str]) -> BaseModel:
    """The object as it is to be kept: validated, with the secrets that are stored now."""
    present: Mapping[str, Any] = json.loads(masked(undoing.stored.value)) if undoing.stored else {}
    state = rolled_back(undoing.plan, present, chosen)
    model = model_of(undoing.entry.kind, state) or undoing.model
    _refuse_misplaced_secret(undoing, model, chosen)
    fields = {name: value for name, value in state.items() if name in model.model_fields and value is not ABSENT}
    try:
        value = model.model_validate_json(json.dumps(fields))
    except ValidationError as error:
        raise _refused(findings(error)) from error
    # The masks that were validated are no secrets: the stored ones stay, and where there is none it must be typed.
    secrets = {
        name: getattr(undoing.stored and undoing.stored.value, name, None) for name in secrets_of(model) if fields.get(name)
    }
    to_type = any(secret is None for secret in secrets.values()) or undoing.misplaced_secrets(model, chosen)
    disabled = {"enabled": False} if to_type and "enabled" in model.model_fields else {}
    return value.model_copy(update={**secrets, **disabled})


def _refused(found: Sequence[Finding]) -> FormerStateRefused:
    return FormerStateRefused("\n".join(map(str, found)), why=found[0].message)
