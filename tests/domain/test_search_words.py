"""Whatever stands in a subject, what is typed out of it finds it: letter case, accents, punctuation and order aside (RUN-08)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.domain.search_words import MOST_WORDS, WORD_UNITS, after, asked_words, has_all, record_word, words_of

ANY_TEXT = st.text(st.characters(), max_size=80)
"""Of all characters, halves of a pair included."""
LETTERS = st.text(st.sampled_from("aßÄéİıσςΣŉǰ한국東京都タグสวัสดี'-_ \u00ad\u200b\u0301\U0001d400\U00020000x1²"), max_size=30)


@pytest.mark.covers("RUN-08")
@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", []),
        ("... %_[]!", []),
        ("Re: Printer (3rd floor)", ["re", "printer", "3rd", "floor"]),
        ("Bo Müller <bo.mueller@example.com>", ["bo", "muller", "mueller", "example", "com"]),
        ("<CAF+x_1=9@mail.example.com>", ["caf", "x", "1", "9", "mail", "example", "com"]),
        ("Straße STRASSE", ["strasse"]),
        ("Ｆｕｌｌ ｗｉｄｔｈ №5", ["full", "width", "no5"]),
        ("Принтер Ёлка", ["принтер", "елка"]),
        ("東京都 ABC", ["東京", "京都", "都", "abc"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zero", "width"]),
        ("٣٤ e\u0301te\u0301", ["٣٤", "ete"]),
    ],
)
def test_a_text_has_words(text: str, words: list[str]) -> None:
    assert words_of([text]) == words


@pytest.mark.covers("RUN-08")
@pytest.mark.parametrize(
    ("typed", "subject", "found"),
    [
        ("prin flo", "Printer on floor 3", True),
        ("floor PRINTER", "Printer on floor 3", True),
        ("rinter", "Printer on floor 3", False),
        ("printers", "Printer on floor 3", False),
        ("printer door", "Printer on floor 3", False),
        ("!", "Printer on floor 3", True),
        ("京", "東京都", True),
        ("京都", "東京都", True),
        ("京東", "東京都", False),
        ("都", "東京都", True),
    ],
)
def test_what_is_typed_is_the_beginning_of_words(typed: str, subject: str, found: bool) -> None:
    assert has_all(asked_words(typed), words_of([subject])) is found


@given(ANY_TEXT | LETTERS, st.data())
def test_what_was_typed_out_of_a_text_finds_it(text: str, data: st.DataObject) -> None:
    """From the beginning up to anywhere, and any of its parts between blanks."""
    words = words_of([text])
    typed = text[: data.draw(st.integers(0, len(text)))]
    assert has_all(asked_words(typed), words)
    if parts := text.split():
        assert has_all(asked_words(data.draw(st.sampled_from(parts))), words)
    shuffled = " ".join(data.draw(st.permutations(parts)))
    assert set(asked_words(shuffled)) == set(asked_words(" ".join(parts)))


@given(ANY_TEXT | LETTERS)
def test_letter_case_and_accents_do_not_matter(text: str) -> None:
    words = words_of([text])
    for spelled in (text.upper(), text.casefold(), unicodedata.normalize("NFD", text), unicodedata.normalize("NFC", text)):
        assert words_of([spelled]) == words
    plain = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
    assert words_of([plain]) == words


@given(ANY_TEXT | LETTERS)
def test_a_word_fits_its_column_and_lies_between_itself_and_its_end(text: str) -> None:
    for word in words_of([text]):
        assert 0 < len(word.encode("utf-16-le")) // 2 <= WORD_UNITS
        # SQLite compares code points, a binary collation of SQL Server UTF-16 units.
        for as_compared in (str, lambda each: each.encode("utf-16-be")):
            assert as_compared(word) < as_compared(after(word))
            assert as_compared(word + "z") < as_compared(after(word))


def test_a_hostile_text_has_few_words_and_a_long_word_is_cut() -> None:
    assert len(words_of([" ".join(map(str, range(10_000)))])) == MOST_WORDS
    assert len(asked_words(" ".join(map(str, range(10_000))))) == MOST_WORDS
    assert words_of(["x" * 1000]) == ["x" * WORD_UNITS]
    assert words_of(["\U00010400" * 25]) == ["\U00010428" * 20], "of two UTF-16 units each"
    assert has_all(asked_words("x" * 50), words_of(["x" * 1000]))


def test_the_record_is_a_word_that_nobody_writes() -> None:
    words = words_of(["Ticket 12"], 12)
    assert record_word(12) in words
    assert not has_all([record_word(1)], words) and not has_all(["12#"], words)
    assert asked_words("#12#") == ["12"]
