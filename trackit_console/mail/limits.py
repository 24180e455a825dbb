"""The bounds on the time, memory and output of reading a message (SEC-03); those of HTML are in `html_limits`.

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
GUESSED_BOUNDARY_LIMIT = 8_192
"""Bytes at the start of a body whose type is unusable that are searched for a boundary."""
BASE64_PIECES_LIMIT = 700_000
"""Signs of padding amid base64, at 0.15 µs each. A file of 25 MB, padded line by line, has 660,000."""
DAMAGED_BASE64_PIECES_LIMIT = 1_000
"""Padded pieces of base64 of which one is incomplete, at 2 µs each in each part."""

# Containers: signed mail, winmail.dat, files within the text

UNPACKED_BASE = 16_000_000
UNPACKED_FACTOR = 2
"""Bytes that may be unpacked in all: the base, and twice the size of the message. Containers in containers add up."""
UNPACKING_STEPS_LIMIT = 200_000
"""Attributes, properties, ASN.1 elements and BinHex runs in all. A meeting request with 1,000 recipients has about 20,000
properties, a compressed file of 20 MB about 80,000 runs."""
TNEF_DEPTH_LIMIT = 5
"""Messages in messages within one winmail.dat."""
RTF_LIMIT = 1_000_000
"""Bytes of RTF that are decompressed and read as text in all, in at most 0.5 s."""
RTF_TOKENS_LIMIT = 300_000
CALENDAR_LIMIT = 262_144
"""Characters of a calendar that are read as text; the file has all of it."""
TEXT_FILES_LIMIT = 200
"""Places within the texts of a message where an encoded file may begin."""

# Headers

HEADERS_LIMIT = 1_000
HEADER_LENGTH_LIMIT = 65_536
"""Bytes of one header. Exchange writes about 40,000 for the recipients of a large meeting."""
HEADER_NAME_LIMIT = 100
HEADER_BLOCK_LIMIT = 4 * HEADER_LENGTH_LIMIT
"""Bytes of all values of a header block together."""
CHARSET_SEARCH_LIMIT = 16_384
"""Bytes that are searched for the character set of raw letters: the header block and that of the first part."""
CHARSETS_LIMIT = 20
"""Names of character sets that are tried for raw letters."""
STRAY_LINES_LIMIT = 2_048
"""Bytes that may stand before the first header: the banner of a scanner, the answer of a server."""
BLANK_LINES_IN_HEADERS_LIMIT = 3
BROKEN_FOLD_LIMIT = 4_096
"""Bytes between two headers that may be the unindented rest of the first one. DKIM signatures have about 1,000."""
PARAMETERS_LIMIT = 200
IDS_LIMIT = 200
DATE_LENGTH_LIMIT = 200
ADDRESSES_LIMIT = 1_000
ADDRESS_LENGTH_LIMIT = 320
"""64 characters for the local part, 255 for the domain (RFC 5321 section 4.5.3.1), and the @."""
CHARSET_NAME_LIMIT = 40
SIGN_LENGTH_LIMIT = 200
JAPANESE_RUNS_LIMIT = 200_000
"""Runs of one kind of character in a Japanese text, at 1 µs each. 4 MB of ordinary text have about 150,000."""
AUTHENTICATION_HEADERS_LIMIT = 20
"""Each server on the way may add one; the topmost are read."""
AUTHENTICATION_METHODS_LIMIT = 20
AUTHENTICATION_LENGTH_LIMIT = 8_000
"""Of a longer header, or one with more methods, no result counts: what is left out may say the opposite."""

# Text

TEXT_BYTES_LIMIT = 8_000_000
"""Bytes of text and HTML over all parts that are decoded: a character may take four bytes in memory, a slow codec 0.1 µs.

A part that exceeds it is cut, and kept whole as an attachment.
"""
TEXT_LIMIT = 4_000_000
"""Characters of plain text over all parts. A part that exceeds it is cut, and kept whole as an attachment."""
HISTORY_LINE_LIMIT = 300
"""Longer lines are text: no program writes such a long attribution line."""
HISTORY_LINES_LIMIT = 5_000
"""Number of lines that are searched for the beginning of the history."""
HISTORY_CANDIDATES_LIMIT = 500
"""Lines that end like an attribution or begin like a header, and are looked at closely, at 50 µs each."""
HISTORY_HEADERS_LIMIT = 14
"""Lines that a header block may have, with blank and wrapped ones."""
HEADER_LABEL_LIMIT = 40
ATTRIBUTION_LINES_LIMIT = 6
ATTRIBUTION_WORDS_LIMIT = 30
KEYWORDS_LIMIT = 50

# Files and reports

NAME_LENGTH_LIMIT = 200
"""UTF-8 bytes of a file name with its extension. File systems allow 255; the rest leaves room for a prefix."""
ENDING_LENGTH_LIMIT = 20
RECIPIENTS_LIMIT = 100
REPORT_LENGTH_LIMIT = 262_144
REPORTS_LIMIT = 20
"""Parts with a report that are read. A system writes one."""

# Bounces and automatic mail

BOUNCE_TEXT_LIMIT = 65_536
"""Characters of a report in words that are searched, at 1 µs each. The rest is the returned message."""
FAILURE_WORDS_LIMIT = 20_000
"""Characters at the start of a report that are searched for words. Systems say at once what happened."""
REPORT_FIELD_LIMIT = 4_000
"""Characters of one field of a report. Diagnostics and X.400 addresses are long."""
SENT_TO_LENGTH_LIMIT = 10_000
"""Characters of To and Cc of a returned message."""
SENDER_LENGTH_LIMIT = 500
ABSENCE_SUBJECT_LIMIT = 120
"""Characters at the start of a subject that may say that it is an automatic reply."""
