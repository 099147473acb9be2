"""Task rules: what is not known of a subject, not a reason or not a procedure is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.catalogue.shapes.task import ANCHORS, FACTS
from dinh.lib.errors import Invalid


def faults_of(tmp_path: Path, **changed: str) -> dict[str, str]:
    """Return the faults, by place, of the shipped catalogue with one rule changed."""
    folder = tmp_path / "tasks"
    folder.mkdir()
    lines = [f"{key} = {value}" for key, value in changed.items()]
    (folder / "first_visit.override.toml").write_text("\n".join(lines))
    try:
        store.load([store.shipped(), tmp_path])
    except Invalid as refused:
        return {fault.path.rsplit(": ", 1)[1]: fault.code for fault in refused.faults}
    return {}


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("condition", '"not visited and age > 70"', "catalogue.unknown_fact"),
        ("condition", '"not visited and"', "catalogue.expression"),
        ("anchor", '"birthday_on"', "catalogue.unknown_anchor"),
        ("ages", "[75]", "catalogue.ages_of_a_birthday"),
        ("skip_reasons", '["absent", "tired"]', "catalogue.unknown_code"),
        ("procedure", '"fishing_licence"', "catalogue.unknown_procedure"),
    ],
)
def test_a_rule_that_asks_for_what_is_not_there_is_refused(
    tmp_path: Path, key: str, value: str, code: str
) -> None:
    assert faults_of(tmp_path, **{key: value}) == {key: code}


def test_a_rule_may_be_changed_by_a_place(tmp_path: Path) -> None:
    assert faults_of(tmp_path, days="30", condition="\"not visited and poverty == 'poor'\"") == {}


def test_every_rule_says_what_to_do_in_three_languages() -> None:
    for rule in store.get().tasks.values():
        assert rule.sentence.vi and rule.sentence.fr and rule.sentence.en
        assert rule.anchor in ANCHORS[rule.applies_to]
    assert {rule.applies_to for rule in store.get().tasks.values()} <= FACTS.keys()
