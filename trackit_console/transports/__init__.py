"""HOW mail is reached: IMAP and SMTP behind two small protocols. Does not know the database."""
