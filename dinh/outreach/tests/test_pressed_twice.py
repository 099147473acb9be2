"""Two who write the same thing at the same moment: the second sees what the first wrote."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

from dinh.directory.tests.cast import MONDAY_MORNING, make_account, people
from dinh.lib.errors import Refused
from dinh.outreach.actions import gatherings, teams
from dinh.outreach.models import Attendance, Member, Workshop
from dinh.outreach.tests.enrolled import make_field

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite lets one writer in at a time"),
]
AT: datetime = MONDAY_MORNING


def twice(act: partial[Any]) -> list[str]:
    """Do an act twice at once; return what each came to."""

    def once(_n: int) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(once, range(2)))


def test_the_same_person_is_taken_in_and_written_down_once() -> None:
    cast = people()
    field = make_field(cast)
    newcomer = make_account("moi", "Tráng A Mới", unit=cast.cocsan)
    hall = Workshop.objects.create(
        kind="workshop", unit=cast.un_ta, title="VNeID", topic="vneid", place="Nhà văn hóa", lead=field.leader,
        starts_at=AT, ends_at=AT + timedelta(hours=2), code="AAAA-BBBB",
    )  # fmt: skip

    joined = twice(
        partial(teams.join, team=field.team, account=newcomer, role="member", by=field.officer, at=AT)
    )
    came = twice(
        partial(gatherings.attend, workshop=hall, way="qr", name="Bà Mẩy (1960)", by=field.leader, at=AT)
    )

    assert joined == ["done", "outreach.member_already"]
    assert Member.objects.filter(account=newcomer).count() == 1
    assert came[0] in {"directory.stale", "done"} and Attendance.objects.count() == 1
