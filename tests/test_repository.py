"""The repository speaks of the project alone: no registry, no path of a machine, no secret."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

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
    for name in ("base", "build", "dev", "spark"):
        text = (ROOT / f"requirements/{name}.txt").read_text()
        for block in re.split(r"\n(?=\S)", text):
            if "==" in block:
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_what_spark_needs_is_pinned_as_its_extra_asks() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["spark"]
    asked = (ROOT / "requirements/spark.in").read_text().splitlines()
    pinned = dict(
        re.findall(r"^([\w.-]+)==([\w.]+)", (ROOT / "requirements/spark.txt").read_text(), re.MULTILINE)
    )

    assert [line for line in asked if line[0] not in "-#"] == extra
    for one in map(Requirement, extra):
        assert one.specifier.contains(pinned[one.name]), one
