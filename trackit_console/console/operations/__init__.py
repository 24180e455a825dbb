"""What pages do with the database: plain methods that open a transaction and run on a worker thread. No Qt here."""
