"""The settings: models with fields, defaults, limits and messages. No I/O, and no dependency on other packages."""
