"""The day on which three communes became Vân Sơn, and the four months after it, lived in a browser.

On the morning of 1 July 2025 each commune has requests in flight, and one paper is out already. The province applies
the decree; officers of the new commune finish what the former ones began. In November the figures of four months are
opened in the boundaries of then and of now, down to rows and the journal; October is locked, a stay is told late, the
difference is seen and restated by a second person, and the report is printed, signed. In a second life the merger is
undone, and nothing is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dinh.directory import queries, tree
from dinh.directory.models import UnitChange
from dinh.directory.tests.changes.settings import fingerprint
from dinh.dossiers.models import Dossier
from dinh.journal.verify import verify
from dinh.papers.models import Paper
from tests.story import three_communes as three
from tests.story.browsing import the_worker_works
from tests.story.day_of_the_merger import Clock, Day
from tests.story.figures_of_van_son import (
    a_figure_opens_down_to_the_journal,
    a_stay_is_told_late,
    four_months_pass,
    links_to_old_codes_lead_to_the_new_commune,
    october_is_locked,
    october_is_restated_by_a_second_person,
    the_figures_are_opened_in_both_boundaries,
    the_report_is_signed_and_opens_its_figures,
)
from tests.story.three_communes import REFORM, Wish, at

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
DECREE = Path("dinh/directory/tests/changes/decisions/van_son.toml")
CHANGES = "/vi/desk/admin/places/changes/"
BEGUN = {"permanent_residence": "05194", "temporary_residence": "05152", "stay_notification": "05176"}


@pytest.fixture
def day(
    db: None, chromium: Any, live_server: Any, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Day]:
    settings.DINH_PUBLIC_URL = live_server.url
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    yield Day(chromium, live_server.url, clock, three.before_the_merger(), tmp_path)


def test_three_communes_become_van_son(day: Day) -> None:
    _the_morning_of_each_commune(day)
    _the_province_applies_the_decree(day)
    _an_officer_of_another_commune_finishes_a_dossier(day)
    _papers_bear_the_name_of_their_day(day)
    four_months_pass(day)
    the_figures_are_opened_in_both_boundaries(day)
    a_figure_opens_down_to_the_journal(day)
    october_is_locked(day)
    a_stay_is_told_late(day)
    october_is_restated_by_a_second_person(day)
    the_report_is_signed_and_opens_its_figures(day)
    links_to_old_codes_lead_to_the_new_commune(day)
    the_worker_works()
    assert verify(
        at=at(REFORM, "07:30")
    ).ok  # the sealer of tests writes no heads.log, which is owed after two minutes
    day.end()


def test_the_merger_is_undone(day: Day) -> None:
    _the_morning_of_each_commune(day)
    day.seat(day.town.administrator)  # signing in is itself kept
    before = fingerprint()
    _the_province_applies_the_decree(day)
    assert fingerprint() != before

    day.clock.turn(REFORM, "11:20")
    office = day.seat(day.town.administrator)
    page = office.open(f"{CHANGES}{UnitChange.objects.get(state='applied').pk}/")
    office.press("form:has(input[name=act][value=undo]) button")

    assert UnitChange.objects.get().state == "undone"
    assert "Vân Sơn" in page.locator("h1").inner_text()
    assert fingerprint() == before
    for wish, dossier in day.flying:
        chief = day.seat(wish.commune.staff["police_chief"])
        assert chief.open(f"/vi/desk/dossier/{dossier.number}/").locator("h1").count() == 1
        assert queries.unit_title(dossier.unit_id, timezone.localdate(), with_parents=False) == (
            f"xã {three.COMMUNES[wish.commune.code][0]}"
        )
    day.end()


def _the_morning_of_each_commune(day: Day) -> None:
    """Three requests are received, and one that came first is decided: its paper bears the old name."""
    day.clock.turn(REFORM, "08:00")
    for procedure, code in BEGUN.items():
        commune = day.town.communes[code]
        wish = Wish(procedure, commune, commune.hamlets[0])
        dossier = three.file(day.town, wish, at(REFORM, "08:20"))
        three.receive(day.town, wish, dossier, at(REFORM, "08:40"))
        day.flying.append((wish, dossier))
    commune = day.town.communes["05194"]
    first = Wish("permanent_residence", commune, commune.hamlets[1])
    done = three.settle_one(day.town, first, at(REFORM, "07:40"))
    the_worker_works()
    day.issued = Paper.objects.get(subject=done.pk, template="residence_notice")
    assert day.issued.state == "issued"
    day.first = first


def _the_province_applies_the_decree(day: Day) -> None:
    """Hand in the file, read what it touches, apply; the proof says that nothing was lost."""
    day.clock.turn(REFORM, "11:00")
    office = day.seat(day.town.administrator)
    page = office.open(f"{CHANGES}new")
    page.locator("input[name=file]").set_input_files(DECREE)
    office.press("form[enctype] .actions button")
    told = page.locator("main").inner_text()
    assert all(f"xã {name}" in told for name, _shares in three.COMMUNES.values())
    flying = page.locator("main").inner_html()
    # They are counted; their numbers stand there for who may read them, which an administrator may not.
    counted = page.locator("tr", has=page.get_by_role("cell", name="Hồ sơ", exact=True)).locator("td.num")
    decided = 1  # and not handed over yet
    assert counted.nth(1).inner_text().strip() == str(len(day.flying) + decided)
    assert not any(dossier.number in flying for _wish, dossier in day.flying)
    page.locator("input[name=sure]").check()
    office.press("button[name=act][value=apply]")
    assert UnitChange.objects.get().state == "applied"
    proof = page.locator("table").last.inner_text()
    assert "không bằng" not in proof.lower()
    tree.forget()


def _an_officer_of_another_commune_finishes_a_dossier(day: Day) -> None:
    """What Ngổ Luông began, officers who came from Quyết Chiến examine and approve: number, clock, version stay."""
    before = {
        row.pk: (row.number, row.due_at, row.procedure_version, row.unit_id) for row in Dossier.objects.all()
    }
    day.clock.turn(REFORM, "14:00")
    _wish, dossier = day.flying[0]
    examiner = day.seat(day.of("05152", "police_officer"))
    page = examiner.open(f"/vi/desk/dossier/{dossier.number}/")
    page.locator("#panel-examine summary").click()
    examiner.press("#panel-examine .actions button")
    chief = day.seat(day.of("05152", "police_chief"))
    page = chief.open("/vi/desk/chair/")
    page.locator(f".file:has-text('{dossier.number}') input[name=file]").check()
    chief.press("#decisions .chair-bar button:not([type=button])")
    the_worker_works()
    dossier.refresh_from_db()
    assert dossier.result.decision == "approved"
    for row in Dossier.objects.all():
        assert before[row.pk] == (row.number, row.due_at, row.procedure_version, row.unit_id)
    for wish, other in day.flying[1:]:
        three.decide(wish, other, at(REFORM, "15:30"))


def _papers_bear_the_name_of_their_day(day: Day) -> None:
    """The paper of the morning keeps its name and is genuine; the one of the afternoon bears the new name."""
    assert day.issued is not None
    paper = Paper.objects.get(subject=day.flying[0][1].pk, template="residence_notice")
    stranger = day.seat(None, 360)
    for one, name in ((day.issued, "Ngổ Luông"), (paper, "Vân Sơn")):
        page = stranger.open(f"/k/{one.check_code}?lang=vi")
        assert "Giấy thật" in page.locator(".verdict.green .verdict-word").inner_text()
        told = page.locator("main").inner_text()
        assert name in told, told
