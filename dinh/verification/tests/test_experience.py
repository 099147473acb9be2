"""What a single pair is worth: general experience, and what this node has learnt of its people."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from dinh.directory.models import Unit
from dinh.directory.tests.cast import Cast
from dinh.population.queries import about_how_many
from dinh.population.tests.givens import AT, a_person
from dinh.verification.engine import levels
from dinh.verification.identifying import experience
from dinh.verification.models import Submission

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    experience.forget()
    yield
    experience.forget()


def a_verification(unit: Unit, weights: Any) -> None:
    Submission.objects.create(
        register="tax_codes", unit=unit, state=Submission.State.DONE, summary={"weights": weights}, at=AT
    )


def test_what_chance_does_is_taken_from_the_last_verification(cast: Cast) -> None:
    general = experience.general(0)
    learnt = json.loads(general.to_json())
    learnt["other"]["birth"]["1"][str(levels.ONE_PART)] = -500  # met more often here
    learnt["other"]["birth"]["1"][str(levels.SAME_YEAR)] = -2325  # hardly met
    learnt["same"]["birth"]["1"][str(levels.ONE_PART)] = -1
    a_verification(cast.cocsan, learnt)

    found = experience.weights_of_node()

    assert found.other["birth"][1][levels.ONE_PART] == -500
    assert found.other["birth"][1][levels.SAME_YEAR] == general.other["birth"][1][levels.SAME_YEAR]
    assert found.same == general.same  # the errors of a register's typists are not a citizen's


@pytest.mark.parametrize("weights", [{"people": 5}, {"unheard": 1}, {"same": 1, "other": {}, "seen": {}}])
def test_weights_of_another_version_are_left_alone(cast: Cast, weights: Any) -> None:
    a_verification(cast.cocsan, weights)

    assert experience.weights_of_node() == experience.general(about_how_many())


def test_they_are_read_once_in_an_hour(django_assert_num_queries: Any) -> None:
    experience.weights_of_node(now=0)

    with django_assert_num_queries(0):
        experience.weights_of_node(now=3599)
    with django_assert_num_queries(2):
        experience.weights_of_node(now=3601)


def test_a_small_population_is_not_taken_for_all_who_may_come() -> None:
    a_person()

    assert about_how_many() >= 0
    assert experience.weights_of_node().people == experience.FEWEST
