"""Figures are counted when they are looked at, and open into the rows they count."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.dossiers import actions
from dinh.dossiers.models import Dossier
from dinh.journal.models import Access
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier

FIGURES = "/vi/desk/figures/"


def figure(client: object, key: str) -> tuple[str, str]:
    page = client.get(FIGURES)  # type: ignore[attr-defined]
    found = next(one for one in page.context["figures"] if one["id"] == key)
    return found["top"], found["all"]


def test_changing_a_dossier_changes_the_figure(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    make_dossier(cast)
    client = at_desk(cast.leader)

    assert figure(client, "e_authenticated") == ("2", "2")
    Dossier.objects.filter(pk=dossier.pk).update(e_authenticated=False)
    assert figure(client, "e_authenticated") == ("1", "2")


def test_a_figure_opens_into_its_rows_and_into_what_it_misses(cast: Cast, at_desk: Seat) -> None:
    counted, missed = make_dossier(cast), make_dossier(cast)
    Dossier.objects.filter(pk=missed.pk).update(e_authenticated=False)
    client = at_desk(cast.leader)

    top = client.get(f"{FIGURES}e_authenticated/").content.decode()
    rest = client.get(f"{FIGURES}e_authenticated/?part=rest").content.decode()

    assert counted.number in top and missed.number not in top
    assert missed.number in rest and counted.number not in rest


def test_one_who_may_not_open_dossiers_sees_numbers_without_names(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)

    shown = at_desk(cast.administrator).get(f"{FIGURES}e_authenticated/").content.decode()

    assert dossier.number in shown
    assert "Vàng Văn Phúc" not in shown


def test_a_province_sees_its_communes_and_a_commune_only_itself(cast: Cast, at_desk: Seat) -> None:
    make_dossier(cast)

    assert figure(at_desk(cast.province_viewer), "e_authenticated") == ("1", "1")
    asked = at_desk(cast.next_administrator).get(f"{FIGURES}?unit={cast.cocsan.pk}")
    assert asked.context["unit"] == str(cast.next_commune.pk)


def test_an_unknown_figure_is_not_found(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.leader).get(f"{FIGURES}happiness/").status_code == 404


def test_reception_has_no_figures(cast: Cast, at_desk: Seat) -> None:
    assert at_desk(cast.reception).get(FIGURES).status_code == 403


def test_a_half_year_that_has_just_begun_does_not_hide_the_full_one(cast: Cast, at_desk: Seat) -> None:
    today = timezone.localdate()
    half = date(today.year, 7 if today.month > 6 else 1, 1)
    before = timezone.make_aware(datetime.combine(half, time()) - timedelta(days=30))
    made = [make_dossier(cast) for _one in range(12)]
    Dossier.objects.filter(pk__in=[one.pk for one in made[1:]]).update(filed_at=before)

    page = at_desk(cast.leader).get(FIGURES)

    assert page.context["total"] == 11
    assert [half["half"].filed for half in page.context["halves"]] == [1, 11, 0, 0]
    assert [half["current"] for half in page.context["halves"]] == [False, True, False, False]


def test_what_is_owed_elsewhere_is_not_late_while_it_is_waited_for(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    at = timezone.now()
    actions.ask_payment(dossier=dossier, what="Thuế đất", amount_vnd=1, by=cast.examiner, at=at)
    client = at_desk(cast.leader)

    Dossier.objects.filter(pk=dossier.pk).update(due_at=at + timedelta(minutes=1))
    assert figure(client, "on_time") == ("1", "1")
    Dossier.objects.filter(pk=dossier.pk).update(due_at=at - timedelta(days=1))
    assert figure(client, "on_time") == ("0", "1")


def test_the_rows_of_a_figure_are_taken_away_by_those_who_may(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    url = f"{FIGURES}e_authenticated/?form=csv"

    taken = at_desk(cast.leader).get(url)
    only_read = at_desk(cast.administrator).get(url)

    assert taken["Content-Type"].startswith("text/csv")
    assert dossier.number in taken.content.decode()
    assert only_read["Content-Type"].startswith("text/html")
    assert Access.objects.filter(kind="export", subject_type="dossier", actor=cast.leader.pk).count() == 1
