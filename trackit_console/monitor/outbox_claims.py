"""The mail that one run of sending has claimed: taken, kept while a server takes its time, given back (OUT-06)."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

from trackit_console.clock import Clock, has_passed
from trackit_console.domain.outgoing_mail import ClaimedMail, OutgoingTrouble
from trackit_console.store.database import Database
from trackit_console.store.errors import StoreError

RENEW_AFTER = timedelta(seconds=15)  # a claim lasts 60 s (`store.outbox`): three renewals may fail


class OutboxClaims:
    """`owner` is a key of its own for each run: a run that was left behind must not take its successor's mail for its own.

    Raises `StoreError`. `renew_in_time` may be called from another thread.
    """

    def __init__(self, database: Database, account_version: int, clock: Clock) -> None:
        self.owner = str(uuid4())
        self._database = database
        self._account_version = account_version
        self._clock = clock
        self._renewed_at = clock.now()
        self._renewed = True
        self._mine: Collection[int] = ()

    def take(self) -> tuple[list[ClaimedMail], OutgoingTrouble | None]:
        """The mail that is due, the oldest first, and what is wrong with the account that is to be tried with it."""

        def claim() -> tuple[list[ClaimedMail], OutgoingTrouble | None]:
            with self._database.begin() as transaction:
                return transaction.outbox.claim(self.owner, self._account_version), transaction.outbox.trouble()

        # Stamped before the database is asked: the claim begins no earlier than this, so its renewal never comes too late.
        self._renewed_at = self._clock.now()
        mails, trouble = self._database.retrying(claim)
        self._mine, self._renewed = {mail.id for mail in mails}, True
        return mails, trouble

    def renew_in_time(self) -> None:
        """To be called often; does something now and then."""
        if self._mine and self._is_old:
            self._renew()

    def holds(self, mail: ClaimedMail) -> bool:
        """Whether the mail may still be sent: after a computer slept, or a server took minutes, it may be another's."""
        if self._is_old or not self._renewed:
            self._renew()
        return mail.id in self._mine

    def give_back(self) -> None:
        """Frees what was not sent. Raises nothing: claims run out by themselves."""

        def give_back() -> None:
            with self._database.begin() as transaction:
                transaction.outbox.give_back(self.owner)

        with suppress(StoreError):
            self._database.retrying(give_back)

    @property
    def _is_old(self) -> bool:
        return has_passed(RENEW_AFTER, self._renewed_at, self._clock.now())

    def _renew(self) -> None:
        def renew() -> set[int]:
            with self._database.begin() as transaction:
                return transaction.outbox.renew(self.owner)

        self._renewed_at = self._clock.now()
        # Until the database answers, the claims may have run out: another host may have taken the mail and sent it.
        self._renewed = False
        self._mine = self._database.retrying(renew)
        self._renewed = True
