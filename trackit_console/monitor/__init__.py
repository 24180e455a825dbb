"""WHEN it happens: the engine, the poll cycle, leases, back-off. No Qt."""
