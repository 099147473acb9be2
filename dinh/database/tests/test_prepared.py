"""A prepared read gives what its queryset gives, however often and with whatever values it is asked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import IntegrityError, models
from django.db.models import Count
from django_tasks_db.models import DBTaskResult

from dinh.database.prepared import LONGEST_KEPT, Insert, Prepared, Update, Written

pytestmark = pytest.mark.django_db
NOON = datetime(2025, 12, 1, 12, tzinfo=UTC)


def task(**columns: Any) -> DBTaskResult[..., Any]:
    given = {"task_path": "a.b", "args_kwargs": {"args": [1], "kwargs": {"a": "ả"}}, "queue_name": "q"}
    return DBTaskResult(**{"id": uuid4(), "run_after": NOON, "backend_name": "default", **given, **columns})


BY_KEY = Prepared(lambda pk: DBTaskResult.objects.filter(pk=pk), pk=models.UUIDField())
AMONG = Prepared(
    lambda pk: DBTaskResult.objects.filter(pk__in=pk).order_by("pk").values_list("pk", flat=True),
    pk=[models.UUIDField()],
)


def test_a_row_comes_back_as_the_model_it_is() -> None:
    row = task()
    row.save(force_insert=True)

    found = BY_KEY.first(pk=row.pk)

    assert found is not None
    assert vars(found).keys() == vars(DBTaskResult.objects.get(pk=row.pk)).keys()
    assert (found.pk, found.run_after, found.args_kwargs) == (row.pk, NOON, row.args_kwargs)
    assert not found._state.adding
    assert BY_KEY.first(pk=uuid4()) is None


def test_the_text_is_composed_once_and_the_values_are_new_each_time(
    django_assert_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    composed: list[str] = []

    def compose(key: Any, since: Any) -> models.QuerySet[Session]:
        composed.append("once")
        return Session.objects.filter(session_key=key, expire_date__gt=since)

    read = Prepared(compose, key=models.CharField(), since=models.DateTimeField())
    Session.objects.create(session_key="a", session_data="x", expire_date=NOON)
    with django_assert_num_queries(3):
        answers = [
            [one.session_key for one in read(key=key, since=NOON - timedelta(seconds=back))]
            for key, back in (("a", 1), ("a", 0), ("b", 1))
        ]

    assert answers == [["a"], [], []]
    assert composed == ["once"]


def test_values_keep_the_order_in_which_they_were_asked() -> None:
    row = task(priority=7)
    row.save(force_insert=True)
    as_tuples = Prepared(
        lambda queue: DBTaskResult.objects.filter(queue_name=queue).values_list(
            "args_kwargs", "id", "priority"
        ),
        queue=models.CharField(),
    )
    as_dicts = Prepared(
        lambda queue: (
            DBTaskResult.objects.filter(queue_name=queue)
            .order_by()
            .values("queue_name")
            .annotate(n=Count("id"))
        ),
        queue=models.CharField(),
    )

    assert as_tuples(queue="q") == [(row.args_kwargs, row.pk, 7)]
    assert as_dicts(queue="q") == [{"queue_name": "q", "n": 1}]


@pytest.mark.parametrize("number", [0, 1, 3, LONGEST_KEPT + 1])
def test_a_list_may_have_any_length(number: int) -> None:
    rows = [task() for _ in range(number)]
    DBTaskResult.objects.bulk_create([*rows, task()])

    found: list[UUID] = AMONG(pk=[row.pk for row in rows])

    assert sorted(found) == sorted(row.pk for row in rows)


def test_none_is_no_value_to_compare_with() -> None:
    with pytest.raises(ValueError, match="isnull"):
        BY_KEY(pk=None)


def test_related_rows_are_not_promised() -> None:
    read = Prepared(
        lambda pk: ContentType.objects.filter(pk=pk).annotate(n=Count("pk")), pk=models.IntegerField()
    )

    with pytest.raises(TypeError):
        read(pk=1)


def test_an_insert_writes_what_a_save_writes() -> None:
    insert: Insert[DBTaskResult[..., Any]] = Insert(DBTaskResult)
    first, second = task(), task(priority=3)

    insert(first)
    insert(second)

    assert not second._state.adding
    kept = DBTaskResult.objects.get(pk=second.pk)
    assert (kept.priority, kept.args_kwargs, kept.run_after) == (3, second.args_kwargs, NOON)
    with pytest.raises(IntegrityError):
        insert(second)


def test_an_insert_that_may_find_another_there_leaves_the_transaction_whole() -> None:
    insert: Insert[DBTaskResult[..., Any]] = Insert(DBTaskResult, unless_there=True)
    row = task()

    assert (insert(row), insert(task(id=row.pk, priority=9))) == (True, False)

    assert DBTaskResult.objects.get(pk=row.pk).priority == row.priority


def test_an_update_writes_the_named_columns_alone() -> None:
    update: Update[DBTaskResult[..., Any]] = Update(DBTaskResult, "priority", "args_kwargs", "finished_at")
    row = task()
    row.save(force_insert=True)
    row.priority, row.args_kwargs, row.queue_name = 5, {"args": ["ợ"], "kwargs": {}}, "other"

    assert update(row)
    assert not update(task())

    kept = DBTaskResult.objects.get(pk=row.pk)
    assert (kept.priority, kept.args_kwargs, kept.finished_at) == (5, row.args_kwargs, None)
    assert kept.queue_name == "q"


def test_a_number_and_an_id_can_stand_in_the_text_of_a_question() -> None:
    row = task(priority=7)
    row.save(force_insert=True)
    task(priority=7).save(force_insert=True)

    found = DBTaskResult.objects.filter(pk=Written(row.pk), priority__in=[Written(7)])

    assert [one.pk for one in found] == [row.pk]
    assert "%s" not in str(found.query)
    assert found.query.sql_with_params()[1] == ()
