"""The demonstration's identity of citizens."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dinh.directory import demo_identity
from dinh.directory.demo_identity import Challenge
from dinh.directory.limits import TooMany
from dinh.directory.models import Account
from dinh.directory.tests.cast import MONDAY_MORNING as AT
from dinh.directory.tests.cast import PHUC_PERSON, Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotFound, Refused
from dinh.lib.ids import uuid7

NUMBER = "010051000001"
pytestmark = pytest.mark.django_db


def find(number: str) -> SimpleNamespace | None:
    """Stand in for the population, which is a higher package."""
    return SimpleNamespace(pk=PHUC_PERSON, full_name="Vàng Văn Phúc") if number == NUMBER else None


@pytest.fixture(autouse=True)
def demonstration(settings: Any) -> None:
    settings.DINH_DEMO = True
    settings.DINH_PERSON_FINDER = f"{__name__}.find"


def wrong(challenge: Challenge) -> str:
    return f"{(int(challenge.code) + 1) % 10**6:06d}"


def test_a_number_and_the_code_on_the_screen_open_an_account_once() -> None:
    first, second = (
        demo_identity.finish(challenge, f" {challenge.code[:3]} {challenge.code[3:]}", at=AT)
        for challenge in (demo_identity.start("010 051 000 001", at=AT) for _ in range(2))
    )

    assert first == second
    assert (first.kind, first.person, first.demonstration) == (Account.Kind.CITIZEN, PHUC_PERSON, True)
    assert not first.has_usable_password()
    assert NUMBER not in first.username
    assert Entry.objects.filter(subject=first.pk).count() == 1


def test_of_two_presses_at_once_both_sign_in_to_one_account(monkeypatch: pytest.MonkeyPatch) -> None:
    challenge = demo_identity.start(NUMBER, at=AT)
    first = demo_identity.finish(challenge, challenge.code, at=AT)
    found = Account.objects.filter(person=PHUC_PERSON)
    answers = iter([Account.objects.none(), found])  # it was not there yet when the second one looked
    monkeypatch.setattr(
        Account.objects, "filter", lambda **wanted: next(answers) if "person" in wanted else found
    )

    assert demo_identity.finish(challenge, challenge.code, at=AT) == first


def test_the_account_that_the_person_has_is_taken(cast: Cast) -> None:
    challenge = demo_identity.start(NUMBER, at=AT)

    assert demo_identity.finish(challenge, challenge.code, at=AT) == cast.citizen


@pytest.mark.parametrize("number", ["", "abc", "123", "0100510000012"])
def test_what_cannot_be_a_number_is_refused(number: str) -> None:
    with pytest.raises(Invalid):
        demo_identity.start(number, at=AT)


def test_a_number_that_nobody_has_is_refused() -> None:
    with pytest.raises(Invalid) as refused:
        demo_identity.start("010051999999", at=AT)

    assert refused.value.code == "directory.unknown_number"


def test_one_address_tries_sixty_numbers_that_are_nobody_s(cast: Cast) -> None:
    for n in range(60):
        with pytest.raises(Invalid):
            demo_identity.start(f"0100519999{n:02d}", address="203.0.113.9", at=AT)

    with pytest.raises(TooMany):
        demo_identity.start(NUMBER, address="203.0.113.9", at=AT)
    assert demo_identity.start(NUMBER, address="198.51.100.7", at=AT)
    assert demo_identity.start(NUMBER, address="203.0.113.9", at=AT + timedelta(minutes=10))


def test_a_class_behind_one_address_signs_in() -> None:
    for _ in range(200):
        demo_identity.start(NUMBER, address="203.0.113.9", at=AT)


def test_a_wrong_code_is_refused_and_the_sixth_try_waits() -> None:
    challenge = demo_identity.start(NUMBER, at=AT)
    for _ in range(5):
        with pytest.raises(Refused) as refused:
            demo_identity.finish(challenge, wrong(challenge), at=AT)
        assert refused.value.code == "directory.code_wrong"

    with pytest.raises(TooMany):
        demo_identity.finish(challenge, challenge.code, at=AT)


def test_a_code_lasts_ten_minutes() -> None:
    challenge = demo_identity.start(NUMBER, at=AT)

    demo_identity.finish(challenge, challenge.code, at=AT + timedelta(minutes=9, seconds=59))
    with pytest.raises(Refused) as refused:
        demo_identity.finish(challenge, challenge.code, at=AT + timedelta(minutes=10))

    assert refused.value.code == "directory.code_expired"


def test_a_closed_account_stays_closed(cast: Cast) -> None:
    Account.objects.filter(pk=cast.citizen.pk).update(is_active=False)
    challenge = demo_identity.start(NUMBER, at=AT)

    with pytest.raises(Refused) as refused:
        demo_identity.finish(challenge, challenge.code, at=AT)

    assert refused.value.code == "directory.account_closed"


def test_a_real_node_has_no_such_identity(settings: Any) -> None:
    settings.DINH_DEMO = False

    with pytest.raises(NotFound):
        demo_identity.start(NUMBER, at=AT)
    with pytest.raises(NotFound):
        demo_identity.finish(
            Challenge(uuid7(), PHUC_PERSON, "", "123456", AT + timedelta(1)), "123456", at=AT
        )


def test_a_challenge_goes_through_the_session_unchanged() -> None:
    challenge = demo_identity.start(NUMBER, at=AT)

    assert demo_identity.unpack(demo_identity.pack(challenge)) == challenge
