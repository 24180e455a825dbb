"""The mail that the help desk sends: templates filled with the facts of a record, and composed as messages (NOT-01).

Pure functions. When mail is sent and to whom is decided by rules; the outbox sends it.
"""
