"""Many admins save at once, on random kinds of settings: nothing is overwritten unseen (DB-04).

Each save that succeeds replaced just what the saver had read: the audit of an object is a chain, in which every change begins
where the one before it ended. So is that of the order of a list.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import pytest

from tests.settings.samples import SAMPLES, imap
from tests.store.concurrency import at_once
from trackit_console.domain.audit import Audited
from trackit_console.settings.field_changes import state_of
from trackit_console.settings.filter_rules import FilterRule
from trackit_console.store.audit_list import AuditQuery
from trackit_console.store.audited_json import masked
from trackit_console.store.database import Database
from trackit_console.store.rollback_kinds import KINDS
from trackit_console.store.row_mapping import Stored
from trackit_console.store.saving_errors import Conflict

pytestmark = pytest.mark.covers("DB-04")
THREADS = 4
OBJECTS: Mapping[Audited, str] = {
    Audited.MONITOR_SETTINGS: "",
    Audited.LOOP_PROTECTION: "",
    Audited.EMAIL_COMMANDS: "",
    Audited.BUSINESS_HOURS: "",
    Audited.FILTERS: "",
    Audited.FILE_TYPES: "",
    Audited.OUTGOING_EMAIL: "",
    Audited.MAILBOX: "Support",
    Audited.TICKET_TEMPLATE: "Mail",
    Audited.TECHNICIAN: "Ada@example.com",
    Audited.REQUESTOR: "Bo@example.com",
    Audited.NOTIFICATION_TEMPLATE: "Due soon",
    Audited.NOTIFICATION: "Tell who asked: news",
    Audited.NOTIFICATION_SCHEDULE: "Nights",
    Audited.BUSINESS_RULE: "Chase: [urgent]",
    Audited.SERVICE_LEVEL: "Gold",
    Audited.REPORT: "Every Tuesday",
}
"""One object of every kind that admins edit, by name."""
ADDED = {
    Audited.MAILBOX: imap(name="Support"),
    Audited.TICKET_TEMPLATE: SAMPLES["ticket-template"],
    Audited.TECHNICIAN: SAMPLES["technician"],
    Audited.REQUESTOR: SAMPLES["requestor"],
    Audited.NOTIFICATION_TEMPLATE: SAMPLES["notification-template"],
    Audited.NOTIFICATION: SAMPLES["notification"],
    Audited.NOTIFICATION_SCHEDULE: SAMPLES["notification-schedule"],
    Audited.BUSINESS_RULE: SAMPLES["business-rule"],
    Audited.SERVICE_LEVEL: SAMPLES["service-level"],
    Audited.REPORT: SAMPLES["report"],
}


def edited(kind: Audited, number: int) -> dict[str, object]:
    """What the save with this number changes: something that no other save does."""
    fields: Mapping[Audited, dict[str, object]] = {
        Audited.MONITOR_SETTINGS: {"poll_interval": number + 1},
        Audited.LOOP_PROTECTION: {"answers_per_sender": number + 1},
        Audited.EMAIL_COMMANDS: {"trusted_server": f"mx{number}.example.com"},
        Audited.BUSINESS_HOURS: {"time_zone": ("Europe/Berlin", "Asia/Tokyo", "UTC")[number % 3]},
        Audited.FILTERS: {"sender": [FilterRule(text=f"spam{number}@example.com")]},
        Audited.FILE_TYPES: {"restricted_file_types": [f"x{number}"]},
        Audited.OUTGOING_EMAIL: {"port": number + 1},
        Audited.MAILBOX: {"port": number + 1},
        Audited.TICKET_TEMPLATE: {"subject": f"subject {number}"},
        Audited.NOTIFICATION_TEMPLATE: {"subject": f"subject {number}"},
        Audited.TECHNICIAN: {"name": f"name {number}"},
        Audited.REQUESTOR: {"name": f"name {number}"},
        Audited.NOTIFICATION: {"enabled": number % 2 == 0, "caused_by": "anybody" if number % 3 else "technician"},
        Audited.NOTIFICATION_SCHEDULE: {"addresses": [f"x{number}@example.com"]},
        Audited.BUSINESS_RULE: {"stop_after": number % 2 == 0, "match": "any" if number % 3 else "all"},
        Audited.SERVICE_LEVEL: {"closing_minutes": number + 100},
        Audited.REPORT: {"recipients": [f"x{number}@example.com"]},
    }
    return fields[kind]


def add_one_of_each(database: Database) -> None:
    with database.begin() as transaction:
        transaction.settings.save_outgoing(SAMPLES["outgoing-basic"], None, "setup")  # type: ignore[arg-type]
        for kind, value in ADDED.items():
            add = KINDS[kind].add
            assert add is not None
            add(transaction, value, "setup")


def save_again_and_again(database: Database, saver: int, saves: int) -> Counter[str]:
    """What an admin does: reads an object, and saves it a transaction later. Counts how that went."""
    chance, went = random.Random(saver), Counter[str]()
    kinds = list(OBJECTS)
    for number in range(saver, saves * THREADS, THREADS):
        # Mostly the same few: rare meetings would prove little.
        kind = chance.choice(kinds[:3] if chance.random() < 0.3 else kinds)
        with database.reading() as transaction:
            seen = KINDS[kind].find(transaction, OBJECTS[kind])
        assert seen is not None
        mine = Stored(seen.id, seen.version, seen.value.model_copy(update=edited(kind, number)))

        def save(kind: Audited = kind, mine: Stored[object] = mine) -> None:
            with database.begin() as transaction:
                KINDS[kind].save(transaction, mine, f"admin {saver} {mine.version}")

        try:
            database.retrying(save)
            went[kind] += 1
        except Conflict as conflict:
            went["conflict"] += 1
            assert isinstance(conflict.saved, Stored), "who saves second is shown what the first one saved"
            assert conflict.saved.version != mine.version or kind == Audited.OUTGOING_EMAIL
    return went


def race(database: Database, saves: int) -> Counter[str]:
    add_one_of_each(database)
    calls = [partial(save_again_and_again, database, saver, saves // THREADS) for saver in range(THREADS)]
    results: Sequence[Counter[str] | Exception] = at_once(*calls)
    went = Counter[str]()
    for each in results:
        if isinstance(each, Exception):
            raise each
        went += each
    return went


def assert_nothing_was_overwritten_unseen(database: Database, went: Counter[str]) -> None:
    with database.reading() as transaction:
        for kind, name in OBJECTS.items():
            chain = list(transaction.audit_list.every(AuditQuery(kind=kind)))[::-1]
            changes = [each for each in chain if each.action == "changed" and each.name == name]
            assert len(changes) == went[kind]
            for one, following in pairwise(changes):
                assert state_of(following.before) == state_of(one.after), f"{following.id} saved over something unseen"
            # The version that each saver had read is in its name: each follows the one that was saved before it.
            versions = [int(each.actor.split()[-1]) for each in changes]
            assert versions == list(range(versions[0], versions[0] + len(versions))) if versions else True
            now = KINDS[kind].find(transaction, name)
            assert now is not None
            assert not changes or json.loads(masked(now.value)) == state_of(changes[-1].after)
            assert not versions or now.version == versions[-1] + 1


def test_two_hundred_saves_at_once_overwrite_nothing_unseen(database: Database) -> None:
    went = race(database, 200)
    assert sum(went.values()) == 200
    assert_nothing_was_overwritten_unseen(database, went)


@pytest.mark.soak
def test_a_thousand_saves_at_once_overwrite_nothing_unseen(database: Database) -> None:
    went = race(database, 1000)
    assert sum(went.values()) == 1000
    assert went["conflict"] > 0, "nobody met anybody"
    assert_nothing_was_overwritten_unseen(database, went)


def move_again_and_again(database: Database, mover: int, moves: int) -> int:
    """Puts the reports into random orders, each a transaction after they were read; answers how often that went well."""
    chance, moved = random.Random(mover), 0
    for _ in range(moves):
        with database.reading() as transaction:
            seen = [each.id for each in transaction.reports.all()]
        wanted = chance.sample(seen, len(seen))

        def move(wanted: Sequence[int] = wanted, seen: Sequence[int] = seen) -> None:
            with database.begin() as transaction:
                transaction.reports.reorder(wanted, seen, f"admin {mover}")

        try:
            database.retrying(move)
            moved += wanted != seen
        except Conflict as conflict:
            assert isinstance(conflict.saved, list), "who moves second is shown the order that the first one made"
    return moved


def test_many_who_put_a_list_into_another_order_overwrite_none_unseen(database: Database) -> None:
    reports = [SAMPLES["report"].model_copy(update={"name": f"Report {number}"}) for number in range(5)]
    with database.begin() as transaction:
        transaction.reports.add_all(reports, "setup")  # type: ignore[arg-type]
    moved = at_once(*(partial(move_again_and_again, database, mover, 15) for mover in range(THREADS)))
    with database.reading() as transaction:
        entries = list(transaction.audit_list.every(AuditQuery(kind=Audited.REPORT)))[::-1]
        names = [each.value.name for each in transaction.reports.all()]
    chain = [each for each in entries if each.action == "reordered"]
    assert len(chain) == sum(each for each in moved if isinstance(each, int))
    assert all(one.after == following.before for one, following in pairwise(chain))
    assert state_of(chain[-1].after) == {"order": names}
