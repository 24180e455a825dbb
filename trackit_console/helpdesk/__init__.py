"""WHAT mail becomes: filters, keywords, records and notes. Decides; does not read or write."""
