"""Where a node reads declarations of its own."""

from __future__ import annotations

import os
from pathlib import Path

from dinh.config.settings import catalogue_paths


def test_the_homes_own_folder_is_read_where_no_other_is_named(tmp_path: Path) -> None:
    assert catalogue_paths("", tmp_path) == []

    (tmp_path / "catalogue").mkdir()

    assert catalogue_paths("", tmp_path) == [tmp_path / "catalogue"]
    assert catalogue_paths(f"/a{os.pathsep}/b", tmp_path) == [Path("/a"), Path("/b")]
