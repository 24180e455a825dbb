"""A message of ours that did not arrive is noted on its record: who, why, and which message (MSG-09)."""

from __future__ import annotations

import pytest

from tests.mail.bounce_messages import OUR_ID, REPORTS, Report
from trackit_console.mail import parse

pytestmark = pytest.mark.covers("MSG-09")


@pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS.keys())
def test_report_in_words_names_recipients_status_and_our_message(report: Report) -> None:
    message = parse(report.raw())
    assert message.bounce is not None and message.automatic is not None
    assert message.automatic.kind == "bounce"
    told = message.bounce
    ours = OUR_ID if report.returned or OUR_ID in report.text + report.headers else None
    assert (told.recipients, told.status, told.of_message_id) == (report.recipients, report.status, ours)
    assert told.permanent is report.permanent
