"""CSV files with people and templates, as spreadsheets and directories write them, and as an attacker would."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trackit_console.settings.csv_files import decoded, guarded, unguarded
from trackit_console.settings.people import Requestor, Technician, TicketTemplate
from trackit_console.settings.people_csv import read_people_csv, write_people_csv
from trackit_console.settings.people_csv_errors import CsvColumnMissing
from trackit_console.settings.people_csv_plan import LineState, plan
from trackit_console.settings.people_csv_words import finding_words

ADA = Technician(name="Ada Bérne", email="ada@example.com", mapped_addresses=["a@x.example", "b@x.example"])


def errors(content: str, model: type[Any] = Requestor, stored: Any = ()) -> dict[int, list[str]]:
    planned = plan(read_people_csv(content.encode(), model), stored)
    return {each.line.number: [finding_words(found, str) for found in each.findings] for each in planned if each.findings}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_a_file_of_any_spreadsheet_is_read(encoding: str, separator: str, end: str) -> None:
    lines = [
        ["E-mail Address", "NAME", "Town", "mapped addresses"],
        ["ada@example.com", "Ada Bérne", "Køge", '"a@x.example; b@x.example"'],
    ]
    content = end.join(separator.join(line) for line in lines).encode(encoding)
    file = read_people_csv(content, Technician)
    assert [(each.number, each.value) for each in file.lines] == [(2, ADA)]
    assert file.ignored == ["Town"]


def test_every_wrong_line_is_told_with_its_number_and_the_others_are_read() -> None:
    content = 'name,email\n"two\nlines",x@example.com\n\nBo,bo@example.com\nBo,BO@example.com\n,\nCy,cy,extra\n,nobody@example.com\nDi,di@example.com\n'
    assert errors(content) == {
        2: ["Name: Enter a single line without control characters."],
        6: ["Email Address: Line 5 has this already."],
        8: ["There are more values than columns. Put quotation marks around a value that contains the separator."],
        9: ["Name: This is required."],
    }
    assert [each.value.name for each in plan(read_people_csv(content.encode(), Requestor), []) if each.value] == ["Bo", "Di"]


@pytest.mark.parametrize(
    "content", ["", "Phone\n1\n", "name\nBo\n", "email\nbo@example.com\n", "name,email,email\nBo,a@x.example,b@x.example\n"]
)
def test_a_file_without_the_columns_that_are_needed_is_refused(content: str) -> None:
    with pytest.raises(CsvColumnMissing):
        read_people_csv(content.encode(), Requestor)


def test_what_importing_does_is_told_for_every_line() -> None:
    stored = [(7, 3, ADA), (8, 1, Technician(name="Bo", email="bo@example.com"))]
    file = read_people_csv(
        b"name,email\nAda B,ADA@example.com\nBo,bo@example.com\nCy,cy@example.com\nDi,a@X.example\n", Technician
    )
    ada, bo, cy, di = plan(file, stored)
    assert [each.state for each in (ada, bo, cy, di)] == [LineState.CHANGED, LineState.SAME, LineState.ADDED, LineState.WRONG]
    # A column that the file does not have stays as it is.
    assert ada.value == ADA.model_copy(update={"name": "Ada B", "email": "ADA@example.com"})
    assert ada.replaces == (7, 3)
    assert [str(each) for each in di.findings] == ["email: a@X.example belongs to Ada Bérne already."]


def test_an_address_is_mapped_to_one_technician_of_the_file_only() -> None:
    content = (
        "name,email,mapped addresses\nAda,ada@example.com,x@example.com\nBo,bo@example.com,X@example.com\nCy,x@example.com,\n"
    )
    assert errors(content, Technician) == {
        3: ["Mapped Addresses: X@example.com belongs to Ada already."],
        4: ["Email Address: x@example.com belongs to Ada already."],
    }


def test_templates_are_known_by_name_and_an_empty_priority_stays() -> None:
    stored = [(1, 1, TicketTemplate(name="Outage", subject="Stop", priority="High"))]
    file = read_people_csv(b"Priority;Name;Subject\n;OUTAGE;No mail\nurgent;Sales;\nsoon;Other;\n", TicketTemplate)
    outage, sales, other = plan(file, stored)
    assert outage.value == TicketTemplate(name="OUTAGE", subject="No mail", priority="High")
    assert sales.value == TicketTemplate(name="Sales", priority="Urgent")
    assert [finding_words(each, str) for each in other.findings] == [
        "Priority: Choose one of: 'Low', 'Medium', 'High' or 'Urgent'."
    ]


@pytest.mark.covers("SEC-03")
def test_hostile_cells_harm_their_line_alone() -> None:
    huge, unclosed = "x" * 500_000, '"never closed'
    content = f"name,email\n{huge},a@example.com\nBo,bo@example.com\n=cmd|' /C calc'!A0,c@example.com\n{unclosed}{'y' * 200_000}\nDi,di@example.com\n"
    assert list(errors(content)) == [2, 5]
    assert [each.value.name for each in read_people_csv(content.encode(), Requestor).lines if each.value] == [
        "Bo",
        "=cmd|' /C calc'!A0",
        "Di",
    ]


def test_a_hundred_thousand_lines_take_seconds() -> None:
    content = ("name,email\n" + "".join(f"Person {n},p{n}@example.com\n" for n in range(100_000))).encode()
    began = time.process_time()
    planned = plan(
        read_people_csv(content, Requestor), [(n, 1, Requestor(name="P", email=f"p{n}@example.com")) for n in range(1000)]
    )
    assert len(planned) == 100_000
    assert time.process_time() - began < 15


LINE = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=40).map(str.strip).filter(bool)


@pytest.mark.covers("SEC-03")
@given(
    st.lists(
        st.builds(
            TicketTemplate, name=LINE, subject=LINE.map(str.strip) | st.just(""), priority=st.sampled_from(["Low", "Urgent"])
        ),
        max_size=5,
        unique_by=lambda each: each.name.casefold(),
    )
)
def test_what_was_exported_is_imported_as_the_same(templates: list[TicketTemplate]) -> None:
    text = write_people_csv(TicketTemplate, templates)
    planned = plan(read_people_csv(text.encode("utf-8-sig"), TicketTemplate), [(1, 1, each) for each in templates])
    assert [(each.state, each.value) for each in planned] == [(LineState.SAME, each) for each in templates]


@given(st.binary(max_size=300))
def test_any_file_is_read_or_refused(content: bytes) -> None:
    decoded(content)
    for model in (Requestor, Technician, TicketTemplate):
        try:
            file = read_people_csv(b"name,email,subject,mail\n" + content, model)
        except CsvColumnMissing:
            continue
        assert all(each.value is not None or each.findings for each in file.lines)


@given(st.text(st.sampled_from("'=+-@\t\rab"), max_size=6))
def test_a_value_is_no_formula_and_comes_back(value: str) -> None:
    assert not guarded(value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(guarded(value)) == value
