"""The request that hands a message over to Microsoft Graph, and what its failure says about the message."""

from __future__ import annotations

from trackit_console.transports.errors import AnswerIncomplete, Cancelled, ConnectionLost, TimedOut, TransportError
from trackit_console.transports.graph_session import GraphRefusal, GraphSession
from trackit_console.transports.step_names import StepName

REQUEST_BYTES = 4 * 1024 * 1024
"""The largest request that Graph takes."""
_BEHIND_A_GATEWAY = frozenset({502, 504})
"""The gateway has no answer of the server behind it, which may have done what was asked (RFC 9110 section 15.6)."""
_UNANSWERED = (TimedOut, ConnectionLost, AnswerIncomplete, Cancelled)


def submit(session: GraphSession, path: str, data: bytes | None = None) -> None:
    """Sends the request. An error is marked as `in_doubt` if the message may have been sent all the same."""
    try:
        session.call("POST", path, data=data, step=StepName.SEND)
    except (GraphRefusal, TransportError) as failed:
        problem = failed.problem if isinstance(failed, GraphRefusal) else failed
        answer = session.last_answer
        # Any other step is connecting anew, or renewing the token: then Graph has not taken the message.
        unanswered = answer is None and problem.step is StepName.SEND and isinstance(problem, _UNANSWERED)
        problem.in_doubt = unanswered or (answer is not None and answer.status_code in _BEHIND_A_GATEWAY)
        raise
