"""Electronic identity climbs; channels are written one way; mandates say who may act for whom."""

from datetime import date, timedelta

import pytest

from dinh.directory.tests.cast import Cast
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, Refused
from dinh.population.actions import (
    add_channel,
    close_person,
    give_mandate,
    remove_channel,
    revoke_mandate,
    set_electronic_id,
)
from dinh.population.models import Channel, ElectronicId
from dinh.population.queries import acting_as, channels_of, may_act_for, principals_of
from dinh.population.rules import channel_value
from dinh.population.tests.givens import AT, a_person

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def test_a_level_only_climbs() -> None:
    person = a_person()
    for level, since in (
        (1, date(2025, 1, 1)),
        (2, date(2026, 1, 1)),
        (1, date(2026, 2, 1)),
        (2, date(2026, 3, 1)),
    ):
        set_electronic_id(person=person, level=level, since=since, by=None, at=AT)

    known = ElectronicId.objects.get()
    assert (known.level, known.since) == (2, date(2026, 1, 1))
    assert Entry.objects.filter(kind="population.electronic_id_set").count() == 2
    with pytest.raises(Invalid):
        set_electronic_id(person=person, level=3, since=TODAY, by=None, at=AT)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("phone", "0912 345 678", "0912345678"),
        ("phone", "+84 912.345.678", "0912345678"),
        ("phone", "(0214) 3840 123", "02143840123"),
        ("email", " May@Example.VN ", "May@example.vn"),
    ],
)
def test_channels_are_written_in_one_way(kind: str, typed: str, stored: str) -> None:
    assert channel_value(kind, typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("phone", "12345678"), ("phone", "09123"), ("phone", "gọi sau"), ("phone", ""), ("email", "may@"), ("email", "a b@c.vn"), ("email", "@c.vn"), ("email", "may@localhost")],
)  # fmt: skip
def test_what_is_no_channel_is_refused(kind: str, typed: str) -> None:
    with pytest.raises(Invalid):
        channel_value(kind, typed)


def test_a_channel_is_kept_once_may_become_verified_and_go() -> None:
    person = a_person()
    add_channel(person=person, kind="phone", value="0912345678", by=None, at=AT)
    add_channel(person=person, kind="phone", value="0912 345 679", by=None, at=AT)

    verified = add_channel(person=person, kind="phone", value="0912 345 678", verified_at=AT, by=None, at=AT)

    assert [c.value for c in channels_of(person)] == ["0912345678", "0912345679"]
    remove_channel(channel=verified, by=None, at=AT)
    assert Channel.objects.count() == 1
    assert Entry.objects.filter(subject=verified.pk).count() == 3


def test_a_mandate_holds_for_its_procedures_and_days() -> None:
    principal, agent = a_person("Lý Thị Mẩy"), a_person("Vàng Thị Lan")
    give_mandate(
        principal=principal, agent=agent, kind="chosen", procedures=["social_pension"], from_on=TODAY,
        until_on=TODAY + timedelta(days=1), by=None, at=AT,
    )  # fmt: skip

    assert acting_as(agent, principal, "social_pension", TODAY) == "chosen"
    assert may_act_for(agent.pk, principal.pk, "social_pension", TODAY + timedelta(days=1))
    assert may_act_for(agent, principal, "", TODAY)
    assert not may_act_for(agent, principal, "certified_copy", TODAY)
    assert not may_act_for(agent, principal, "social_pension", TODAY - timedelta(days=1))
    assert not may_act_for(agent, principal, "social_pension", TODAY + timedelta(days=2))
    assert not may_act_for(principal, agent, "social_pension", TODAY)
    assert principals_of(agent, TODAY) == [principal]


def test_a_revoked_mandate_gives_nothing() -> None:
    principal, agent = a_person("Lý Thị Mẩy"), a_person("Vàng Thị Lan")
    mandate = give_mandate(principal=principal, agent=agent, kind="guardian", from_on=TODAY, by=None, at=AT)
    assert may_act_for(agent, principal, "certified_copy", TODAY)

    revoke_mandate(mandate=mandate, by=None, at=AT)

    assert not may_act_for(agent, principal, "certified_copy", TODAY)
    assert principals_of(agent, TODAY) == []
    with pytest.raises(Refused, match="mandate_revoked"):
        revoke_mandate(mandate=mandate, by=None, at=AT)


def test_parents_act_for_their_children_until_they_are_18() -> None:
    mother = a_person("Lý Thị Mẩy")
    child = a_person("Vàng Thị Lan", birth="2008-11-24", mother=mother)
    grown = a_person("Vàng A Páo", birth="2008-11-23", mother=mother)

    assert acting_as(mother, child, "birth_registration", TODAY) == "parent"
    assert acting_as(mother, grown, "birth_registration", TODAY) is None
    assert principals_of(mother, TODAY) == [child]


def test_everybody_acts_for_themselves_and_nobody_for_the_deceased() -> None:
    principal, agent = a_person("Lý Thị Mẩy"), a_person("Vàng Thị Lan")
    give_mandate(principal=principal, agent=agent, kind="chosen", from_on=TODAY, by=None, at=AT)
    close_person(person=principal, died_on="2026-11-23", by=None, at=AT)

    assert acting_as(agent, agent, "certified_copy", TODAY) == "self"
    assert acting_as(agent, principal, "certified_copy", TODAY) is None


def test_a_mandate_that_means_nothing_is_refused_with_every_fault() -> None:
    person = close_person(person=a_person(), died_on="2026-11-23", by=None, at=AT)

    with pytest.raises(Invalid) as refused:
        give_mandate(
            principal=person,
            agent=person,
            kind="friend",
            from_on=TODAY,
            until_on=date(2026, 1, 1),
            by=None,
            at=AT,
        )

    assert [f.code for f in refused.value.faults] == [
        "population.same_person", "population.dead", "population.not_in_list", "population.ends_before_it_begins",
    ]  # fmt: skip


def test_the_cast_of_citizens_can_be_made_real(cast: Cast) -> None:
    assert a_person("Vàng Văn Phúc", id=cast.citizen.person).pk == cast.citizen.person
