"""Requests of every procedure taken to every stage, and what else a node's life leaves in its tables.

All of it by the actions that people use, in a commune that `dinh.config.demo` has founded.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dinh.catalogue import store
from dinh.config.demo import history, schedule
from dinh.config.demo.history import Filing, Town
from dinh.directory import actions as directory
from dinh.directory import queries as places
from dinh.directory.models import Grant
from dinh.dossiers import actions
from dinh.dossiers.models import Channel, Dossier
from dinh.dossiers.rules.answers import plain_answers
from dinh.journal import access
from dinh.lib.dates import local_date
from dinh.population import imports
from dinh.population.models import Person
from dinh.web.desk import incoming
from dinh.web.desk.models import SavedFilter

STAGES = (
    "filed", "received", "supplement", "examined", "approved", "returned", "refused", "rejected", "withdrawn"
)  # fmt: skip
HOME = Filing(Channel.ONLINE, electronic=True)
COUNTER = Filing(Channel.DIRECT, electronic=False)
ROWS = """Họ và tên,Giới tính,Ngày sinh,Số định danh,Thôn
Vàng Thị Mẫu,Nữ,07/07/1990,010190999901,Ún Tà
Người Không Ngày Sinh,Nam,32/13/1990,010090999902,Ún Tà
"""


def live(town: Town, first: date) -> Iterator[Dossier]:
    """Take one request of each procedure to each stage, one a quarter of an hour; yields each."""
    names = sorted(store.get().procedures)
    days = [day for day in town.days if day >= first]
    for number, (procedure, stage) in enumerate((name, stage) for name in names for stage in STAGES):
        filed = schedule.at(days[number // 16], time(8, 0)) + timedelta(minutes=15 * (number % 16))
        yield take(town, procedure, stage, filed, COUNTER if number % 7 == 0 else HOME)


def take(town: Town, procedure: str, stage: str, at: datetime, how: Filing) -> Dossier:
    """File one request and take it to a stage."""
    draft = history.prepare(
        town, history.wish(town, procedure, local_date(at)), how, at - timedelta(minutes=9)
    )
    dossier = history.submit(town, draft, how, at)
    examiner, approver, returner = history.officers(town, procedure)
    receiver = history.receiver(town, procedure)
    hours = (at + timedelta(hours=number) for number in range(1, 9))
    if stage == "filed":
        return dossier
    if stage == "refused":
        return actions.refuse(dossier=dossier, reason="Không thuộc thẩm quyền", by=receiver, at=next(hours))
    actions.receive(dossier=dossier, by=receiver, at=next(hours))
    if stage == "received":
        return dossier
    if stage == "withdrawn":
        own = dossier.account or receiver
        return actions.withdraw(dossier=dossier, reason="Đổi ý", by=own, at=next(hours))
    item = next(iter(dossier.answers))
    wanted = [{"item": item, "fault": "incomplete", "note": "Ghi rõ hơn"}]
    actions.request_supplement(dossier=dossier, items=wanted, by=examiner, at=next(hours))
    if stage == "supplement":
        return dossier
    dossier.refresh_from_db()
    again = {item: plain_answers(dossier.answers)[item]}
    actions.supplement(dossier=dossier, by=dossier.account or receiver, answers=again, at=next(hours))
    dossier.refresh_from_db()
    actions.examine(dossier=dossier, note="Đủ điều kiện", by=examiner, at=next(hours))
    return _decided(dossier, stage, approver, returner, hours)


def _decided(
    dossier: Dossier, stage: str, approver: Any, returner: Any, hours: Iterator[datetime]
) -> Dossier:
    if stage == "examined":
        return dossier
    if stage == "rejected":
        return actions.reject(dossier=dossier, reason="Không đủ điều kiện", by=approver, at=next(hours))
    actions.approve(dossier=dossier, by=approver, at=next(hours))
    if stage == "returned":
        actions.return_result(
            dossier=dossier, collector_name=dossier.applicant_name, relation="applicant", checked="card",
            by=returner, at=next(hours),
        )  # fmt: skip
        if dossier.account is not None:
            actions.rate(dossier=dossier, stars=4, by=dossier.account, at=next(hours))
    return dossier


def furnish(town: Town, phuc: Person, at: datetime) -> None:
    """Leave a draft, a delegation, a closed day, two imports, a filter and a read of somebody's data."""
    request = history.Request(
        "civil_status_extract_copy", phuc, {"event": "birth", "for_whom": "self", "purpose": "Bán đất"}
    )
    history.prepare(town, request, HOME, at, pages=1)
    leader, clerk, admin = (town.staff[name] for name in ("son", "van", "quan"))
    grant = Grant.objects.get(account=leader)
    directory.delegate(
        grant=grant, to=clerk, valid_from=local_date(at), valid_to=local_date(at) + timedelta(days=7),
        reference="01/GUQ-MAU", by=leader, at=at,
    )  # fmt: skip
    centre = places.office(town.unit, "service_centre", local_date(at))
    directory.close_office_on(
        office=centre, on=local_date(at) + timedelta(days=20), reason="Bão", by=admin, at=at
    )
    plan = imports.check(ROWS.encode(), "mau.csv", town.unit, on=local_date(at))
    imports.keep_check(plan, blob=incoming.keep([ROWS.encode()]), by=admin, at=at)
    imports.load(plan, load_good=True, by=admin, at=at)
    SavedFilter.objects.create(account=leader, name="Chờ ký", query="view=approve", created_at=at)
    access.opened(
        subject_type="population.person", subject=phuc.pk, person=phuc.pk, by=leader, unit=town.unit.pk,
        purpose="task", at=at,
    )  # fmt: skip
