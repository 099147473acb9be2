"""A catalogue with five faults: the command prints all five, each with its file and its place, and fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dinh.config.setting_up import PACKAGE

FAULTS = {
    'valid_from = 2025-07-01': 'valid_from = "tomorrow"',
    'home = "desk"': 'home = "moon"',
    'id = "clerk"': 'id = "secretary"',
    'title = {': 'titel = {',
    '"dossiers.return",': "7,",
}  # fmt: skip


def test_five_faults_are_printed_at_once_with_their_places(tmp_path: Path) -> None:
    home, extra = tmp_path / "home", tmp_path / "extra" / "roles"
    extra.mkdir(parents=True)
    text = (PACKAGE.parent / "catalogue" / "roles" / "clerk.toml").read_text()
    for right, wrong in FAULTS.items():
        assert right in text
        text = text.replace(right, wrong, 1)
    (extra / "clerk.toml").write_text(text)

    done = subprocess.run(
        [sys.executable, "-m", "dinh", "catalogue", "check", str(extra.parent)],
        env={**os.environ, "DINH_HOME": str(home), "DINH_CATALOGUE_PATHS": str(extra.parent)},
        capture_output=True, text=True, check=False, cwd=PACKAGE.parent,
    )  # fmt: skip
    said = done.stdout + done.stderr

    assert done.returncode == 1
    lines = {line for line in said.splitlines() if "clerk.toml" in line}
    places = ("valid_from", "home", "id", "titel", "title", "permissions")
    found = {place for place in places if any(f": {place}" in line for line in lines)}
    assert len(lines) >= 5, said
    assert found >= {"valid_from", "home", "id", "titel", "permissions"}, said
    assert "Traceback" not in said
