"""What a guide shows as a whole file can be used as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from dinh.catalogue import store
from dinh.catalogue.tests.samples import write

ROOT = Path(__file__).parents[3]


def test_the_register_of_the_guide_is_read_beside_the_shipped_ones(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "registers.md").read_text("utf-8")
    shown = re.search(r"```toml\n(.*?)```", guide, re.DOTALL)
    assert shown

    write(tmp_path, {"registers/choir_members": shown[1]})
    register = store.load([store.shipped(), tmp_path]).registers["choir_members"]

    assert register.person is not None
    assert [field.id for field in register.complete()] == ["card", "full_name", "number", "birth"]
