"""Why data were read is told in words, to the citizen and to officers alike."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.utils.translation import override

import dinh
from dinh.web.components.purposes import WORDS, why

WRITTEN = re.compile(r'purpose(?:=| or |=purpose or )f?"([a-z ]+)')


def test_every_purpose_that_is_written_has_words() -> None:
    root = Path(dinh.__file__).parent
    sources = [path for path in root.rglob("*.py") if not {"tests", "demo"} & set(path.parts)]
    written = {kind for path in sources for kind in WRITTEN.findall(path.read_text("utf-8"))}

    assert {"dossier", "draft", "worklist", "person", "api"} <= written
    assert written <= set(WORDS)


@pytest.mark.parametrize("language", ["vi", "fr", "en"])
def test_no_purpose_is_shown_as_the_machine_writes_it(language: str) -> None:
    with override(language):
        said = [why(f"{kind}:births") for kind in WORDS]

    assert not [one for one in said if ":" in one or "%(" in one]
    assert len(set(said)) == len(WORDS)


def test_nobody_handles_their_own_dossier() -> None:
    with override("en"):
        assert why("dossier:H38.02-261123-0001") == "to handle dossier H38.02-261123-0001"
        assert why("dossier:H38.02-261123-0001", own=True) == "dossier H38.02-261123-0001"


def test_a_purpose_of_another_time_is_shown_as_it_was_written() -> None:
    assert why("census of 2024") == "census of 2024"
