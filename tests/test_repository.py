"""The repository speaks of the project alone: no registry, no path of a machine, no secret."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SKIPPED = {".png", ".pdf", ".woff2", ".ttf"}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in names.splitlines()]


def lines_with(pattern: str) -> list[str]:
    wanted = re.compile(pattern)
    found = []
    for path in tracked():
        if path.suffix in SKIPPED or path == Path(__file__) or not path.is_file():
            continue
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1):
            if wanted.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


def test_no_file_names_a_package_registry() -> None:
    assert (
        lines_with(
            r"https?://[^\s\"']*/simple\b|https?://[^\s\"']+\.(whl|tgz|deb)\b|files\.pythonhosted|--index-url"
        )
        == []
    )


def test_no_file_names_a_path_of_a_machine() -> None:
    assert lines_with(r"(?<![\w$}])/(work|root|home/[a-z]+)/\w") == []


def test_no_private_key_is_kept() -> None:
    assert lines_with(r"-----BEGIN [A-Z ]*PRIVATE KEY-----") == []


def test_every_pin_has_hashes() -> None:
    for name in ("base", "build", "dev"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        for block in re.split(r"\n(?=\S)", text):
            if "==" in block:
                assert "--hash=sha256:" in block, block.splitlines()[0]
