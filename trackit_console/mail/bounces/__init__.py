"""Recognises mail by which a system says that a message did not arrive (MSG-09): `read_bounce`.

`senders` and `failure_words` tell that it is a bounce, `delivery_report` reads the part for machines (RFC 3464),
`report_in_words` what systems write for people, `returned_message` what they send back. `decision` puts it together.
"""

from trackit_console.mail.bounces.decision import read_bounce

__all__ = ["read_bounce"]
