"""Files of a dossier: opened through it alone, and drawn when they are wanted."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.journal.testing import settle
from dinh.papers.models import Paper
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier, page_of


def test_a_paper_handed_in_is_shown_without_harm(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast)
    given = dossier.attachments.get()

    answer = at_desk(cast.reception).get(f"{page_of(dossier)}file/{given.pk}")

    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert Access.objects.filter(kind="file", subject=given.pk, actor=cast.reception.pk).count() == 1


def test_a_paper_of_another_dossier_is_not_reached_through_this_one(cast: Cast, at_desk: Seat) -> None:
    mine, other = make_dossier(cast), make_dossier(cast)

    answer = at_desk(cast.reception).get(f"{page_of(mine)}file/{other.attachments.get().pk}")

    assert answer.status_code == 404


def test_a_paper_never_drawn_is_drawn_when_it_is_opened(cast: Cast, at_desk: Seat) -> None:
    dossier = make_dossier(cast, "received")
    found = Paper.objects.get(subject=dossier.pk, template="receipt")
    Paper.objects.filter(pk=found.pk).update(requested_at=timezone.now() - timedelta(days=200))
    client, url = at_desk(cast.reception), f"/vi/desk/dossier/{dossier.number}/paper/{found.pk}"

    waits = client.get(url)
    settle()
    ready = client.get(url, headers={"HX-Request": "true"})
    read = client.get(url)

    assert 'hx-trigger="load delay:2s"' in waits.content.decode()
    assert ready["HX-Redirect"] == url
    assert b"".join(read.streaming_content).startswith(b"%PDF-")  # type: ignore[attr-defined]
