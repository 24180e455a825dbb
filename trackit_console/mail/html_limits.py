"""The bounds on the time, memory and output of reading and showing the HTML of a message (SEC-03)."""

# Reading it: over all parts of a message together

HTML_LENGTH_LIMIT = 4_000_000
"""Characters of HTML that are converted, in at most 0.5 s and 60 MB. The rest is not converted."""
HTML_TEXT_LIMIT = 1_000_000
"""Characters of text between the tags; about 500 pages."""
HTML_TAGS_LIMIT = 500_000
"""Number of `<`, at 0.5 µs each. The rest is left out of the text."""
HTML_LAYOUT_TAGS_LIMIT = 100_000
"""Layout tags, at 2 µs each. Beyond, the text has no layout. Newsletters have a few thousand."""
HTML_BLANKS_LIMIT = 1_000_000
"""Spaces that columns and lists may add in all. It limits the text to about 2,000,000 characters."""
TABLE_DEPTH_LIMIT = 16
"""Depth to which nested tables keep their columns. Every level copies the lines of all inner ones; newsletters nest up to 12."""
LIST_DEPTH_LIMIT = 8
"""Depth to which nested lists are indented, by 4 spaces each."""
QUOTATION_DEPTH_LIMIT = 8
"""Depth to which nested quotations are marked, by one ">" each."""

# Showing it

DISPLAY_LENGTH_LIMIT = 500_000
"""Characters of HTML that are shown; about 150 pages, for which Qt takes 0.2 s."""
DISPLAY_TAGS_LIMIT = 30_000
DISPLAY_REFERENCES_LIMIT = 100_000
"""Number of `&` and non-breaking spaces. For those within one text the sanitiser takes quadratic time: 0.15 s at most."""
DISPLAY_DEPTH_LIMIT = 100
"""Depth of open tags. Newsletters nest about 60."""
DISPLAY_FORMATS_LIMIT = 16
"""Number of open tags such as `<b>` and `<font>`."""
DISPLAY_LISTS_LIMIT = 10
DISPLAY_ITEMS_LIMIT = 3_000
"""Items of lists. Qt counts those of a list for the number of each: 0.1 s for 3,000, 25 s for 50,000."""
DISPLAY_WORD_LIMIT = 2_000
"""Characters without a blank, after which the line is broken: Qt takes 0.4 s for 100,000, 36 s for 1,000,000."""
DISPLAY_TABLES_COST_LIMIT = 30_000
"""Cells of tables, times two for each table that they are in: Qt takes 12 to 30 µs for each."""
DISPLAY_SPAN_LIMIT = 100
DISPLAY_TARGET_LIMIT = 2_000
"""Characters of a link's address, or of another value of an attribute."""
