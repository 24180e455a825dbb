"""Table models: what the lists show."""
