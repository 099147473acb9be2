"""Figures are counted when they are looked at, and open into the rows they count."""

from __future__ import annotations

from dinh.directory.tests.cast import Cast
from dinh.dossiers.models import Dossier
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
