"""Checks web addresses of settings on a worker thread (MON-02)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trackit_console.cancel import Cancel
    from trackit_console.transports.web_address_check import WebAddressFinding


def check_web_address(url: str, cancel: Cancel) -> WebAddressFinding:
    """As `transports.web_address_check`, whose libraries are loaded at the first check."""
    from trackit_console.transports.importing import IMPORTING

    with IMPORTING:
        from trackit_console.transports import web_address_check

    return web_address_check.check_web_address(url, cancel)
