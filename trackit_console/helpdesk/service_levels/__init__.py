"""Service levels: due times of records, the time that does not count, reminders, and how a record is doing (NOT-04)."""
