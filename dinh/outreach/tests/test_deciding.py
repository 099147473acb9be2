"""The desk decides: two values for one identity field, and operations that wait for somebody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dinh.directory.models import Account
from dinh.directory.tests.cast import make_data_officer
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale
from dinh.outreach.actions import accepting, conflicts
from dinh.outreach.models import Conflict, Operation, Visit
from dinh.outreach.tests.sending import NOW, Field, row_of
from dinh.population.models import Person

LATER = NOW + timedelta(days=1)


@pytest.fixture
def decides(field: Field) -> Account:
    """The vice-chair, who supervises the teams and here also keeps the population."""
    from dinh.directory.tests.cast import make_grant

    make_data_officer(field.cast)
    for role in ("police_officer", "digital_officer", "civil_status_officer", "data_officer"):
        make_grant(field.khoa, role, field.cast.cocsan)
    return field.khoa


def clash(field: Field, name: str = "full_name", theirs: Any = "Vàng Văn Phức") -> Conflict:
    """Let a phone see another value than the register's."""
    op = field.phone.facts(field.phuc, {name: [None, theirs], "note": ["", "gặp"]})
    answer = field.phone.send(op)[0]
    assert (answer["state"], answer["code"]) == ("review", "identity_differs")
    return Conflict.objects.get(operation=op["op_id"])


def test_both_values_stand_before_the_desk_and_the_rest_is_kept(field: Field) -> None:
    found = clash(field)

    assert (found.before, found.ours, found.theirs) == (None, "Vàng Văn Phúc", "Vàng Văn Phức")
    assert field.world.phuc.profile.note == "gặp"
    assert Person.objects.get(pk=field.phuc[1]).full_name == "Vàng Văn Phúc"


def test_the_same_value_is_no_conflict(field: Field) -> None:
    answer = field.phone.send(field.phone.facts(field.phuc, {"sex": ["9", "1"]}))[0]

    assert (answer["state"], Conflict.objects.count()) == ("applied", 0)


def test_taken_it_stands_in_the_register_and_undone_it_does_not(field: Field, decides: Account) -> None:
    found = clash(field)

    conflicts.decide(conflict=found, take=True, reason="Theo CCCD", version=1, by=decides, at=LATER)
    assert Person.objects.get(pk=field.phuc[1]).full_name == "Vàng Văn Phức"
    assert (found.operation.__class__.objects.get(pk=found.operation_id).code) == "desk_accepted"

    conflicts.undo(conflict=found, reason="Nhầm", version=2, by=decides, at=LATER)
    assert Person.objects.get(pk=field.phuc[1]).full_name == "Vàng Văn Phúc"
    assert found.state == Conflict.State.OPEN


def test_the_same_difference_after_a_decision_is_asked_again(field: Field, decides: Account) -> None:
    conflicts.decide(
        conflict=(first := clash(field)), take=False, reason="Đúng rồi", version=1, by=decides, at=LATER
    )

    again = clash(field)

    assert (again.pk != first.pk, again.state, Conflict.objects.count()) == (True, "open", 2)
    conflicts.decide(conflict=again, take=True, reason="Đã xem CCCD", version=1, by=decides, at=LATER)
    assert Person.objects.get(pk=field.phuc[1]).full_name == "Vàng Văn Phức"
    assert (
        field.phone.send(field.phone.facts(field.phuc, {"full_name": [None, "Vàng Văn Phức"]}))[0]["state"]
        == "applied"
    )


def test_kept_the_register_stays(field: Field, decides: Account) -> None:
    conflicts.decide(
        conflict=(found := clash(field)), take=False, reason="Đúng rồi", version=1, by=decides, at=LATER
    )

    assert (found.state, Person.objects.get(pk=field.phuc[1]).full_name) == ("kept", "Vàng Văn Phúc")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        pytest.param({"reason": " "}, Invalid, id="without-reason"),
        pytest.param({"version": 7}, Stale, id="not-as-seen"),
        pytest.param({"by": "nga"}, NotPermitted, id="a-volunteer"),
    ],
)
def test_a_decision_needs_right_reason_and_what_was_seen(
    field: Field, decides: Account, given: dict[str, Any], error: type[Exception]
) -> None:
    found = clash(field)
    by = getattr(field, given.pop("by")) if "by" in given else decides
    asked: dict[str, Any] = {"reason": "Vì", "version": 1, "by": by} | given

    with pytest.raises(error):
        conflicts.decide(conflict=found, take=False, at=LATER, **asked)
    found.refresh_from_db()
    assert found.state == Conflict.State.OPEN


def test_an_undo_does_not_go_over_what_came_after(field: Field, decides: Account) -> None:
    found = clash(field)
    conflicts.decide(conflict=found, take=True, reason="Theo CCCD", version=1, by=decides, at=LATER)
    Person.objects.filter(pk=field.phuc[1]).update(full_name="Vàng Phúc")

    with pytest.raises(Refused):
        conflicts.undo(conflict=found, reason="Nhầm", version=2, by=decides, at=LATER)


class TestQueue:
    """What waits for the desk is applied, or refused with a reason, once."""

    def waiting(self, field: Field) -> Any:
        field.phone.device.revoked_at = NOW
        field.phone.device.save()
        op = field.phone.visit(field.house[1])
        field.phone.send(op)
        return row_of(op)

    def test_accepted_it_is_applied(self, field: Field) -> None:
        row = self.waiting(field)

        accepting.accept(operation=row, reason="Đúng là chị Nga", version=1, by=field.khoa, at=LATER)

        assert (row.state, row.code, Visit.objects.count()) == ("applied", "desk_accepted", 1)
        with pytest.raises(Refused):
            accepting.accept(operation=row, reason="Lần nữa", version=2, by=field.khoa, at=LATER)

    def test_refused_it_is_told_why(self, field: Field) -> None:
        from dinh.outreach.actions.answers import told

        row = self.waiting(field)
        accepting.refuse(operation=row, reason="Máy bị mất", version=1, by=field.khoa, at=LATER)

        assert (row.state, Visit.objects.count()) == ("refused", 0)
        assert "Máy bị mất" in told(row)["message"]

    def test_a_leader_of_a_village_does_not_decide(self, field: Field) -> None:
        with pytest.raises(NotPermitted):
            accepting.accept(operation=self.waiting(field), reason="Ừ", version=1, by=field.tho, at=LATER)

    def test_a_newcomer_is_registered_or_found(self, field: Field, decides: Account) -> None:
        body = {"household": field.house[1], "full_name": "Vàng A Páo", "birth_year": 2001, "sex": "1"}
        new, known = field.phone.op("newcomer", body), field.phone.op("newcomer", body)
        field.phone.send(new, known)

        first = accepting.accept(operation=row_of(new), reason="Mới về", version=1, by=decides, at=LATER)
        second = accepting.accept(
            operation=row_of(known), reason="Đã có", version=1, by=decides, at=LATER, person=field.world.mai
        )

        made = Person.objects.get(pk=first.answer["person"])
        assert (made.full_name, made.birth, made.household_id) == ("Vàng A Páo", "2001", field.house[1])
        assert second.answer["person"] == str(field.world.mai.pk)


def test_a_right_without_a_place_decides_nothing(field: Field, decides: Account) -> None:
    nowhere = Operation(
        account=Account(username="x", unit=None), village=None, state="review", code="out_of_scope"
    )

    with pytest.raises(NotPermitted):
        accepting.refuse(operation=nowhere, reason="Không rõ", version=1, by=decides, at=LATER)
