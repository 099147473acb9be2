"""What the pages of teams keep from whom it is not for, and addresses that nobody wrote by hand."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from dinh.directory.models import Unit
from dinh.directory.tests.cast import Cast
from dinh.journal.models import Access
from dinh.lib.ids import uuid7
from dinh.outreach.models import Difficulty
from dinh.outreach.tests.enrolled import Field, make_field
from dinh.web.desk.tests.conftest import Seat
from dinh.work.models import Assignment, IssueCard

pytestmark = pytest.mark.django_db


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def said(card: IssueCard, field: Field, village: Unit, words: str) -> Difficulty:
    """Return a difficulty of a village that stands on a card."""
    return Difficulty.objects.create(
        id=uuid7(),
        kind="network",
        village=village,
        account=field.volunteer,
        words=words,
        at=timezone.now(),
        card=card,
    )


def test_a_leader_reads_what_their_own_villages_said_and_the_look_leaves_a_trace(
    cast: Cast, field: Field, at_desk: Seat
) -> None:
    card = IssueCard.objects.create(
        unit=cast.cocsan,
        title="Sóng yếu",
        kind="network",
        opened_at=timezone.now(),
        due_on=timezone.localdate(),
    )
    mine = said(card, field, cast.un_ta, "Nhà ông Vàng không có sóng")
    said(card, field, cast.tan_son, "Nhà bà Lù ốm không đi được")

    shown = at_desk(field.leader).get(reverse("desk:card", args=[card.pk])).content.decode()

    assert "ông Vàng" in shown and "bà Lù" not in shown
    look = Access.objects.get(actor=field.leader.pk, subject_type="difficulty")
    assert look.purpose == f"question:{card.pk}" and mine.pk.hex in str(look.shown).replace("-", "")


@pytest.mark.parametrize(
    ("page", "query"),
    [
        ("rota", {"week": "9999-12-31"}), ("rota", {"week": "0001-01-01"}), ("targets", {"month": "9999-12"}),
        ("thanks", {"until": "0001-01-02"}), ("teams_panel", {"month": "9999-12"}), ("teams_reports", {"month": "0001-01"}),
    ],
)  # fmt: skip
def test_a_day_that_nobody_reckons_with_is_read_as_today(
    field: Field, at_desk: Seat, page: str, query: dict[str, str]
) -> None:
    person = field.leader if page in {"teams_panel", "teams_reports"} else field.officer

    assert at_desk(person).get(reverse(f"desk:{page}"), query).status_code == 200


def test_a_task_is_given_to_nobody_who_is_not_there(cast: Cast, field: Field, at_desk: Seat) -> None:
    today = timezone.localdate()
    task = Assignment.objects.create(
        id=uuid7(), rule="asked", subject_type="household", subject=uuid7(), unit=cast.cocsan, village=cast.un_ta,
        opens_on=today, due_on=today, expires_on=today,
    )  # fmt: skip

    answer = at_desk(field.leader).post(reverse("desk:task_act", args=[task.pk]), {"to": "nobody"})

    assert answer.status_code == 404


def test_an_answer_is_not_written_over_one_that_nobody_saw(cast: Cast, field: Field, at_desk: Seat) -> None:
    card = IssueCard.objects.create(
        unit=cast.cocsan, title="Sóng yếu", kind="network", opened_at=timezone.now(), due_on=timezone.localdate(),
        answer="Tháng sau có trạm mới.", state="answered", answered_at=timezone.now(), version=2,
    )  # fmt: skip

    at_desk(cast.leader).post(
        reverse("desk:card_act", args=[card.pk, "answer"]), {"answer": "Chưa biết.", "version": "1"}
    )

    card.refresh_from_db()
    assert card.answer == "Tháng sau có trạm mới."
