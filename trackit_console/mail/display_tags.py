"""The tags that may be in HTML for display, by what they are (SEC-03)."""

from __future__ import annotations

FORMATS = frozenset("a b big code em font i s small strike strong tt u".split())
"""Tags that HTML's repair rules open again after the block that holds them has ended (HTML Standard, 13.2.4.3)."""
INLINE = FORMATS | frozenset("cite del dfn ins kbd samp span sub sup var".split())
"""Tags within a line."""
LISTS = frozenset("dl ol ul".split())
"""Tags of lists."""
BLOCKS = LISTS | frozenset("address blockquote center div h1 h2 h3 h4 h5 h6 p pre table".split())
"""Tags that begin a line, and end an open paragraph."""
ITEMS = {"li": frozenset({"li"}), "dd": frozenset({"dd", "dt"}), "dt": frozenset({"dd", "dt"})}
"""Tags of the items of lists, and the open items that each of them ends."""
SECTIONS = frozenset("tbody tfoot thead".split())
"""Tags of the sections of tables."""
CELLS = frozenset({"td", "th"})
"""Tags of the cells of tables."""
IN_TABLES = SECTIONS | CELLS | {"tr"}
"""Tags that stand in tables only."""
VOID = frozenset({"br", "hr", "img"})
"""Tags without content and end tag."""
TAGS = INLINE | BLOCKS | ITEMS.keys() | IN_TABLES | VOID
"""The tags that may be in HTML for display; Qt knows them all (Supported HTML Subset)."""

OTHER_NAMES = {"listing": "pre", "xmp": "pre"} | dict.fromkeys(
    "article aside body caption details fieldset figcaption figure footer form header legend main nav section summary".split(),
    "div",
)
"""Tags that are written by another name."""
FLAT = {"li": "div", "table": "div", "tr": "div", "td": "span", "th": "span"}
"""What is written for the parts of a table or list that is not to be one."""
