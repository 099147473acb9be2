"""A write that commits after a later one is told all the same: the cursor follows what is sealed, not what began first."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.utils import timezone

from dinh.directory.tests.cast import people
from dinh.journal.sealer import seal_once
from dinh.outreach.queries.pack import feed, whole
from dinh.outreach.tests.enrolled import make_field, make_house, make_phone
from dinh.outreach.tests.test_pack import change
from dinh.population.models import Household

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time"),
]


def test_a_late_commit_is_told_to_the_next_who_asks() -> None:
    cast = people()
    phone = make_phone(make_field(cast).volunteer, at=timezone.now())
    slow, quick = make_house(cast.un_ta, cast.cocsan, 1), make_house(cast.un_ta, cast.cocsan, 2)
    feed.forget()
    wrote, go = threading.Event(), threading.Event()

    def write_slowly() -> None:
        try:
            with transaction.atomic():
                change(Household.objects.get(pk=slow.pk), address="Ngõ chậm")  # its entry is the older one
                wrote.set()
                go.wait(10)
        finally:
            connection.close()

    def ask(since: int) -> whole.Pack:
        seal_once(log_heads=False)
        return whole.pack(phone.device, since=since, epoch=1, at=timezone.now(), language="vi")

    begin = ask(0).content["cursor"]
    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert wrote.wait(10)
    change(quick, address="Ngõ nhanh")

    first = ask(begin)
    go.set()
    writer.join(10)
    second = ask(first.content["cursor"])

    assert [row["a"] for row in first.content["households"]] == ["Ngõ nhanh"]
    assert [row["a"] for row in second.content["households"]] == ["Ngõ chậm"]
