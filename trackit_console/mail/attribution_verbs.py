"""The verbs of attributions in many languages: `wrote`, `schrieb`, `a écrit` (MSG-07)."""

from __future__ import annotations

import re

_VERBS = (
    r"wrote|writes|schrieb|schreibt|geschrieben|a [ée]crit|écrit|escribi[óo]|escribe|va escriure|escreveu|escreve|ha scritto|scrive"
    r"|schreef|geschreven|skrev|skriver|skrevet|kirjoitti|kirjoittaa|kirjutas|napisał[ao]?|napisał\(a\)|pisze|napsala?|napsal\(a\)|píše"
    r"|napísala?|napísal\(a\)|írta|írja|a scris|scrie|έγραψε|γράφει|yazdı|yazmış|napisao|napisala|je pisao|написао|написала?|написал\(а\)"
    r"|пишет|писал[аи]?|написав|написав\(ла\)|пише|написа|rakstīja|rašė|parašė|đã viết|menulis"
)
VERB = re.compile(
    rf"(?<![^\W\d_])(?:{_VERBS})(?![^\W\d_])|写道|寫道|撰寫|写到|書きました|書き込みました|のメール|작성|썼습니다|님이 쓴|כתב|كتب|كتابة|نوشت|เขียน|ने लिखा",
    re.IGNORECASE,
)
"""A verb by which programs name the author."""
OWN_WORDS = re.compile(
    r"\b(?:I|we|you|they|he|she) (?:wrote|writes)\b|\b(?:schrieb|schreibt) (?:ich|wir|du|ihr|sie|er|uns|mir)\b|\bschreef (?:ik|u|je|hij)\b"
    r"|\b(?:skrev|skriver) (?:jag|jeg|du|vi)\b|\b(?:our|my|your|his|her|their|unser\w*|mein\w*|notre|nuestr[oa]|nostr[oa]|noss[oa])\b",
    re.IGNORECASE,
)
"""No program writes them: the sender tells what somebody wrote. Eudora writes "you wrote", but above quoted lines."""
