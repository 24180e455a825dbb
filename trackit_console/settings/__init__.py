"""The settings: models with fields, defaults, limits and messages. No dependency on other packages, and no I/O except by `reference`."""
