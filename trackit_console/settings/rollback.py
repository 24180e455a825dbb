"""Taking one change of the audit back: which fields return to what they were, and which somebody changed since (DB-04).

Pure: states are JSON as the audit keeps them, secrets masked. A secret is not kept there, so the present one stays. Reading,
validating and saving are in `store.rollbacks`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from trackit_console.settings.field_changes import MASK, NEW_MASK

State = Mapping[str, Any]
SIGN_IN_FIELDS = frozenset(
    {
        "server",
        "smtp_server_name",
        "exchange_web_service_url",
        "user_account_name",
        "application_id",
        "directory_id",
        "cloud",
        "sign_in_url",
        "graph_url",
    }
)
"""The fields of accounts that tell where they sign in, and as whom: a secret is meant for them."""
SENT_SECRETS = ("password", "client_secret")
"""The secrets that are sent there. The password of a certificate is not."""


class _Absent:
    """Stands for a field that an object does not have: accounts of another type have other fields."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class ChangedSince:
    """A field that somebody changed after the change which is taken back; an admin chooses. Values may be `ABSENT`."""

    name: str
    before: Any
    present: Any


@dataclass(frozen=True, slots=True)
class Rollback:
    """What taking a change back means.

    `back` are the fields that return, with their values; `conflicts` those that were changed since. `kept_secrets` were changed
    as well and stay as they are now; `lost_secrets` were set before, are not now, and must be typed again.
    """

    back: State = field(default_factory=dict)
    conflicts: tuple[ChangedSince, ...] = ()
    kept_secrets: tuple[str, ...] = ()
    lost_secrets: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether there is nothing to set back."""
        return not self.back and not self.conflicts


def plan_rollback(before: State, after: State, present: State, secrets: Collection[str] = ()) -> Rollback:
    """How the object `present` becomes as it was `before` a change that made it `after`; only fields that the change touched.

    `secrets` are the names of the fields that hold a secret.
    """
    back: dict[str, Any] = {}
    conflicts: list[ChangedSince] = []
    kept: list[str] = []
    lost: list[str] = []
    for name in dict.fromkeys((*before, *after)):
        old, new, now = (state.get(name, ABSENT) for state in (before, after, present))
        if old == new:
            continue
        if name in secrets and old in (MASK, NEW_MASK):
            (kept if now in (MASK, NEW_MASK) else lost).append(name)
        elif _plain(now) == _plain(old):
            continue
        elif _plain(now) == _plain(new):
            back[name] = old
        else:
            conflicts.append(ChangedSince(name, old, now))
    return Rollback(back, tuple(conflicts), tuple(kept), tuple(lost))


def rolled_back(plan: Rollback, present: State, chosen: Collection[str] = ()) -> dict[str, Any]:
    """`present` with the change taken back; of the conflicts, those whose names are `chosen` return as well."""
    wanted = {**plan.back, **{each.name: each.before for each in plan.conflicts if each.name in chosen}}
    # A secret that is gone counts as set until the object was validated: it is required, and nobody can give it now.
    merged = {**present, **wanted, **dict.fromkeys(plan.lost_secrets, MASK)}
    return {name: value for name, value in merged.items() if value is not ABSENT}


def _plain(value: Any) -> Any:
    """A secret that was typed anew and one that is set are both set."""
    return MASK if value == NEW_MASK else value
