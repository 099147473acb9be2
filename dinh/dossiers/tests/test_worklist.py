"""The worklist: who sees what, in which order, page by page, with counts that agree."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dinh.directory.models import Account
from dinh.directory.tests.cast import make_account, make_grant
from dinh.dossiers import actions, queries
from dinh.dossiers.models import Dossier
from dinh.dossiers.queries import Filters
from dinh.dossiers.tests.world import NOW, World, approved, examined, filed, received
from dinh.journal.models import Access
from dinh.lib.errors import Invalid

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=5)


def numbers(account: Account, view: str, **filters: Any) -> list[str]:
    return [row["number"] for row in queries.worklist(account, view, Filters(**filters), at=LATER).rows]


@pytest.fixture
def four(world: World) -> dict[str, Dossier]:
    """One dossier at each step, and one of the police."""
    return {
        "receive": filed(world),
        "examine": received(world),
        "approve": examined(world),
        "return": approved(world),
        "police": received(world, "permanent_residence"),
    }


@pytest.mark.parametrize(
    ("who", "view", "seen"),
    [
        ("reception", "receive", {"receive"}),
        ("reception", "return", {"return"}),
        ("reception", "examine", set()),
        ("examiner", "examine", {"examine"}),
        ("police_officer", "examine", {"police"}),
        ("police_officer", "all", {"police"}),
        ("leader", "approve", {"approve"}),
        ("leader", "all", {"receive", "examine", "approve", "return", "police"}),
        ("next_reception", "all", set()),
        ("next_reception", "receive", set()),
        ("citizen", "all", set()),
    ],
)
def test_each_sees_what_waits_for_them(
    world: World, four: dict[str, Dossier], who: str, view: str, seen: set[str]
) -> None:
    assert set(numbers(getattr(world.cast, who), view)) == {four[name].number for name in seen}


def test_a_leader_is_not_offered_what_the_police_decides(world: World) -> None:
    of_police = examined(world, "temporary_residence")

    assert numbers(world.cast.leader, "approve") == []
    assert numbers(world.cast.police_chief, "approve") == [of_police.number]


def test_a_grant_for_one_procedure_shows_that_procedure_only(world: World) -> None:
    own, _other = received(world), received(world, "certified_copy")
    account = make_account("moi", "Người mới")
    make_grant(account, "civil_status_officer", world.cast.cocsan, procedures=["civil_status_extract_copy"])

    assert numbers(account, "examine") == [own.number]
    assert numbers(account, "all") == [own.number]


def test_the_most_urgent_come_first_page_after_page(world: World) -> None:
    made = [filed(world, at=NOW + timedelta(days=day)) for day in (9, 0, 2, 7)]
    expected = [one.number for one in sorted(made, key=lambda one: (one.due_at or NOW, one.pk))]

    seen: list[str] = []
    after = ""
    for _page in range(4):
        page = queries.worklist(world.cast.reception, "receive", after=after, limit=1, at=LATER)
        seen += [row["number"] for row in page.rows]
        after = page.after

    assert seen == expected
    assert after == ""


def test_what_is_done_comes_newest_first(world: World) -> None:
    made = [approved(world, at=NOW + timedelta(days=day)).number for day in (0, 7, 14)]

    page = queries.worklist(world.cast.leader, "done", limit=2, at=LATER)
    rest = queries.worklist(world.cast.leader, "done", after=page.after, limit=2, at=LATER)

    assert [row["number"] for row in (*page.rows, *rest.rows)] == made[::-1]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("", [2, 0, 1]),
        ("due", [2, 0, 1]),
        ("newest", [1, 0, 2]),
        ("oldest", [2, 0, 1]),
        ("name", [1, 2, 0]),
        ("number", [2, 0, 1]),
    ],
)
def test_every_order_goes_on_page_after_page(world: World, order: str, expected: list[int]) -> None:
    made = [filed(world, at=NOW + timedelta(days=day)) for day in (2, 9, 0)]
    for dossier, key in zip(made, ("vang van phuc", "ho a~b", "ly thi"), strict=True):
        Dossier.objects.filter(pk=dossier.pk).update(applicant_order=key)

    seen: list[str] = []
    after = ""
    for _page in made:
        page = queries.worklist(world.cast.reception, "all", after=after, limit=1, order=order, at=LATER)
        seen += [row["number"] for row in page.rows]
        after = page.after

    assert seen == [made[n].number for n in expected]
    assert after == ""


def test_names_stand_as_a_vietnamese_reader_looks_for_them(world: World) -> None:
    """By given name, then surname; ă after a, đ after d, the tones of equal letters last; whatever the database."""
    in_order = [
        "Vàng Thị An",
        "Lý Văn Àn",
        "Bế Thị Anh",
        "Lò Văn Ăn",
        "Lê Dung",
        "Vàng Đức",
        "Bùi Thị Mai",
        "Đỗ Thị Mai",
    ]
    for name in reversed(in_order):
        dossier = filed(world, changed={"applicant.full_name": name})
        assert dossier.applicant_name == name

    rows = queries.worklist(world.cast.reception, "all", order="name", at=LATER).rows

    assert [row["applicant_name"] for row in rows] == in_order


@pytest.mark.parametrize(
    ("view", "order", "index"),
    [
        ("all", "name", "dossier_open_by_name"),
        ("done", "name", "dossier_done_by_name"),
        ("all", "newest", "dossier_open_by_filed"),
        ("receive", "oldest", "dossier_open_by_filed"),
    ],
)
def test_an_order_is_read_from_its_index(world: World, view: str, order: str, index: str) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL reads a small table whole, and is right")
    with CaptureQueriesContext(connection) as asked:
        queries.worklist(world.cast.reception, view, order=order, at=LATER)

    [question] = [one["sql"] for one in asked.captured_queries if '"applicant_order"' in one["sql"]]
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {question}")
        plan = " ".join(row[-1] for row in cursor.fetchall())
    assert index in plan
    assert "TEMP B-TREE" not in plan


def test_an_order_that_does_not_exist_is_refused(world: World) -> None:
    with pytest.raises(Invalid):
        queries.worklist(world.cast.reception, "all", order="colour", at=LATER)


def test_equal_keys_are_not_shown_twice_nor_lost(world: World) -> None:
    made = [filed(world) for _one in range(3)]

    first = queries.worklist(world.cast.reception, "all", limit=2, order="name", at=LATER)
    rest = queries.worklist(world.cast.reception, "all", after=first.after, limit=2, order="name", at=LATER)

    assert [row["number"] for row in (*first.rows, *rest.rows)] == [one.number for one in made]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"text": "phuc"}, True),
        ({"text": "Vàng Phúc"}, True),
        ({"text": "phuc nguyen"}, False),
        ({"text": "h38.027.46.01-2611"}, True),
        ({"text": "H38.027.46.01-2512"}, False),
        ({"text": "090 000 000 000"}, False),
        ({"state": "today"}, True),
        ({"state": "late"}, False),
        ({"step": "receive"}, True),
        ({"step": "approve"}, False),
        ({"procedure": "civil_status_extract_copy"}, True),
        ({"procedure": "certified_copy"}, False),
        ({"channel": 2}, True),
        ({"channel": 1}, False),
        ({"filed_from": NOW.date()}, True),
        ({"filed_from": NOW.date() + timedelta(days=1)}, False),
        ({"filed_to": NOW.date()}, True),
        ({"filed_to": NOW.date() - timedelta(days=1)}, False),
    ],
)
def test_filters(world: World, filters: dict[str, Any], found: bool) -> None:
    dossier = filed(world)

    assert numbers(world.cast.reception, "all", **filters) == ([dossier.number] if found else [])


def test_a_dossier_is_found_by_the_number_of_the_person(world: World) -> None:
    dossier = filed(world)
    assert dossier.applicant is not None

    assert numbers(world.cast.reception, "all", text=str(dossier.applicant.number)) == [dossier.number]


@pytest.mark.parametrize("wrong", [{"state": "x"}, {"step": "x"}])
def test_a_filter_that_does_not_exist_is_refused(world: World, wrong: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        queries.worklist(world.cast.reception, "all", wrong, at=LATER)


@pytest.mark.parametrize("after", ["x", "2026-11-23~", "~", "2026-11-23T00:00:00+07:00~x"])
def test_a_broken_page_is_refused(world: World, after: str) -> None:
    with pytest.raises(Invalid):
        queries.worklist(world.cast.reception, "all", after=after, at=LATER)


def test_counts_agree_with_the_lists(world: World, four: dict[str, Dossier]) -> None:
    actions.take(dossier=four["examine"], by=world.cast.examiner, at=NOW)
    for account in (world.cast.reception, world.cast.examiner, world.cast.leader, world.cast.police_officer):
        counted = queries.counts(account, at=LATER)

        for view in ("receive", "examine", "approve", "return", "all", "waiting", "mine", "done"):
            assert counted[view] == len(numbers(account, view)), view
        for state in ("late", "today", "soon", "on_time", "waiting"):
            listed = [r for r in queries.worklist(account, "all", at=LATER).rows if r["state"] == state]
            assert counted[state] == len(listed) == len(numbers(account, "all", state=state)), state


def test_the_state_of_a_row_is_the_state_of_the_dossier_at_every_hour(world: World) -> None:
    filed(world, "permanent_residence")
    for hours in range(0, 14 * 24, 5):
        at = NOW + timedelta(hours=hours)
        [row] = queries.worklist(world.cast.reception, "all", at=at).rows
        filtered = queries.worklist(world.cast.reception, "all", {"state": row["state"]}, at=at).rows
        assert [one["number"] for one in filtered] == [row["number"]]


def test_a_list_leaves_one_access_row_with_what_it_showed(world: World, four: dict[str, Dossier]) -> None:
    before = Access.objects.count()

    rows = queries.worklist(world.cast.leader, "all", {"text": "phuc"}, at=LATER).rows

    access = Access.objects.latest("at", "pk")
    assert Access.objects.count() == before + 1
    assert (access.kind, access.count) == ("search", len(rows))
    assert access.shown == [row["id"].hex for row in rows]


def test_a_hundred_rows_cost_as_many_queries_as_one(world: World) -> None:
    filed(world)
    account = Account.objects.get(pk=world.cast.reception.pk)
    queries.worklist(account, "all", at=LATER)
    with CaptureQueriesContext(connection) as one:
        queries.worklist(account, "all", at=LATER)
    for _more in range(5):
        filed(world)
    with CaptureQueriesContext(connection) as many:
        queries.worklist(account, "all", at=LATER)

    assert len(many) == len(one)


def test_take_the_next_gives_the_most_urgent_that_nobody_holds(world: World) -> None:
    first, second = received(world), received(world, at=NOW + timedelta(days=2))
    actions.take(dossier=first, by=world.cast.examiner, at=LATER)

    [found] = queries.next_to_take(world.cast.examiner, "examine", at=LATER)

    assert found.pk == second.pk
