"""Build hook: the wheel, and the editable installation, hold freshly compiled forms although git ignores them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledForms(BuildHookInterface):  # type: ignore[type-arg]
    """Compiles by the same `forms.compile_all` that dev.py and the tests call."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Called by hatchling before it collects files; `version` is `standard` or `editable`."""
        root = Path(self.root)
        sys.path.insert(0, self.root)
        from forms import compile_all

        build_data["artifacts"] += [f"/{output.relative_to(root).as_posix()}" for output in compile_all(root)]
