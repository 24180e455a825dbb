"""The filter rules that come with the product (FIL-02)."""

from __future__ import annotations

from trackit_console.settings.filter_rules import FilterRule


def _rules(*texts: str) -> list[FilterRule]:
    return [FilterRule(text=text) for text in texts]


DEFAULT_SENDER_RULES = _rules("Postmaster", "Mail Delivery Subsystem", "System Administrator", "Mailer-Daemon")
DEFAULT_SUBJECT_RULES = _rules(
    "Undeliverable Mail",
    "Returned Mail",
    "Mail System Error",
    "Delivery Error",
    "Undeliverable:",
    "Failure Notice",
    "Nondeliverable Mail",
    "Mail Delivery Failure",
    "Message Status - undeliverable",
    "Warning: Could not send message",
    "Delivery Notification: Delivery has failed",
    "Mail Undeliverable: Failure Detected",
    "Message Status - opened",
    "Returned Mail: Service Unavailable",
    "Out of Office",
)
