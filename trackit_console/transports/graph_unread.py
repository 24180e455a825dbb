"""Counts the unread mail of a folder of Microsoft 365 without what nobody wrote by hand (IN-14)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from trackit_console.transports.graph_folders import Folder
from trackit_console.transports.graph_session import GraphSession

EXAMINED = 250
"""Unread items whose type is looked at: one request, whatever lies in the folder. Older ones count as mail."""
_MESSAGE_CLASS = "String 0x001A"
"""PidTagMessageClass (MS-OXPROPS)."""
_NOT_COUNTED = ("report.", "ipm.schedule.", "ipm.note.rules.ooftemplate.", "ipm.note.rules.replytemplate.", "ipm.recall.report")
"""The message classes of bounces, delivery reports, meetings and automatic replies (MS-OXCMAIL, MS-OXORULE), as for EWS."""


def unread_mail(session: GraphSession, folder: Folder) -> int:
    """The unread items of `folder` without bounces, delivery failures, meeting requests and automatic replies."""
    if folder.unread == 0:
        return 0
    page = session.get(
        f"{folder.path}/messages",
        filter="isRead eq false",
        select="id",
        expand=f"singleValueExtendedProperties($filter=id eq '{_MESSAGE_CLASS}')",
        top=str(EXAMINED),
    )
    # The two answers are of different moments, so the difference may be below 0.
    return max(folder.unread - sum(not _counts(item) for item in page["value"]), 0)


def _counts(item: Mapping[str, Any]) -> bool:
    properties: Sequence[Mapping[str, Any]] = item.get("singleValueExtendedProperties") or ({},)
    kind = str(properties[0].get("value", "")).lower()
    return not (kind.startswith(_NOT_COUNTED) or "eventMessage" in str(item.get("@odata.type", "")))
