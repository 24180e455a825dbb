"""Every bound on the time, memory and output of reading a message (SEC-03).

With them, a message of 25 MB costs at most 1 s and 200 MB, whatever is in it. What is beyond a bound is kept as an
attachment or left out, and said in `Message.problems`.
"""

# The whole message and its parts

PARTS_LIMIT = 500
DEPTH_LIMIT = 30
DELIMITERS_LIMIT = 20_000
"""Maximum lines to examine that start like a boundary. A body may consist of nothing else."""
REPEATED_BOUNDARY_LIMIT = 2_048
"""Bytes of a part's headers that are searched for a repeated boundary."""
BASE64_PIECES_LIMIT = 500_000
"""Base64 pieces that each end in padding. A file of 25 MB, padded line by line, has 330,000."""

# Headers

HEADERS_LIMIT = 1_000
HEADER_LENGTH_LIMIT = 65_536
"""Bytes of one header. Exchange writes about 40,000 for the recipients of a large meeting."""
HEADER_BLOCK_LIMIT = 4 * HEADER_LENGTH_LIMIT
BROKEN_FOLD_LIMIT = 4_096
"""Bytes between two headers that may be the unindented rest of the first one. DKIM signatures have about 1,000."""
PARAMETERS_LIMIT = 200
IDS_LIMIT = 200
ADDRESSES_LIMIT = 1_000
ADDRESS_LENGTH_LIMIT = 320
"""64 characters for the local part, 255 for the domain (RFC 5321 section 4.5.3.1), and the @."""
CHARSET_NAME_LIMIT = 40
SIGN_LENGTH_LIMIT = 200
AUTHENTICATION_HEADERS_LIMIT = 20
"""Each server on the way may add one; the topmost are read."""
AUTHENTICATION_METHODS_LIMIT = 20
AUTHENTICATION_LENGTH_LIMIT = 8_000
"""Of a longer header, or one with more methods, no result counts: what is left out may say the opposite."""

# Text

TEXT_LIMIT = 4_000_000
"""Characters of plain text over all parts. A part that exceeds it is cut, and kept whole as an attachment."""
HISTORY_LINE_LIMIT = 300
"""Longer lines are text: no program writes such a long attribution line."""
HISTORY_LINES_LIMIT = 5_000
"""Number of lines that are searched for the beginning of the history."""
KEYWORDS_LIMIT = 50

# HTML

HTML_LENGTH_LIMIT = 4_000_000
"""Characters of HTML that are converted, in at most 0.6 s and 40 MB. The rest is kept in `Message.html` only."""
HTML_TEXT_LIMIT = 1_000_000
"""Characters of text between the tags; about 500 pages."""
HTML_TAGS_LIMIT = 100_000
"""Layout tags in one document, at 2 µs each. Newsletters have a few thousand."""
HTML_BLANKS_LIMIT = 1_000_000
"""Spaces that columns and lists may add in all. It limits the text to about 2,000,000 characters."""
TABLE_DEPTH_LIMIT = 16
"""Depth to which nested tables keep their columns. Every level copies the lines of all inner ones; newsletters nest up to 12."""
LIST_DEPTH_LIMIT = 8
"""Depth to which nested lists are indented, by 4 spaces each."""

# Files and reports

NAME_LENGTH_LIMIT = 200
"""UTF-8 bytes of a file name with its extension. File systems allow 255; the rest leaves room for a prefix."""
ENDING_LENGTH_LIMIT = 20
RECIPIENTS_LIMIT = 100
REPORT_LENGTH_LIMIT = 262_144
