"""Figures: each is counted from rows, opens into them, and follows a change of one dossier."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache

from dinh.directory.models import Closure
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Channel, Dossier
from dinh.dossiers.rules import clock, life
from dinh.dossiers.tests.world import (
    NOW,
    World,
    approved,
    begun,
    examined,
    filed,
    filled,
    received,
    returned,
)  # fmt: skip
from dinh.lib.errors import NotFound

pytestmark = pytest.mark.django_db
SINCE, UNTIL = date(2026, 11, 1), date(2026, 12, 31)


def figure(world: World, name: str) -> tuple[int, int]:
    found = queries.figures(world.cast.cocsan, SINCE, UNTIL)[name]
    return found.numerator, found.denominator


def test_nothing_filed_is_nothing_to_divide_by(world: World) -> None:
    found = queries.figures(world.cast.cocsan, SINCE, UNTIL)

    assert {(one.numerator, one.denominator, one.percent) for one in found.values()} == {(0, 0, None)}


def test_four_on_site_is_counted_from_the_steps(world: World) -> None:
    returned(world)
    assert figure(world, "four_on_site") == (1, 1)

    dossier = approved(world)
    assert figure(world, "four_on_site") == (1, 1)
    actions.return_result(
        dossier=dossier, collector_name="A", relation="post", checked="known", on_site=False, by=world.cast.reception,
        at=NOW + timedelta(hours=5),
    )  # fmt: skip
    assert figure(world, "four_on_site") == (1, 2)


def test_online_and_e_authenticated(world: World) -> None:
    approved(world)
    draft = begun(
        world, account=None, person=world.elder, helper=world.cast.reception, channel=Channel.DIRECT,
        consent={"how": "spoken"},
    )  # fmt: skip
    actions.file(draft=filled(world, draft, by=world.cast.reception), by=world.cast.reception, at=NOW)

    assert figure(world, "e_authenticated") == (1, 2)
    assert figure(world, "filed_online") == (1, 2)
    assert figure(world, "online_processed") == (1, 2)
    assert figure(world, "helped") == (1, 2)


def test_the_live_desk_of_a_demonstration_counts_as_any_other(world: World) -> None:
    draft = filled(world, begun(world))
    actions.file(draft=draft, by=world.cast.citizen, at=NOW, live=True)

    assert figure(world, "e_authenticated") == (1, 1)


def test_another_commune_and_another_period_are_outside(world: World) -> None:
    filed(world)

    assert queries.figures(world.cast.next_commune, SINCE, UNTIL)["filed_online"].denominator == 0
    assert queries.figures(world.cast.province, SINCE, UNTIL)["filed_online"].denominator == 1
    assert queries.figures(world.cast.cocsan, NOW.date(), NOW.date())["filed_online"].denominator == 1
    before = NOW.date() - timedelta(days=1)
    assert queries.figures(world.cast.cocsan, SINCE, before)["filed_online"].denominator == 0


def test_a_figure_opens_into_its_rows_and_into_what_is_missing(world: World) -> None:
    inside, outside = returned(world), approved(world)
    actions.return_result(
        dossier=outside, collector_name="A", relation="post", checked="known", on_site=False, by=world.cast.reception,
        at=NOW + timedelta(hours=5),
    )  # fmt: skip

    def rows(part: str) -> set[str]:
        return {
            r["number"]
            for r in queries.figure_rows("four_on_site", world.cast.cocsan, SINCE, UNTIL, part=part)
        }

    assert rows("numerator") == {inside.number}
    assert rows("rest") == {outside.number}
    assert rows("denominator") == {inside.number, outside.number}
    with pytest.raises(NotFound):
        queries.figure_rows("no_such", world.cast.cocsan, SINCE, UNTIL)


def test_rows_come_page_after_page(world: World) -> None:
    made = {filed(world).number for _ in range(3)}
    first = queries.figure_rows("filed_online", world.cast.cocsan, SINCE, UNTIL, limit=2)
    rest = queries.figure_rows(
        "filed_online", world.cast.cocsan, SINCE, UNTIL, limit=2, after=first[-1]["id"]
    )

    assert {row["number"] for row in (*first, *rest)} == made


def test_every_kind_of_life_is_judged_alike_by_rule_and_by_query(world: World) -> None:
    """The on-time rule stands twice, in Python and in SQL: both must say the same of each dossier."""
    filed(world)
    received(world)
    examined(world, "permanent_residence")
    returned(world)
    refused = filed(world)
    actions.refuse(dossier=refused, reason="x", by=world.cast.reception, at=NOW)
    rejected = examined(world)
    actions.reject(dossier=rejected, reason="x", by=world.cast.leader, at=NOW + timedelta(days=3))
    withdrawn = received(world)
    actions.withdraw(dossier=withdrawn, by=world.cast.citizen, at=NOW + timedelta(hours=1))
    items = [{"item": "applicant.birth", "fault": "incorrect"}]
    by = world.cast.examiner
    in_time, too_late, answered = received(world), received(world), received(world)
    actions.request_supplement(dossier=in_time, items=items, by=by, at=NOW + timedelta(hours=2))
    actions.request_supplement(dossier=too_late, items=items, by=by, at=NOW + timedelta(days=5))
    actions.request_supplement(dossier=answered, items=items, by=by, at=NOW + timedelta(hours=2))
    actions.supplement(dossier=answered, by=world.cast.citizen, at=NOW + timedelta(hours=3))
    actions.request_supplement(dossier=answered, items=items, reason="y", by=by, at=NOW + timedelta(hours=4))

    for days in (0, 1, 3, 30):
        now = NOW + timedelta(days=days, hours=1)
        on_time = queries.figures(world.cast.cocsan, SINCE, UNTIL, now=now)["on_time"]
        verdicts = [clock.on_time_verdict(one, now) for one in Dossier.objects.all()]
        assert on_time.numerator == verdicts.count("on_time")
        assert on_time.denominator == len(verdicts) - verdicts.count("not_counted")


def test_four_on_site_is_judged_alike_by_rule_and_by_query(world: World) -> None:
    returned(world)
    approved(world)

    counted = {row["id"] for row in queries.figure_rows("four_on_site", world.cast.cocsan, SINCE, UNTIL)}
    for dossier in Dossier.objects.all():
        steps = list(dossier.steps.values_list("verb", "on_site"))
        assert life.four_on_site(steps) is (dossier.pk in counted)


def test_changing_one_dossier_changes_the_figure(world: World) -> None:
    dossier = approved(world)
    before = figure(world, "online_processed")

    Dossier.objects.filter(pk=dossier.pk).update(online_processed=False)

    assert before == (1, 1)
    assert figure(world, "online_processed") == (0, 1)


def test_by_procedure_sums_to_the_whole(world: World) -> None:
    returned(world)
    filed(world, "certified_copy")

    rows = queries.by_procedure(world.cast.cocsan, SINCE, UNTIL)

    assert {row["procedure"]: (row["filed"], row["settled"]) for row in rows} == {
        "civil_status_extract_copy": (1, 1),
        "certified_copy": (1, 0),
    }


def test_real_time_leaves_out_the_waits_and_says_nothing_of_few(world: World) -> None:
    cache.clear()
    for _ in range(4):
        approved(world)
    assert queries.real_time("civil_status_extract_copy", world.cast.cocsan) is None
    cache.clear()
    slow = received(world)
    items = [{"item": "applicant.birth", "fault": "incorrect"}]
    actions.request_supplement(dossier=slow, items=items, by=world.cast.examiner, at=NOW + timedelta(hours=1))
    actions.supplement(dossier=slow, by=world.cast.citizen, at=NOW + timedelta(days=14, hours=1))
    actions.examine(dossier=slow, by=world.cast.examiner, at=NOW + timedelta(days=14, hours=1))
    actions.approve(dossier=slow, by=world.cast.leader, at=NOW + timedelta(days=14, hours=2))

    found = queries.real_time("civil_status_extract_copy", world.cast.cocsan)

    assert found is not None
    assert (found.count, found.median_minutes, found.p90_minutes) == (5, 90, 90)


def test_real_time_counts_only_working_minutes(world: World) -> None:
    cache.clear()
    Closure.objects.create(
        office=world.cast.offices["peoples_committee"], on=NOW.date(), part="morning", reason="Họp dân"
    )
    for _ in range(5):
        approved(world)

    found = queries.real_time("civil_status_extract_copy", world.cast.cocsan)

    assert found is not None and found.median_minutes == 0
