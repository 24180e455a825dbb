"""The keyword in the subject of what we send, by which replies come home (MSG-02)."""

from __future__ import annotations

from trackit_console.domain.records import RecordRef
from trackit_console.mail.keywords import find_keywords, write_keyword


def reply_subject(subject: str, record: RecordRef | None) -> str:
    """The subject of an answer to a message with this `subject`, with the keyword of `record` if there is one."""
    again = subject if subject.casefold().startswith("re:") else f"Re: {subject}".strip()
    return with_keyword(again, record) if record else again


def with_keyword(subject: str, record: RecordRef, *, add: bool = True) -> str:
    """`subject` with the keyword of `record` as its first one; not `add`: a subject without any keyword stays so.

    A record's own subject is what somebody wrote. The keyword of another record in it must not come first.
    """
    keyword = write_keyword(record.module.value, record.id)
    named = find_keywords(subject, "")
    if named:
        first = (named[0].module, named[0].id) == (record.module.value, record.id)
        return subject if first else f"{keyword} {subject}"
    return f"{subject} {keyword}".strip() if add else subject
