"""Decides what becomes of mail: filters, keywords, records and notes. Pure: it neither reads nor writes."""
