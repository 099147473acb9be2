"""Compiles translations when the package is built or installed."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

sys.path.insert(0, str(Path(__file__).resolve().parent))


class CustomBuildHook(BuildHookInterface[Any]):
    """Hatchling's hook: see `tools/translations.py`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        from translations import compile_all

        compile_all(Path(self.root))
