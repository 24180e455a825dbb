"""The sign-in service's errors: their texts and the JSON around them (entra-docs reference-error-codes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from tests.servers.microsoft.http import Response, json_response


@dataclass(frozen=True)
class Known:
    status: int
    error: str
    text: str


ERRORS = {
    50034: Known(400, "invalid_grant", "The user account {user} does not exist in the {tenant} directory. To sign into this application, the account must be added to the directory."),
    50049: Known(400, "invalid_instance", "Unknown or invalid instance."),
    50076: Known(400, "interaction_required", "Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication to access '{resource}'."),
    50126: Known(400, "invalid_grant", "Error validating credentials due to invalid username or password."),
    50194: Known(400, "invalid_request", "Application '{client_id}'({name}) is not configured as a multi-tenant application. Usage of the /common endpoint is not supported for such apps created after '10/15/2018'. Use a tenant-specific endpoint or configure the application to be multi-tenant."),
    53003: Known(400, "access_denied", "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."),
    65001: Known(400, "invalid_grant", "The user or administrator has not consented to use the application with ID '{client_id}' named '{name}'. Send an interactive authorization request for this user and resource."),
    70003: Known(400, "unsupported_grant_type", "The app requested an unsupported grant type '{grant}'."),
    70011: Known(400, "invalid_scope", "The provided request must include a 'scope' input parameter. The provided value for the input parameter 'scope' is not valid. The scope {scope} is not valid."),
    90002: Known(400, "invalid_tenant", "Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud. Check with your subscription administrator, this may happen if there are no active subscriptions for the tenant."),
    90033: Known(503, "temporarily_unavailable", "A transient error has occurred. Please try again."),
    90038: Known(400, "invalid_request", "Tenant '{tenant}' request is being redirected to the National Cloud '{cloud}'."),
    90055: Known(429, "temporarily_unavailable", "TenantThrottlingError - There are too many incoming requests. This exception is thrown for blocked tenants."),
    500011: Known(400, "invalid_resource", "The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You might have sent your authentication request to the wrong tenant."),
    700016: Known(400, "unauthorized_client", "Application with identifier '{client_id}' was not found in the directory '{tenant}'. This can happen if the application has not been installed by the administrator of the tenant or consented to by any user in the tenant. You may have sent your authentication request to the wrong tenant."),
    700024: Known(401, "invalid_client", "Client assertion is not within its valid time range. Current time: {now}, expiry time of assertion {expiry}."),
    700027: Known(401, "invalid_client", "The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', Please visit the Azure Portal, Graph Explorer or directly use MS Graph to see configured keys for app Id '{client_id}']."),
    900144: Known(400, "invalid_request", "The request body must contain the following parameter: '{parameter}'."),
    900023: Known(400, "invalid_request", "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."),
    1002012: Known(400, "invalid_scope", "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier (application ID URI)."),
    7000112: Known(400, "unauthorized_client", "Application '{client_id}'({name}) is disabled."),
    7000215: Known(401, "invalid_client", "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID, for a secret added to app '{client_id}'."),
    7000216: Known(401, "invalid_client", "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."),
    7000222: Known(401, "invalid_client", "The provided client secret keys for app '{client_id}' are expired. Visit the Azure portal to create new keys for your app: https://aka.ms/NewClientSecret, or consider using certificate credentials for added security: https://aka.ms/certCreds."),
}  # fmt: skip


class SignInRefused(Exception):
    """Ends a request to the sign-in service; `facts` fill the text in."""

    def __init__(self, code: int, retry_after: int | None = None, **facts: str) -> None:
        super().__init__(f"AADSTS{code}")
        self.code, self.retry_after, self.facts = code, retry_after, facts

    def response(self, correlation_id: str = "") -> Response:
        known = ERRORS[self.code]
        trace, correlation = str(uuid4()), correlation_id or str(uuid4())
        timestamp = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
        text = known.text.format_map(_Facts(self.facts))
        answer = json_response(
            {
                "error": known.error,
                "error_description": f"AADSTS{self.code}: {text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {timestamp}",
                "error_codes": [self.code],
                "timestamp": timestamp,
                "trace_id": trace,
                "correlation_id": correlation,
                "error_uri": f"https://login.microsoftonline.com/error?code={self.code}",
            },
            known.status,
        )
        if self.retry_after is not None:
            answer.headers["Retry-After"] = str(self.retry_after)
        return answer


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return f"<{key}>"
