"""Edits about what is gone since, and how an edit stands to those of others: more of ODK's offline entities."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.models import HouseProfile
from dinh.outreach.tests.sending import NOW, Field, row_of
from dinh.population.models import Household, Person


class TestGone:
    """What the node no longer has, or no longer counts: the work is kept, nobody is brought back."""

    def test_what_was_seen_in_a_house_closed_since_is_kept(self, field: Field) -> None:
        Household.objects.update(closed_on=NOW.date())

        answers = field.phone.send(
            field.phone.visit(field.house[1]), field.phone.facts(field.house, {"note": [None, "x"]})
        )

        assert [one["state"] for one in answers] == ["applied", "applied"]
        assert Household.objects.get(pk=field.house[1]).closed_on == NOW.date()

    def test_help_given_before_a_death_was_known_is_kept(self, field: Field) -> None:
        Person.objects.filter(pk=field.phuc[1]).update(status=Person.Status.DEAD, died_on="2026-11-20")

        answer = field.phone.send(field.phone.facts(field.phuc, {"electronic_id": [0, 1]}))[0]

        assert (answer["state"], field.world.phuc.profile.electronic_id) == ("applied", 1)
        assert Person.objects.get(pk=field.phuc[1]).status == "dead"

    def test_a_run_about_what_is_not_here_is_refused_one_by_one(self, field: Field) -> None:
        nowhere = ("household", uuid4())
        run = [field.phone.facts(nowhere, {"note": [None, str(n)]}) for n in range(2)]

        answers = field.phone.send(*run)

        assert [one["code"] for one in answers] == ["entity_unknown", "entity_unknown"]
        assert not HouseProfile.objects.exists()

    def test_one_that_waits_for_its_first_is_refused_when_that_never_comes(self, field: Field) -> None:
        nowhere = ("household", uuid4())
        _first, second = [field.phone.facts(nowhere, {"note": [None, str(n)]}) for n in range(2)]
        field.phone.send(second, at=NOW)

        release_overdue(at=NOW + timedelta(hours=80))

        assert (row_of(second).state, row_of(second).code) == ("refused", "entity_unknown")


@pytest.mark.parametrize(
    ("mine", "others", "clash"),
    [
        pytest.param({"note": [None, "a"]}, {}, None, id="nobody"),
        pytest.param({"note": [None, "a"]}, {"power": [None, "own"]}, "soft", id="another-field"),
        pytest.param({"note": [None, "a"]}, {"note": [None, "b"]}, "hard", id="the-same-field"),
        pytest.param({"note": [None, "a"]}, {"note": [None, "a"]}, "soft", id="the-same-value"),
    ],
)
def test_a_clash_is_soft_or_hard(field: Field, mine: Any, others: Any, clash: str | None) -> None:
    op = field.phone.facts(field.house, mine, at=NOW + timedelta(hours=1), trunk_version=0)
    if others:
        field.other.send(field.other.facts(field.house, others))

    assert field.phone.send(op, at=NOW + timedelta(hours=2))[0]["answer"].get("clash") == clash
