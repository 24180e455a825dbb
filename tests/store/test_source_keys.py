"""Which mailbox goes on where another one ended: the same mail, reached in another way."""

from __future__ import annotations

from typing import Any

import pytest

from tests.settings.samples import SAMPLES, imap, microsoft365
from trackit_console.settings.mailbox import Mailbox
from trackit_console.store.source_keys import goes_on_from, source_key

BO, ADA = "bo@example.com", "ada@example.com"


def sample(name: str, **changes: object) -> Any:
    return SAMPLES[name].model_copy(update={"folder": "INBOX", **changes})


@pytest.mark.covers("IN-16", "RUN-03")
@pytest.mark.parametrize(
    ("before", "after", "goes_on"),
    [
        pytest.param(
            sample("ews_oauth-secret", user_account_name="Bo@Example.com"), microsoft365(user_id=BO), True, id="converted"
        ),
        pytest.param(sample("ews_basic", user_account_name=BO), microsoft365(user_id=BO), True, id="converted from basic"),
        pytest.param(
            sample("ews_oauth-secret", user_account_name=BO), microsoft365(user_id=ADA), False, id="converted to another account"
        ),
        pytest.param(
            sample("ews_oauth-secret", user_account_name=BO, folder="Help"),
            microsoft365(user_id=BO),
            False,
            id="converted to another folder",
        ),
        pytest.param(microsoft365(user_id=BO), sample("ews_oauth-secret", user_account_name=BO), False, id="back to EWS"),
        pytest.param(imap(server="a.example.com"), imap(server="b.example.com", port=143, use_ssl=False), True, id="moved"),
        pytest.param(
            imap(user_account_name="Support@example.com", folder="INBOX"),
            imap(user_account_name="support@EXAMPLE.com", folder="Inbox"),
            True,
            id="written in other letters",
        ),
        pytest.param(imap(folder="Help"), imap(folder="help"), False, id="another folder, by its letters alone"),
        pytest.param(
            sample("ews_basic", user_account_name=BO),
            sample("ews_oauth-secret", user_account_name=BO),
            True,
            id="another sign-in",
        ),
        pytest.param(imap(), sample("pop3", user_account_name=imap().account), False, id="another type"),
    ],
)
def test_a_mailbox_goes_on_where_the_same_mail_was_read(before: Mailbox, after: Mailbox, goes_on: bool) -> None:
    assert goes_on_from(source_key(before), after) is goes_on
