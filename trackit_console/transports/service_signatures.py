"""Recognizes a service by the first bytes that its servers send, so that a wrong port is named and not guessed (IN-10)."""

from __future__ import annotations

import re

TLS = "TLS"
_SIGNATURES = (
    (re.compile(rb"[\x14-\x17]\x03[\x00-\x04]"), TLS),
    (re.compile(rb"\* (OK|PREAUTH|BYE)\b", re.IGNORECASE), "IMAP"),
    (re.compile(rb"(\+OK|-ERR)\b", re.IGNORECASE), "POP3"),
    (re.compile(rb"SSH-\d"), "SSH"),
    (re.compile(rb"HTTP/\d|<!doctype|<html", re.IGNORECASE), "HTTP"),
    # Before SMTP, whose replies have the same three digits (RFC 959, RFC 5321).
    (re.compile(rb"(220|421)[ -].*(ftp|filezilla)", re.IGNORECASE), "FTP"),
    (re.compile(rb"[245]\d\d[ -].*nntp", re.IGNORECASE), "NNTP"),
    (re.compile(rb"[245]\d\d[ -]"), "SMTP"),
    (re.compile(rb'"IMPLEMENTATION"'), "ManageSieve"),
    (re.compile(rb"RFB \d"), "VNC"),
    (re.compile(rb"\xff[\xfb-\xfe]"), "Telnet"),
)


def service_of(first: bytes) -> str:
    """The protocol whose servers start with the bytes `first`, empty if unknown."""
    return next((name for sign, name in _SIGNATURES if sign.match(first)), "")
