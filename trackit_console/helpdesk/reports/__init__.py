"""Reports that are sent by email (NOT-02): what they say and how it looks. Pure: the numbers come from `store.report_data`.

`period` is what a report is about, `contents` makes a `Document` of the numbers, `html`, `plain` and `csv_file` write it.
"""
