"""What phones send is applied once, in order, each answered alone; nothing that arrived is lost."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from typing import Any, cast
from uuid import UUID, uuid4

import pytest

from dinh.directory.models import UnitChange, UnitLink
from dinh.directory.tests.cast import make_unit
from dinh.journal.models import Entry, Intake
from dinh.lib.errors import Broken, Stale
from dinh.lib.ids import uuid7
from dinh.outreach import sealing
from dinh.outreach.actions import appliers
from dinh.outreach.actions.intake import take_operations
from dinh.outreach.actions.settling import release_overdue
from dinh.outreach.models import Area, Held, HouseProfile, Member, Operation, Visit
from dinh.outreach.rules.kinds import BODIES
from dinh.outreach.tests.sending import NOW, Field, make_phone, row_of, states

DAY = timedelta(days=1)


def test_every_kind_has_its_applier() -> None:
    assert appliers.kinds() == set(BODIES)


def test_a_visit_is_kept_once_with_its_raw_operation(field: Field) -> None:
    op = field.phone.visit(field.house[1], minutes=25, met=[str(field.phuc[1])])

    first, second = field.phone.send(op)[0], field.phone.send(op)[0]

    assert (first["state"], first["receipt"]) == ("applied", op["receipt"])
    assert first["versions"] == {str(field.house[1]): 1}
    assert (second["state"], second["answer"]["first"]) == ("duplicate", "applied")
    visit = Visit.objects.get()
    assert (visit.pk, visit.village_id, visit.account_id) == (
        UUID(op["op_id"]),
        field.cast.un_ta.pk,
        field.nga.pk,
    )
    kept = Intake.objects.get()
    assert (kept.source, kept.sequence, kept.raw) == (f"device:{field.phone.device.pk}", 1, op)
    assert Entry.objects.filter(subject=visit.pk, kind="outreach.operation_taken").count() == 1


def test_other_content_under_the_same_name_is_an_alarm_and_kept_too(
    field: Field, caplog: pytest.LogCaptureFixture
) -> None:
    op = field.phone.visit(field.house[1])
    field.phone.send(op)

    with caplog.at_level(logging.WARNING, "dinh.outreach"):
        answer = field.phone.send({**op, "body": {**op["body"], "minutes": 5}})[0]

    assert (answer["state"], answer["code"], answer["act"]) == (
        "refused",
        "digest_clash",
        {"kind": "ask_leader"},
    )
    assert "outreach.digest_clash" in caplog.text
    assert row_of(op).state == "applied"
    assert Intake.objects.filter(op_id__startswith=f"{op['op_id']}#").count() == 1


def test_a_phone_restored_from_an_old_copy_loses_no_work(field: Field) -> None:
    field.phone.send(field.phone.visit(field.house[1]))
    field.phone.seq = 0  # as if it had never sent anything

    answer = field.phone.send(again := field.phone.visit(field.house[1]))[0]

    assert (answer["state"], answer["code"]) == ("review", "digest_clash")
    assert row_of(again).seq == 1


def test_one_that_is_refused_stops_none_of_the_others(field: Field) -> None:
    good, bad, also = (
        field.phone.visit(field.house[1]),
        field.phone.visit(uuid4()),
        field.phone.op("assistance", {"household": field.house[1], "kind": "no_such", "outcome": "done"}),
    )

    results = field.phone.send(good, bad, also)

    assert states(results) == ["applied", "refused", "refused"]
    assert [one["code"] for one in results] == ["", "entity_unknown", "value_invalid"]
    assert [fault["path"] for fault in results[2]["answer"]["faults"]] == ["kind"]
    assert Intake.objects.filter(outcome="refused").count() == 2


@pytest.mark.parametrize(
    "spoilt",
    [
        pytest.param(b"not json", id="no-json"),
        pytest.param(b'{"v": 1}', id="no-operation"),
        pytest.param(b'{"v": NaN}', id="no-number"),
        pytest.param(b'{"v": "\\u0000"}', id="the-sign-zero"),
        pytest.param(b'{"v": "\\ud800"}', id="half-a-sign"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came(field: Field, spoilt: bytes) -> None:
    from dinh.outreach.tests.sending import take_plain

    answer = take_plain([spoilt, spoilt], field.phone.device, at=NOW)

    assert [one["code"] for one in answer] == ["value_invalid"] * 2
    assert Intake.objects.get().outcome == "refused"


def test_an_unknown_field_of_a_body_is_refused_not_ignored(field: Field) -> None:
    answer = field.phone.send(
        field.phone.op("visit", {"household": field.house[1], "outcome": "met", "mood": "glad"})
    )[0]

    assert answer["code"] == "value_invalid"
    assert [one["path"] for one in answer["answer"]["faults"]] == ["body.mood"]


class TestOrder:
    """Operations of one phone about one subject are applied in the order in which they were made."""

    def test_a_later_one_waits_for_an_earlier_one(self, field: Field) -> None:
        first, second = field.phone.visit(field.house[1]), field.phone.visit(field.house[1])

        early = field.phone.send(second)[0]
        assert (early["state"], early["code"], early["act"]) == (
            "waiting",
            "waiting_predecessor",
            {"kind": "wait"},
        )
        assert not Visit.objects.exists()

        assert states(field.phone.send(first)) == ["applied"]
        assert row_of(second).state == "applied"
        assert (Visit.objects.count(), Held.objects.count()) == (2, 0)
        assert Intake.objects.get(op_id=second["op_id"]).outcome == "applied"

    def test_within_a_batch_the_order_of_sending_does_not_count(self, field: Field) -> None:
        ops = [field.phone.visit(field.house[1]) for _ in range(4)]

        assert states(field.phone.send(*reversed(ops))) == ["applied"] * 4

    def test_a_chain_goes_on_when_its_first_one_comes(self, field: Field) -> None:
        ops = [field.phone.visit(field.house[1]) for _ in range(4)]

        for op in reversed(ops):
            field.phone.send(op)

        assert {row_of(op).state for op in ops} == {"applied"}

    def test_after_72_hours_it_is_applied_and_flagged(self, field: Field) -> None:
        first, second, third = (field.phone.visit(field.house[1]) for _ in range(3))
        field.phone.send(second, third, at=NOW)

        assert release_overdue(at=NOW + timedelta(hours=71)) == 0
        release_overdue(at=NOW + timedelta(hours=72))

        assert [(row_of(one).state, row_of(one).forced) for one in (second, third)] == [
            ("applied", True),
            ("applied", False),
        ]
        assert states(field.phone.send(first, at=NOW + timedelta(days=4))) == ["applied"]

    def test_one_that_waits_for_its_photo_holds_up_no_other_chain(self, field: Field) -> None:
        from dinh.outreach.tests.test_filing_at_home import filing

        other = uuid4()
        visits = [field.phone.visit(field.house[1]), field.phone.visit(field.house[1])]
        photo = filing(field, consent={"how": "drawn", "proof": "0" * 64}) | {"prev": visits[0]["seq"]}
        body = {"household": field.house[1], "outcome": "met"}
        apart = [field.phone.op("visit", body, about=other) for _ in range(2)]
        field.phone.send(photo, apart[1])

        field.phone.send(visits[0], apart[0])

        assert [row_of(one).state for one in (photo, apart[1])] == ["waiting", "applied"]
        assert row_of(photo).code == "file_missing"

    def test_what_cannot_be_read_any_more_is_refused_and_stops_nobody(self, field: Field) -> None:
        first, second = field.phone.visit(field.house[1]), field.phone.visit(field.house[1], minutes=5)
        field.phone.send(second)
        Intake.objects.filter(op_id=second["op_id"]).update(raw={"v": 1, "of": "another release"})

        assert states(field.phone.send(first)) == ["applied"]

        assert (row_of(second).state, row_of(second).code) == ("refused", "value_invalid")

    def test_a_refused_one_holds_nobody_up(self, field: Field) -> None:
        bad = field.phone.op("visit", {"household": field.house[1], "outcome": "met", "minutes": -1})

        assert states(field.phone.send(bad, field.phone.visit(field.house[1]))) == ["refused", "applied"]


class TestScope:
    """Where a member went when they captured it counts, not where they go when it arrives."""

    def test_work_done_before_a_village_was_given_on_is_accepted(self, field: Field) -> None:
        Area.objects.update(until_on=NOW.date())

        before = field.phone.visit(field.house[1], at=NOW - 2 * DAY)
        after = field.phone.visit(field.house[1], at=NOW + DAY)
        results = field.phone.send(before, after, at=NOW + 2 * DAY)

        assert [(one["state"], one["code"]) for one in results] == [
            ("applied", ""),
            ("review", "out_of_scope"),
        ]
        assert row_of(after).answer == {}
        assert Visit.objects.count() == 1

    def test_a_member_who_left_still_hands_in_what_they_did(self, field: Field) -> None:
        Member.objects.filter(account=field.nga).update(until_on=NOW.date() - DAY)

        assert states(field.phone.send(field.phone.visit(field.house[1], at=NOW - 3 * DAY))) == ["applied"]

    def test_a_village_made_of_theirs_is_theirs(self, field: Field) -> None:
        new = make_unit("village", "02746-09", "Ún Tà Tân Sơn", "thôn", field.cast.cocsan, NOW.date())
        change = UnitChange.objects.create(kind="merge", effective_on=NOW.date(), decree="1", title="1")
        UnitLink.objects.create(change=change, predecessor=field.cast.un_ta, successor=new, part="whole")
        field.world.household.village = new
        field.world.household.save()
        Area.objects.update(until_on=NOW.date())

        assert states(field.phone.send(field.phone.visit(field.house[1], at=NOW - DAY))) == ["applied"]

    def test_what_a_revoked_phone_still_had_waits_for_the_desk(self, field: Field) -> None:
        field.phone.device.revoked_at = NOW

        answer = field.phone.send(op := field.phone.visit(field.house[1]))[0]

        assert (answer["state"], answer["code"]) == ("review", "device_revoked")
        assert row_of(op).village_id == field.cast.un_ta.pk

    def test_a_phone_lent_to_another_member_is_looked_at(self, field: Field) -> None:
        op = {**field.phone.visit(field.house[1]), "actor": str(field.tho.pk)}

        assert field.phone.send(op)[0]["code"] == "actor_other"


@pytest.mark.parametrize(
    ("captured", "code", "kept"),
    [
        pytest.param(
            NOW + timedelta(days=1, hours=23), "", NOW + timedelta(days=1, hours=23), id="a-day-ahead"
        ),
        pytest.param(NOW + timedelta(days=3), "clock_far", NOW, id="three-days-ahead"),
        pytest.param(NOW - timedelta(days=30), "", NOW - timedelta(days=30), id="a-month-offline"),
        pytest.param(NOW - timedelta(days=365), "clock_far", None, id="before-it-was-enrolled"),
    ],
)
def test_a_clock_that_is_far_off_is_put_right_and_told(
    field: Field, captured: Any, code: str, kept: Any
) -> None:
    answer = field.phone.send(op := field.phone.visit(field.house[1], at=captured), at=NOW)[0]

    assert (answer["state"], answer["code"]) == ("applied", code)
    assert Visit.objects.get(pk=op["op_id"]).at == (kept or field.phone.device.enrolled_at)


def test_a_row_that_somebody_writes_in_this_moment_is_read_again(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    appliers.kinds()
    does, tried = appliers.applier_of("visit"), []

    def changed_meanwhile(*given: Any, **more: Any) -> Any:
        tried.append(1)
        if len(tried) == 1:
            raise Stale("x")
        return does(*given, **more)

    monkeypatch.setitem(cast(dict[str, Any], appliers._appliers), "visit", changed_meanwhile)

    assert states(field.phone.send(field.phone.visit(field.house[1]))) == ["applied"]
    assert (len(tried), Visit.objects.count()) == (2, 1)


@pytest.mark.parametrize(
    "fault", [KeyError("x"), Broken("x"), Stale("x"), Visit.DoesNotExist("x"), RuntimeError("x")]
)
def test_a_fault_of_ours_keeps_the_work_and_goes_on(
    field: Field, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def broken(*_a: Any, **_k: Any) -> None:
        raise fault

    appliers.kinds()
    monkeypatch.setitem(cast(dict[str, Any], appliers._appliers), "assistance", broken)
    bad = field.phone.op("assistance", {"household": field.house[1], "kind": "bill", "outcome": "done"})

    results = field.phone.send(bad, field.phone.visit(field.house[1]))

    assert [(one["state"], one["code"]) for one in results] == [("review", "node_fault"), ("applied", "")]


@pytest.mark.parametrize("note", ["số 010075001234", "010 075 001 234", "01.0075.001234"])
def test_a_citizen_number_in_a_note_is_refused(field: Field, note: str) -> None:
    answer = field.phone.send(field.phone.visit(field.house[1], at=NOW) | {
        "body": {"household": str(field.house[1]), "outcome": "met", "note": note}
    })[0]  # fmt: skip

    assert (answer["code"], answer["answer"]["faults"][0]["path"]) == ("secret_field", "note")
    assert not Visit.objects.exists()


@pytest.mark.parametrize("note", ["gọi 0912 345 678", "2.000.000 đồng", "ngày 12/03/1975 lúc 10:30"])
def test_a_telephone_or_an_amount_in_a_note_is_not(field: Field, note: str) -> None:
    op = field.phone.op("visit", {"household": field.house[1], "outcome": "met", "note": note})

    assert states(field.phone.send(op)) == ["applied"]


class TestEnvelopes:
    """Sealed operations: opened, read, and what does not fit is refused and kept."""

    def sealed(self, field: Field) -> tuple[Any, Any, dict[str, Any]]:
        from cryptography.hazmat.primitives.asymmetric import ec

        key, pair = ec.generate_private_key(ec.SECP256R1()), sealing.make_pair()
        phone = make_phone(field.nga, sealing.point_of(key.public_key()))

        def seal(op: dict[str, Any], signer: Any = key) -> dict[str, Any]:
            return sealing.seal(
                json.dumps(op).encode(), op_id=op["op_id"], device=op["device"], seq=op["seq"],
                key_public=pair.public, kid=pair.id, sign_with=signer,
            )  # fmt: skip

        return phone, seal, {"other": ec.generate_private_key(ec.SECP256R1())}

    def test_a_sealed_operation_is_applied(self, field: Field) -> None:
        phone, seal, _keys = self.sealed(field)
        envelope = seal(phone.visit(field.house[1]))

        assert states(take_operations(envelopes=[envelope], device=phone.device, at=NOW)) == ["applied"]

    def test_another_signature_is_refused_and_the_true_one_still_taken(self, field: Field) -> None:
        phone, seal, keys = self.sealed(field)
        op = phone.visit(field.house[1])

        forged = take_operations(envelopes=[seal(op, keys["other"])], device=phone.device, at=NOW)
        true = take_operations(envelopes=[seal(op)], device=phone.device, at=NOW)

        assert (forged[0]["code"], true[0]["state"]) == ("signature_wrong", "applied")

    def test_an_envelope_that_speaks_of_another_operation_is_refused(self, field: Field) -> None:
        phone, seal, _keys = self.sealed(field)
        op = phone.visit(field.house[1])
        inner = {**op, "op_id": str(uuid7())}
        pair = sealing.make_pair()
        envelope = sealing.seal(
            json.dumps(inner).encode(), op_id=op["op_id"], device=op["device"], seq=op["seq"],
            key_public=pair.public, kid=pair.id,
        )  # fmt: skip

        assert take_operations(envelopes=[envelope], device=phone.device, at=NOW)[0]["state"] == "refused"
        assert not Operation.objects.exists()


def test_what_another_phone_carried_is_the_maker_s(field: Field) -> None:
    from dinh.outreach.tests.sending import plain, take_plain

    op = field.phone.visit(field.house[1])
    take_plain([plain(op)], field.phone.device, field.other.device, at=NOW)

    row = row_of(op)
    assert (row.account_id, row.carried_by_id) == (field.nga.pk, field.other.device.pk)
    assert HouseProfile.objects.get().last_visit == NOW
