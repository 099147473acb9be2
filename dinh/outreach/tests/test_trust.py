"""A badge is checked by anyone and proves no more than its card; slips and receipts lead back to what was done."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta

import pytest

from dinh.directory.tests.cast import HANOI, Cast
from dinh.lib.errors import Invalid, NotPermitted, Refused
from dinh.outreach.actions import trust
from dinh.outreach.models import Badge, BadgeCheck, Member, SlipBook, Team
from dinh.outreach.queries import trust as queries
from dinh.outreach.rules import badges
from dinh.outreach.rules.badges import Verdict
from dinh.outreach.tests import doing
from dinh.outreach.tests.enrolled import Field, make_field, make_house, make_phone
from dinh.work.models import IssueCard

AT = datetime(2026, 11, 20, 9, 0, tzinfo=HANOI)
UNTIL = date(2026, 12, 31)


@pytest.fixture
def field(cast: Cast) -> Field:
    return make_field(cast)


def given(cast: Cast, field: Field, until: date = UNTIL) -> Badge:
    return trust.give_badge(
        account=field.volunteer, unit=cast.cocsan, expires_on=until, by=field.officer, at=AT
    )


def test_one_wrong_digit_and_two_that_changed_places_never_hold() -> None:
    code = badges.make_code(random.Random(7).randrange)
    plain = code.replace("-", "")
    for place in range(8):
        for digit in "0123456789":
            if digit != plain[place]:
                assert badges.normalise(plain[:place] + digit + plain[place + 1 :]) is None
    for place in range(7):
        if plain[place] != plain[place + 1]:
            swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
            assert badges.normalise(swapped) is None
    assert badges.normalise(f" {plain[:4]} {plain[4:]} ") == code
    assert badges.code_in(f"The so {code} co dung khong?") == code
    assert badges.code_in("Goi 0912345678") is None


def test_a_genuine_badge_tells_first_name_team_and_place(cast: Cast, field: Field) -> None:
    found = queries.check_badge(given(cast, field).code, at=AT)

    assert found.genuine
    assert (found.first_name, found.team, found.until) == (
        field.volunteer.full_name.split()[-1],
        "Tổ Ún Tà",
        UNTIL,
    )
    assert queries.check_badge("1234-5678", at=AT).verdict == Verdict.UNKNOWN


def test_a_badge_that_ended_tells_no_name(cast: Cast, field: Field) -> None:
    badge = given(cast, field)
    assert queries.check_badge(badge.code, at=AT + timedelta(days=60)).verdict == Verdict.EXPIRED
    trust.revoke_badge(badge=badge, by=field.officer, at=AT)
    found = queries.check_badge(badge.code, at=AT)
    assert (found.verdict, found.first_name, found.team) == (Verdict.REVOKED, "", "")
    with pytest.raises(Refused):
        trust.revoke_badge(badge=badge, by=field.officer, at=AT)


def test_who_leaves_the_team_carries_no_genuine_badge(cast: Cast, field: Field) -> None:
    badge = given(cast, field)
    Member.objects.filter(account=field.volunteer).update(until_on=AT.date())

    assert queries.check_badge(badge.code, at=AT).verdict == Verdict.REVOKED


def test_a_new_badge_ends_the_one_before(cast: Cast, field: Field) -> None:
    first, second = given(cast, field), given(cast, field)

    assert queries.check_badge(first.code, at=AT).verdict == Verdict.REVOKED
    assert queries.check_badge(second.code, at=AT).genuine
    with pytest.raises(Invalid):
        given(cast, field, AT.date())
    with pytest.raises(NotPermitted):
        trust.give_badge(account=field.volunteer, unit=cast.cocsan, expires_on=UNTIL, by=field.leader, at=AT)


def test_a_message_is_answered_and_counted(cast: Cast, field: Field) -> None:
    badge = given(cast, field)
    found = queries.answer_message(f"THE {badge.code}", at=AT)
    assert found is not None
    trust.note_check(answer=found[0], way="sms", at=AT)

    assert "Tổ Ún Tà" in found[1] and field.volunteer.full_name not in found[1]
    assert queries.answer_message("xin chào", at=AT) is None
    assert BadgeCheck.objects.get().genuine
    assert queries.checks_of(cast.cocsan.pk, AT - timedelta(days=1)) == {"genuine": 1, "refused": 0}


def test_numbers_of_slips_are_given_once(cast: Cast, field: Field) -> None:
    first = trust.give_slips(account=field.volunteer, unit=cast.cocsan, amount=40, by=field.officer, at=AT)
    second = trust.give_slips(account=field.leader, unit=cast.cocsan, amount=8, by=field.officer, at=AT)

    assert [(one.first, one.last) for one in (first, second)] == [(1, 40), (41, 48)]
    with pytest.raises(Invalid):
        trust.give_slips(account=field.leader, unit=cast.cocsan, amount=401, by=field.officer, at=AT)
    assert SlipBook.objects.count() == 2


def test_a_slip_leads_to_its_visit(cast: Cast, field: Field) -> None:
    book = trust.give_slips(account=field.volunteer, unit=cast.cocsan, amount=8, by=field.officer, at=AT)
    visit = doing.visit(field.volunteer, make_house(cast.un_ta, cast.cocsan, 1), AT, slip="000003")

    assert queries.slip(cast.cocsan.pk, 3) == (book, [visit])
    assert queries.slip(cast.cocsan.pk, 9) == (None, [])
    assert queries.used_of([book]) == {book.pk: 1}


def test_a_receipt_tells_what_became_of_it_and_nothing_of_whom(cast: Cast, field: Field) -> None:
    phone = make_phone(field.volunteer, at=AT)
    house = make_house(cast.un_ta, cast.cocsan, 1)
    waits = doing.operation(phone, 1, AT, state="waiting")
    told = doing.operation(phone, 2, AT, kind="difficulty", village=cast.un_ta)
    card = IssueCard.objects.create(
        unit=cast.cocsan,
        title="Sóng yếu",
        kind="network",
        opened_at=AT,
        due_on=UNTIL,
        state="answered",
        answered_at=AT,
    )
    doing.difficulty(field.volunteer, house, AT, id=told.pk, card=card)

    assert queries.receipt(waits.receipt)[0].state == "waits"
    found = queries.receipt(told.receipt)[0]
    assert (found.state, found.village, found.since) == ("answered", "thôn Ún Tà", AT.date())
    assert queries.receipt("0000-0000") == []


@pytest.mark.django_db
def test_nobody_vouches_for_the_members_of_another_commune(cast: Cast, field: Field) -> None:
    Member.objects.filter(account=field.volunteer).update(
        team=Team.objects.create(
            unit=cast.next_commune, kind="village", name="Tổ bên", opened_on=date(2025, 7, 1)
        )
    )

    with pytest.raises(Invalid):
        given(cast, field)
    with pytest.raises(Invalid):
        trust.give_slips(account=field.volunteer, unit=cast.cocsan, amount=8, by=field.officer, at=AT)
