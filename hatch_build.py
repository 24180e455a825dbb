"""Build hook: the compiled forms belong into the wheel although git does not keep them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))

from forms import COMPILED, compile_all


class FormsHook(BuildHookInterface[Any]):
    """Compiles the forms before the files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_all(Path(self.root))
        build_data["artifacts"].append(f"{COMPILED.as_posix()}/*")
