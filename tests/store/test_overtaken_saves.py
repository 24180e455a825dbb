"""Two admins who save at the same moment: whoever writes second is shown what the first one saved (DB-04).

On SQL Server another admin may save between two statements of a save or a deletion. Here that is done in between.
"""

from __future__ import annotations

import pytest

from tests.store.test_overtaken_claims import just_before
from tests.store.test_racing_saves import ADDED, OBJECTS, add_one_of_each, edited
from trackit_console.domain.audit import Audited
from trackit_console.store.database import Database
from trackit_console.store.rollback_kinds import KINDS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict

DELETABLE = [kind for kind in ADDED if kind not in (Audited.TECHNICIAN, Audited.NOTIFICATION_TEMPLATE)]
"""The others are named by one of these."""


@pytest.mark.covers("DB-04")
@pytest.mark.parametrize("kind", OBJECTS)
def test_a_save_that_another_overtakes_is_told_what_that_one_saved(database: Database, kind: Audited) -> None:
    add_one_of_each(database)
    with database.begin() as transaction:
        seen = KINDS[kind].find(transaction, OBJECTS[kind])
        assert seen is not None
        mine, theirs = (Stored(seen.id, seen.version, seen.value.model_copy(update=edited(kind, number))) for number in (41, 43))
        with (
            just_before("UPDATE", lambda: KINDS[kind].save(transaction, theirs, "fast")),
            pytest.raises(Conflict) as conflict,
        ):
            KINDS[kind].save(transaction, mine, "slow")
    saved = conflict.value.saved
    assert isinstance(saved, Stored)
    assert saved.version == seen.version + 1
    assert {name: getattr(saved.value, name) for name in edited(kind, 43)} == edited(kind, 43)


@pytest.mark.covers("DB-04")
@pytest.mark.parametrize("kind", DELETABLE)
def test_a_deletion_that_a_save_overtakes_deletes_nothing(database: Database, kind: Audited) -> None:
    add_one_of_each(database)
    delete = KINDS[kind].delete
    assert delete is not None
    with database.begin() as transaction:
        seen = KINDS[kind].find(transaction, OBJECTS[kind])
        assert seen is not None
        theirs = Stored(seen.id, seen.version, seen.value.model_copy(update=edited(kind, 43)))
        with (
            just_before(("UPDATE", "DELETE"), lambda: KINDS[kind].save(transaction, theirs, "fast")),
            pytest.raises(Conflict) as conflict,
        ):
            delete(transaction, seen, "slow")
        assert conflict.value.saved == KINDS[kind].find(transaction, OBJECTS[kind])
