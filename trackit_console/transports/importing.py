"""Imports heavy libraries for one thread at a time.

Python locks each module by itself. Two threads that enter a circle of modules from different sides would wait for each
other, so it lets one go on with a module that is not complete (importlib, `_ModuleLock`): `requests` and exchangelib then
fail with an AttributeError or ImportError, in a visit that had done nothing wrong.
"""

from __future__ import annotations

import threading

IMPORTING = threading.RLock()
"""Held while a library is imported within a function."""
