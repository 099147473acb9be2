"""A notice is shown to its reader once, and to nobody else."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django_tasks_db.models import DBTaskResult

from dinh.directory.tests.cast import MONDAY_MORNING, Cast
from dinh.journal.models import Entry
from dinh.lib.ids import uuid7
from dinh.messages import actions, queries
from dinh.messages.models import Delivery, Message
from dinh.messages.tests.conftest import Notify

pytestmark = pytest.mark.django_db


def test_the_same_cause_tells_the_same_reader_once(notify: Notify) -> None:
    cause = uuid7()
    notify(cause=cause)
    notify(cause=cause)
    notify(cause=cause, account=None)
    notify(cause=cause, account=None)

    assert Message.objects.count() == 2
    assert Delivery.objects.count() == 2


def test_another_cause_kind_or_reader_is_told_apart(notify: Notify, cast: Cast) -> None:
    cause = uuid7()

    for more in (
        {},
        {"kind": "dossiers.returned"},
        {"account": cast.representative},
        {"cause": None},
        {"cause": None},
    ):
        notify(**{"cause": cause} | more)

    assert Message.objects.count() == 5


def test_it_counts_as_unread_until_it_is_read(notify: Notify, cast: Cast) -> None:
    first, _second = notify(), notify()
    assert queries.unread_count(cast.citizen) == 2

    assert actions.mark_read(account=cast.citizen, messages=[first.pk], at=MONDAY_MORNING) == 1
    assert queries.unread_count(cast.citizen) == 1
    assert actions.mark_read(account=cast.citizen, at=MONDAY_MORNING) == 1
    assert actions.mark_read(account=cast.citizen, at=MONDAY_MORNING) == 0


def test_another_account_neither_sees_nor_marks_it(notify: Notify, cast: Cast) -> None:
    message = notify()

    assert queries.unread_count(cast.representative) == 0
    assert queries.get_message(cast.representative, message.pk) is None
    assert actions.mark_read(account=cast.representative, messages=[message.pk], at=MONDAY_MORNING) == 0
    assert queries.for_account(cast.representative) == []
    assert queries.get_message(cast.citizen, message.pk) == message


def test_notices_are_listed_newest_first(notify: Notify, cast: Cast) -> None:
    older, newer = notify(), notify(at=MONDAY_MORNING.replace(hour=9))

    assert queries.for_account(cast.citizen) == [newer, older]
    assert queries.for_account(cast.citizen, before=newer.pk) == [older]


def test_telling_writes_no_journal_entry(notify: Notify) -> None:
    notify()

    assert not Entry.objects.exists()


def test_one_delivery_for_each_different_address(notify: Notify) -> None:
    notify(emails=["a@example.vn", " a@example.vn ", "", "b@example.vn"])

    assert sorted(Delivery.objects.values_list("address", flat=True)) == ["a@example.vn", "b@example.vn"]
    assert DBTaskResult.objects.count() == 2


def test_a_node_without_mail_server_only_shows_it(notify: Notify, settings: LazySettings, cast: Cast) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = actions.SMTP, ""

    notify()

    assert queries.unread_count(cast.citizen) == 1
    assert not Delivery.objects.exists()
