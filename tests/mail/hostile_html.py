"""HTML made to cost time or memory, each with a word at its beginning and one at its end."""

from __future__ import annotations

FIRST, LAST = "firstword", "lastword"


def table(*cells: str, rows: int = 1) -> str:
    return "<table>" + ("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>") * rows + "</table>"


BODIES = {
    "newlines in pre beside a wide cell": table("<pre>" + "\n" * 36_000 + "x</pre>", "y" * 36_000),
    "250 kB of newlines in pre beside a wide cell": table("<pre>" + "\n" * 125_000 + "x</pre>", "y" * 125_000),
    "lines in pre beside a wide cell": table("<pre>" + "a\n" * 250_000 + "</pre>", "y" * 500_000),
    "line breaks in a cell beside a wide one": table("a<br>" * 40_000, "y" * 200_000),
    "paragraphs in a cell beside a wide one": table("<p>a</p>" * 40_000, "y" * 200_000),
    "tabs in pre": "<pre>" + "a\t\n" * 300_000 + "</pre>",
    "one long line above many rows": table("y" * 1_000_000) + table("a", "b", rows=1_000) + table("y" * 100_000, "z"),
    "one long cell and many rows": "<table><tr><td>" + "y" * 300_000 + "<td>z" + "<tr><td>a<td>b" * 20_000 + "</table>",
    "one row of many cells above many rows of one": "<table><tr>" + "<td>a" * 30_000 + "<tr><td>b" * 30_000 + "</table>",
    "100,000 empty cells": "<table><tr>" + "<td></td>" * 100_000 + "</table>",
    "100,000 rows": "<table>" + "<tr><td>a" * 100_000 + "</table>",
    "huge spans": table("a", "b", rows=1_000).replace("<td>", '<td colspan="999999999" rowspan="999999999">'),
    "blocks 3,000 deep": "<div>" * 3_000 + "a" + "</div>" * 3_000,
    "lists 3,000 deep": "<ul><li>" * 3_000 + "a<br>" * 20_000 + "</ul>" * 3_000,
    "numbered lists": "<ol start=999999>" * 50 + "<li>a" * 50_000,
    "quotations 3,000 deep": "<blockquote><pre>" * 3_000 + "a\n" * 100_000,
    "tables 3,000 deep": "<table><tr><td>" * 3_000 + "a" + "</table>" * 3_000,
    "lines in tables 15 deep": "<table><tr><td>x<td>" * 15 + "<pre>" + "a\n" * 400_000 + "</pre>" + "</table>" * 15,
    "wide cells in tables 15 deep": "<table><tr><td>x<tr><td>" * 15 + "y" * 500_000 + "</table>" * 15,
    "entities": "&nGt;&ngE;" * 200_000,
    "entities without end": "&ab" * 600_000,
    "half entities": "&" * 2_000_000,
    "letters of four bytes": "<b>\U0001f600</b>" * 300_000,
    "4 MB of bold": "<b>" * 1_330_000,
    "4 MB of paragraphs": "<p>" * 1_330_000,
    "4 MB of cells": "<table>" + "<td>a" * 790_000,
    "4 MB of items": "<ul>" + "<li>a" * 790_000,
    "4 MB of open tags": "<" * 3_900_000,
    "4 MB of open quotes": "<b =\"<i ='" * 390_000,
    "4 MB of equals signs": "<b " + "=" * 3_900_000,
    "4 MB of blanks in a tag": "<b " + "= " * 1_900_000,
    "4 MB of hidden elements": "<b style=display:none>a</b>" * 145_000,
    "4 MB of hidden elements without end": "".join(f"<{name} style=display:none>" for name in ("div", "span", "td")) * 48_000,
    "4 MB of hidden elements in each other": "<div style='display:none'>" * 75_000 + "a" + "</div>" * 75_000,
    "4 MB of almost hidden elements": "<b display" * 390_000,
    "4 MB of heads": "<head>" * 650_000,
    "4 MB of words in a tag": "<p " + "a=b " * 970_000 + ">",
    "a picture of 3 MB": '<img src="data:image/png;base64,' + "iVBORw0K" * 400_000 + '">',
}
BODIES = {name: f"<p>{FIRST}</p>{body}<p>{LAST}</p>" for name, body in BODIES.items()}
