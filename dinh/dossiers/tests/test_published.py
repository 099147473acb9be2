"""The view of dossiers says what the pages and the rules of the house say of the same rows."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection

from dinh.catalogue import store
from dinh.catalogue.actions import publish
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Channel, Dossier
from dinh.dossiers.queries.figures import all_figures
from dinh.dossiers.rules import clock
from dinh.dossiers.tests.world import NOW, World, approved, begun, examined, filed, filled, received, returned
from dinh.lib.dates import VIETNAM, local_date

pytestmark = pytest.mark.django_db


def rows() -> dict[str, dict[str, Any]]:
    """Return the view's rows by the id of the dossier, as text without dashes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM facts_dossiers")
        names = [one[0] for one in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {str(row["id"]).replace("-", ""): row for row in found}


def on(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def many(world: World) -> None:
    """Dossiers in every state of their life: in time, late, waited for, refused, withdrawn."""
    cast = world.cast
    late = NOW + timedelta(days=12)
    items = [{"item": "applicant.birth", "fault": "incorrect"}]
    filed(world)
    returned(world)
    approved(world)
    examined(world)
    actions.refuse(dossier=filed(world), reason="x", by=cast.reception, at=NOW)
    actions.withdraw(dossier=received(world), by=cast.citizen, at=NOW + timedelta(hours=1))
    actions.reject(dossier=examined(world), reason="x", by=cast.leader, at=late)
    held = received(world)
    actions.request_supplement(dossier=held, items=items, by=cast.examiner, at=NOW + timedelta(minutes=30))
    asked_late = received(world)
    actions.request_supplement(dossier=asked_late, items=items, by=cast.examiner, at=late)
    owing = received(world)
    actions.ask_payment(
        dossier=owing, what="x", amount_vnd=1, by=cast.examiner, at=NOW + timedelta(minutes=30)
    )
    draft = begun(
        world, account=None, person=world.elder, helper=cast.reception, channel=Channel.DIRECT,
        consent={"how": "spoken"},
    )  # fmt: skip
    actions.file(draft=filled(world, draft, by=cast.reception), by=cast.reception, at=NOW)


def test_each_row_says_what_the_rules_say(world: World) -> None:
    publish(store.get(), NOW)
    many(world)
    said = rows()
    assert len(said) == Dossier.objects.count() == 11
    for dossier in Dossier.objects.all():
        row = said[dossier.pk.hex]
        assert on(row["filed_on"]) == local_date(dossier.filed_at)
        assert on(row["received_on"]) == (dossier.received_at and local_date(dossier.received_at))
        assert on(row["due_on"]) == (dossier.due_at and local_date(dossier.due_at))
        assert (
            row["channel"] == {Channel.ONLINE: "online", Channel.DIRECT: "counter"}[Channel(dossier.channel)]
        )
        assert bool(row["waiting"]) == (clock.state_of(dossier, NOW) == "waiting")
        assert bool(row["helped"]) == (dossier.helper_id is not None)
        assert row["sector"] and row["offered"] == "full"


@pytest.mark.parametrize("days", [0, 1, 3, 30])
def test_on_time_is_the_rule_of_the_law_whatever_the_day_of_asking(world: World, days: int) -> None:
    many(world)
    last = local_date(NOW) + timedelta(days=days)
    end = datetime.combine(last, time(), VIETNAM) + timedelta(days=1)
    for dossier in Dossier.objects.all():
        row = rows()[dossier.pk.hex]
        verdict = clock.on_time_verdict(dossier, end)
        if not row["accepted"]:
            assert verdict == "not_counted"
        elif row["on_time"] is not None:
            assert (verdict == "on_time") == bool(row["on_time"]) == (row["timing"] != "late")
        elif on(row["due_on"]) != last:  # on the day itself the law's hour decides; figures wait for its end
            running = bool(row["held"]) or on(row["due_on"]) >= last  # type: ignore[operator]
            assert (verdict == "on_time") == (bool(row["punctual"]) and running), dossier.status


def test_the_page_of_figures_counts_the_same(world: World) -> None:
    many(world)
    since, until = local_date(NOW), local_date(NOW) + timedelta(days=60)
    counted = queries.figures(world.cast.cocsan, since, until)
    said = rows().values()
    by_figure = {
        "e_authenticated": "proved", "online_processed": "online_processed", "four_on_site": "four_on_site",
        "helped": "helped",
    }  # fmt: skip
    assert set(by_figure) <= set(all_figures(NOW))
    for figure, column in by_figure.items():
        assert counted[figure].numerator == sum(bool(row[column]) for row in said), figure
    assert counted["filed_online"].numerator == sum(row["channel"] == "online" for row in said)
    assert counted["four_on_site"].denominator == sum(row["four_on_site"] is not None for row in said)
    on_time = sum(
        bool(row["on_time"])
        or (row["on_time"] is None and row["accepted"] and row["punctual"] and row["held"])
        for row in said
    )
    assert counted["on_time"].numerator == on_time
    assert counted["on_time"].denominator == sum(bool(row["accepted"]) for row in said)


def test_the_working_time_is_the_officers_and_is_what_the_page_tells(world: World) -> None:
    for _ in range(5):
        approved(world)
    cache.clear()
    procedures = {one.procedure for one in Dossier.objects.all()}
    told = queries.real_time(procedures.pop(), world.cast.cocsan)
    kept = {one.worked_minutes for one in Dossier.objects.all()}
    assert told is not None and kept == {told.median_minutes}
    shown = {row["worked_minutes"] for row in rows().values()}
    assert all(0 <= value - told.median_minutes < 15 for value in shown)
    Dossier.objects.update(worked_minutes=None)
    cache.clear()
    again = queries.real_time(Dossier.objects.first().procedure, world.cast.cocsan)  # type: ignore[union-attr]
    assert again == told  # what was decided before it was kept is worked out


def test_every_dossier_counts_and_nobody_is_named(world: World) -> None:
    actions.file(draft=filled(world, begun(world)), by=world.cast.citizen, at=NOW, live=True)
    filed(world)
    dossier = Dossier.objects.get(live=False)
    assert len(rows()) == 2
    told = " ".join(str(value) for value in rows()[dossier.pk.hex].values())
    assert dossier.number not in told and dossier.applicant_name not in told
