"""A decision is agreed beforehand and takes effect by itself; what comes to stand against it stops it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, transaction

from dinh.directory import tree
from dinh.directory.changes import agreeing, drafting, offices
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.plans import Plan
from dinh.directory.models import Account, UnitChange, UnitVersion
from dinh.directory.tests.cast import Cast, make_account, make_grant
from dinh.directory.tests.changes.settings import NOON, amendment, applied, drafted, fingerprint
from dinh.directory.tests.invented_roles import ROLES, role
from dinh.journal.models import Entry
from dinh.lib.errors import Invalid, NotPermitted, Refused, Stale

pytestmark = pytest.mark.usefixtures("roles")
EVE, MIDNIGHT = NOON - timedelta(days=3), NOON.replace(hour=0)


@pytest.fixture
def administrator(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Account:
    monkeypatch.setitem(ROLES, "administrator", role("administrator", "directory.manage_places"))
    account = make_account("tinh", "Hoàng Quản Tỉnh")
    make_grant(account, "administrator", cast.province)
    return account


def on_the_eve(data: dict[str, Any] | None = None, by: Account | None = None) -> UnitChange:
    return drafted(data, EVE, by)


def test_what_was_agreed_takes_effect_when_the_day_begins_and_once(administrator: Account) -> None:
    change = agreeing.agree(change=on_the_eve(by=administrator), by=administrator, at=EVE)

    assert agreeing.take_effect(MIDNIGHT - timedelta(seconds=1)) == 0
    assert agreeing.take_effect(MIDNIGHT) == 1
    assert agreeing.take_effect(MIDNIGHT) == 0

    change.refresh_from_db()
    assert (change.state, change.applied_at, change.applied_by) == ("applied", MIDNIGHT, administrator.pk)
    assert Entry.objects.filter(kind="directory.change_applied", subject=change.pk).count() == 1
    with pytest.raises(Refused):
        apply(change=change, by=administrator, at=NOON)


def test_a_node_that_was_off_does_it_when_it_runs_again(cast: Cast) -> None:
    agreeing.agree(change=on_the_eve(), by=None, at=EVE)

    assert agreeing.take_effect(NOON + timedelta(days=5)) == 1


def test_a_conflict_that_arises_meanwhile_stops_it_and_says_why(cast: Cast) -> None:
    change = agreeing.agree(change=on_the_eve(), by=None, at=EVE)
    before = fingerprint()
    make_account("lan2", cast.reception.full_name, unit=cast.next_commune)
    after_the_newcomer = fingerprint()

    assert agreeing.take_effect(MIDNIGHT) == 0

    change.refresh_from_db()
    assert change.state == UnitChange.State.DRAFT and change.stopped_at == MIDNIGHT
    assert "lan2" in change.stopped_because[0]
    assert fingerprint() == after_the_newcomer != before
    assert agreeing.take_effect(NOON) == 0
    told = {**change.decision, "different_people": [[cast.reception.username, "lan2"]]}
    settled = drafting.redraft(change=change, decision=of_data(told), by=None, at=NOON)
    assert apply(change=settled, by=None, at=NOON).stopped_because == []


def test_an_account_that_lost_its_right_applies_nothing(cast: Cast, administrator: Account) -> None:
    change = agreeing.agree(change=on_the_eve(by=administrator), by=administrator, at=EVE)
    administrator.grants.update(valid_to=EVE.date())

    assert agreeing.take_effect(MIDNIGHT) == 0

    change.refresh_from_db()
    assert change.state == UnitChange.State.DRAFT and change.stopped_because


def test_it_can_be_called_off_until_then(cast: Cast, administrator: Account) -> None:
    change = agreeing.agree(change=on_the_eve(), by=administrator, at=EVE)
    with pytest.raises(NotPermitted):
        agreeing.call_off(change=change, by=cast.reception, at=EVE)
    off = agreeing.call_off(change=change, by=administrator, at=EVE)

    assert off.state == UnitChange.State.DRAFT
    assert agreeing.take_effect(NOON) == 0
    with pytest.raises(Stale):
        agreeing.call_off(change=change, by=administrator, at=EVE)
    with pytest.raises(Refused):
        agreeing.call_off(change=off, by=administrator, at=EVE)


def test_agreeing_asks_what_applying_asks(cast: Cast) -> None:
    change = on_the_eve()
    with pytest.raises(NotPermitted):
        agreeing.agree(change=change, by=cast.reception, at=EVE)
    with pytest.raises(Refused):
        agreeing.agree(change=change, by=None, at=NOON)
    make_account("lan2", cast.reception.full_name, unit=cast.next_commune)
    with pytest.raises(Invalid):
        agreeing.agree(change=change, by=None, at=EVE)


def test_a_node_killed_in_the_middle_has_done_nothing_and_does_it_afterwards(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = agreeing.agree(change=on_the_eve(), by=None, at=EVE)
    before = fingerprint()

    def killed(*_given: object) -> None:
        raise KeyboardInterrupt

    def looked_and_killed(*_given: object) -> None:
        remembered.append(tree.children(cast.province.pk, MIDNIGHT.date()))
        raise KeyboardInterrupt

    remembered: list[object] = []
    for hurting in (killed, looked_and_killed):
        with monkeypatch.context() as hurt:
            hurt.setattr(offices, "follow", hurting)
            with pytest.raises(KeyboardInterrupt), transaction.atomic():
                agreeing.take_effect(MIDNIGHT)
    assert "Mây Xanh" in str(remembered) and "Mây Xanh" not in str(
        tree.children(cast.province.pk, MIDNIGHT.date())
    )
    change.refresh_from_db()
    assert fingerprint() == before and change.state == UnitChange.State.AGREED

    assert agreeing.take_effect(MIDNIGHT) == 1


def test_of_two_on_one_day_the_second_stops_when_the_first_took_its_units(cast: Cast) -> None:
    first = on_the_eve()
    second = on_the_eve(amendment("rename", {"unit": "02746", "name": "Xa"}))
    for one in (first, second):
        agreeing.agree(change=one, by=None, at=EVE)

    assert agreeing.take_effect(MIDNIGHT) == 1

    second.refresh_from_db()
    assert second.state == UnitChange.State.DRAFT and second.stopped_because
    assert UnitVersion.objects.filter(code="02746", valid_to=None).get().name == "Mây Xanh"


def test_a_fault_of_the_system_stops_one_change_and_not_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    change = agreeing.agree(change=on_the_eve(), by=None, at=EVE)
    village = {"unit": tree.versions(cast.un_ta.pk)[-1].code, "name": "Ún Mới"}
    other = on_the_eve(amendment("rename", village))
    agreeing.agree(change=other, by=None, at=EVE)
    before = fingerprint()

    quoted = "Thào A Phúc"  # as a database quotes the row that it refuses

    def broken(plan: Plan, *_given: object) -> None:
        if plan.decision.kind == "merge":
            raise ValueError(quoted)

    monkeypatch.setattr(offices, "follow", broken)
    with caplog.at_level("ERROR", logger="dinh.directory"):
        assert agreeing.take_effect(MIDNIGHT) == 1

    change.refresh_from_db()
    assert change.state == UnitChange.State.DRAFT and str(change.pk) in change.stopped_because[0]
    assert UnitVersion.objects.filter(name="Ún Mới").exists() and fingerprint() != before
    record = next(one for one in caplog.records if one.message == "directory.change_broke")
    assert (
        record.exc_info is not None and record.exc_info[0] is ValueError
    )  # written without its words: `config.logs`
    assert vars(record)["change"] == change.pk and quoted not in record.getMessage()
    assert quoted not in str(change.stopped_because)


def test_a_database_that_is_away_stops_nothing(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    change = agreeing.agree(change=on_the_eve(), by=None, at=EVE)

    def away(*_given: object) -> None:
        raise OperationalError("server closed the connection")

    with monkeypatch.context() as hurt:
        hurt.setattr(offices, "follow", away)
        with pytest.raises(OperationalError), transaction.atomic():
            agreeing.take_effect(MIDNIGHT)

    change.refresh_from_db()
    assert change.state == UnitChange.State.AGREED
    assert agreeing.take_effect(MIDNIGHT) == 1


def test_who_agreed_calls_it_off_even_when_its_units_are_gone(cast: Cast, administrator: Account) -> None:
    change = agreeing.agree(change=on_the_eve(by=administrator), by=administrator, at=EVE)
    applied(amendment("rename", {"unit": "02746", "name": "Xa"}, on=EVE.date()), EVE)
    UnitVersion.objects.filter(unit=cast.next_commune).update(valid_to=EVE.date())

    off = agreeing.call_off(change=change, by=administrator, at=EVE)

    assert off.state == UnitChange.State.DRAFT
