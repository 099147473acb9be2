"""Every pinned dependency carries a licence that the EUPL lets us ship with."""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PINNED = re.findall(r"^([a-z0-9][a-z0-9._-]*)==", (ROOT / "requirements/base.txt").read_text(), re.MULTILINE)

ALLOWED = {
    "0BSD", "Apache Software License", "Apache-2.0", "BSD License", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
    "LGPL-3.0-only", "MIT", "MIT License", "MIT-0", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "OFL-1.1",
    "PSF-2.0", "Python Software Foundation License", "Zlib",
}  # fmt: skip
# Packages whose metadata name something else, each with the reason why we may ship it.
REVIEWED = {
    "qrcode": "BSD-3-Clause; its second classifier names the trademark of QR Code",
    "unidecode": "GPL-2.0-or-later; asked for by the data package vietnamadminunits, never imported by us",
}


def licences(name: str) -> set[str]:
    """Return the licence names that an installed package declares."""
    metadata = importlib.metadata.metadata(name)
    classifiers = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
    named = {c.rsplit("::", 1)[1].strip() for c in classifiers if c != "License :: OSI Approved"}
    expression = metadata.get("License-Expression") or ("" if named else metadata.get("License") or "")
    return (set(re.split(r"\s+(?:AND|OR)\s+|[()]", expression)) - {""}) or named


@pytest.mark.parametrize("name", PINNED)
def test_a_dependency_carries_an_allowed_licence(name: str) -> None:
    if name in REVIEWED:
        return
    found = licences(name)
    assert found, f"{name} declares no licence: review it"
    assert found <= ALLOWED, f"{name}: {found - ALLOWED}"


def test_no_reviewed_exception_is_left_over() -> None:
    assert set(REVIEWED) <= set(PINNED)


def test_the_copyleft_helper_of_the_data_package_is_never_imported() -> None:
    import dinh.config.urls  # noqa: F401 - the whole program

    assert "unidecode" not in sys.modules
    assert "vietnamadminunits" not in sys.modules
