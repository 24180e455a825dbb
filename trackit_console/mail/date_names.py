"""The names of months and time zones in the dates of mail."""

from __future__ import annotations

MONTHS = (
    "jan gen ene ian led sty oca tammi янв січ ιαν",
    "feb fev fbr uno lut sub helmi фев лют φεβ",
    "mar mrz mrt maa brez bre maalis мар бер μαρ",
    "apr avr abr dub kwi nis huhti апр кві απρ",
    "may mai maj mag mei kve touko май мая тра μαι",
    "jun juin giu iun cerv cvn cze haz kesa июн чер ιουν",
    "jul juil lug iul cervenc cvc lip tem heina июл лип ιουλ",
    "aug aou ago avg srp sie agu elo авг сер αυγ",
    "sep set sze zar wrz eyl syys сен вер σεπ",
    "oct okt out ott rij paz eki loka окт жов οκτ",
    "nov noi lis kas marras ноя лис νοε",
    "dec dez dic des pro gru ara joulu дек гру δεκ",
)
"""How the names of each month begin, accents left out: English, German, French, Spanish, Portuguese, Italian, Dutch, Danish,
Norwegian, Swedish, Finnish, Polish, Czech, Slovene, Hungarian, Romanian, Turkish, Russian, Ukrainian, Greek."""
ZONES = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
    "SAST": 2, "HKT": 8, "SGT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "EST": -5,
    "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CEDT": 2, "AKST": -9, "AKDT": -8, "HST": -10, "BRT": -3,
}  # fmt: skip
"""The usual names of time zones, with their hours east of UTC."""
