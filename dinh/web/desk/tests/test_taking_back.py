"""Taking back a paper at the desk: offered to who decides, confirmed on a page of its own, told on the check page."""

from __future__ import annotations

from django.urls import reverse

from dinh.directory.tests.cast import Cast
from dinh.journal.testing import settle
from dinh.papers.models import Paper
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier, page_of


def test_the_leader_takes_it_back_and_the_check_page_says_so(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "returned")
    settle()
    paper = Paper.objects.exclude(template="receipt").get(subject=dossier.pk)
    url = f"{page_of(dossier)}paper/{paper.pk}/take-back"
    client = at_desk(cast.leader)
    assert url in client.get(page_of(dossier)).content.decode()
    assert url not in at_desk(cast.reception).get(page_of(dossier)).content.decode()

    dossier.refresh_from_db()
    empty = client.post(url, {"version": dossier.version})
    done = client.post(url, {"version": dossier.version, "reason": "Sai ngày sinh"})

    assert empty.status_code == 422
    assert done.status_code == 302
    assert (
        "Sai ngày sinh"
        in client.get(reverse("check:paper", args=[paper.check_code]), follow=True).content.decode()
    )
    assert "take-back" not in client.get(page_of(dossier)).content.decode()


def test_a_dossier_that_somebody_changed_meanwhile_is_shown_first(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "returned")
    settle()
    paper = Paper.objects.exclude(template="receipt").get(subject=dossier.pk)

    answer = at_desk(cast.leader).post(
        f"{page_of(dossier)}paper/{paper.pk}/take-back", {"version": 1, "reason": "Sai"}
    )

    assert answer.status_code == 409
    paper.refresh_from_db()
    assert paper.state == Paper.State.ISSUED
