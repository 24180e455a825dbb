"""WHAT can be set: one module per tile; fields, defaults, limits and messages. No I/O, no other part of the program."""
