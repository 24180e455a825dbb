"""The colours of the three themes, by what they are used for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tokens:
    """The colours of one theme, as `#rrggbb`."""

    bg: str
    pane: str
    line: str
    edge: str
    text: str
    dim: str
    accent: str
    on_accent: str
    soft: str
    bad: str
    bad_soft: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    field: str
    header: str
    on_header: str


# Texts have a contrast of at least 4.5 to 1 on what they stand on (WCAG 2.2, 1.4.3).
LIGHT = Tokens(
    bg="#f3f4f6",
    pane="#ffffff",
    line="#e1e4e8",
    edge="#8a929b",
    text="#1b1f24",
    dim="#5c6670",
    accent="#0b5cad",
    on_accent="#ffffff",
    soft="#e8f1fb",
    bad="#b3261a",
    bad_soft="#fdecea",
    ok="#0c6b37",
    ok_soft="#e6f4ec",
    warn="#8a5000",
    warn_soft="#fff4e0",
    field="#ffffff",
    header="#0f2740",
    on_header="#ffffff",
)
DARK = Tokens(
    bg="#1b1d20",
    pane="#25282c",
    line="#363a40",
    edge="#6b727b",
    text="#eceff2",
    dim="#a5adb6",
    accent="#62b0ff",
    on_accent="#06121f",
    soft="#1f3348",
    bad="#ff8a7d",
    bad_soft="#47231f",
    ok="#6bd08f",
    ok_soft="#1d3a29",
    warn="#ffc46b",
    warn_soft="#42341a",
    field="#1f2226",
    header="#101418",
    on_header="#eceff2",
)
HIGH_CONTRAST = Tokens(
    bg="#000000",
    pane="#000000",
    line="#ffffff",
    edge="#ffffff",
    text="#ffffff",
    dim="#ffffff",
    accent="#ffff00",
    on_accent="#000000",
    soft="#003366",
    bad="#ff9a9a",
    bad_soft="#330000",
    ok="#7dff9a",
    ok_soft="#002200",
    warn="#ffd700",
    warn_soft="#332b00",
    field="#000000",
    header="#000000",
    on_header="#ffffff",
)
