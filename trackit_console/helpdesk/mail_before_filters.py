"""Which mail of the last days no filter was asked about, because it was decided before them (`intake.RULES`)."""

from __future__ import annotations

from trackit_console.domain.past_mail import PastMessage
from trackit_console.helpdesk.reasons import Reason

BEFORE_THE_FILTERS = frozenset(
    (
        Reason.SUBJECT_TOO_LONG,
        Reason.OWN_ADDRESS,
        Reason.BOUNCE_OF_OURS,
        Reason.BOUNCE_OF_OURS_TO_NOBODY,
        Reason.PROCESSING_FAILED,
        Reason.NOT_DOWNLOADABLE,
        Reason.ENDED_THE_PROCESS,
        Reason.TOO_LARGE,
        Reason.REFUSED_BY_SERVER,
        Reason.TAKEN_BEFORE,
    )
)
"""The reasons of mail that no filter was asked about."""


def reached_the_filters(message: PastMessage) -> bool:
    """Whether the filters were asked about the message when it came."""
    # The first reason is the one that decided; own mail on a record has passed the filters and is told of further on.
    return not message.reasons or message.reasons[0] not in BEFORE_THE_FILTERS
