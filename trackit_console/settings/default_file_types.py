"""The restricted file types that come with the product (MSG-04)."""

from __future__ import annotations

DEFAULT_RESTRICTED_FILE_TYPES = [
    "exe",
    "com",
    "bat",
    "cmd",
    "cpl",
    "dll",
    "hta",
    "jar",
    "js",
    "jse",
    "jsp",
    "lnk",
    "msc",
    "msi",
    "msp",
    "pif",
    "ps1",
    "reg",
    "scr",
    "sct",
    "vb",
    "vbe",
    "vbs",
    "wsc",
    "wsf",
    "wsh",
]
