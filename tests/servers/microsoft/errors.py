"""Errors in the form of Microsoft Graph: `{"error": {"code", "message", "innerError"}}` (concepts/errors.md)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

from tests.servers.microsoft.http import Response, json_response


class GraphError(Exception):
    """Ends a request with this answer."""

    def __init__(self, status: int, code: str, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}

    def response(self, client_request_id: str = "") -> Response:
        request_id = str(uuid4())
        inner = {
            "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            "request-id": request_id,
            "client-request-id": client_request_id or request_id,
        }
        answer = json_response({"error": {"code": self.code, "message": self.message, "innerError": inner}}, self.status)
        answer.headers |= {"request-id": request_id, "client-request-id": client_request_id or request_id} | self.headers
        return answer


def bad_request(message: str, code: str = "BadRequest") -> GraphError:
    return GraphError(400, code, message)


def unparsable(message: str) -> GraphError:
    """What the OData parser of the gateway refuses before a mailbox sees it."""
    return GraphError(400, "RequestBroker--ParseUri", message)


def too_complex() -> GraphError:
    return GraphError(400, "InefficientFilter", "The restriction or sort order is too complex for this operation.")


def malformed_id() -> GraphError:
    return GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")


def item_not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def access_denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def invalid_user(name: str) -> GraphError:
    return GraphError(404, "ErrorInvalidUser", f"The requested user '{name}' is invalid.")


def mailbox_not_enabled() -> GraphError:
    message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return GraphError(404, "MailboxNotEnabledForRESTAPI", message)


def blocked_by_policy(*, raop: bool) -> GraphError:
    """An application access policy leaves the mailbox out; both texts are met (auth-limit-mailbox-access)."""
    raop_text = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings."
    return GraphError(403, "ErrorAccessDenied", raop_text if raop else "Access to OData is disabled.")


def unauthenticated(message: str) -> GraphError:
    challenge = {
        "WWW-Authenticate": 'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    }
    return GraphError(401, "InvalidAuthenticationToken", message, challenge)


def over_concurrency_limit(retry_after: int) -> GraphError:
    message = "Application is over its MailboxConcurrency limit."
    return GraphError(429, "ApplicationThrottled", message, {"Retry-After": str(retry_after)})


def too_large() -> GraphError:
    return GraphError(413, "BadRequest", "The maximum request length supported is 4MB.")


def no_such_segment(name: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{name}'.")
