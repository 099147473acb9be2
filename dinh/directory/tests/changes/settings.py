"""Decisions to test with, and a digest of all that a change may touch."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dinh.directory import tree
from dinh.directory.changes import touched
from dinh.directory.changes.applying import apply
from dinh.directory.changes.decisions import of_data
from dinh.directory.changes.drafting import draft
from dinh.directory.models import Account, Delegation, Unit, UnitChange, UnitLink, UnitVersion
from dinh.directory.tests.cast import Cast

DAY = date(2026, 12, 1)
NOON = datetime(2026, 12, 1, 12, 0, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
LATER = NOON + timedelta(days=2)
BEFORE = DAY - timedelta(days=1)
COCSAN, NEXT = "02746", "02728"


def merger(code: str = "02746", name: str = "Mây Xanh", **more: Any) -> dict[str, Any]:
    """Cốc San and the next commune become one; the code of the first goes on."""
    return {
        "kind": "merge",
        "title": f"Thành lập xã {name}",
        "decree": "9999/NQ-UBTVQH16",
        "effective_on": DAY,
        "makes": [{"code": code, "name": name, "type": "xã", "seat": COCSAN}],
        "parts": [{"from": COCSAN, "to": code}, {"from": NEXT, "to": code}],
        **more,
    }


def division(cast: Cast, **more: Any) -> dict[str, Any]:
    """Cốc San becomes two: Ún Tà goes to the one, Tân Sơn and what is bound to no village to the other."""
    un_ta, tan_son = (tree.versions(one.pk)[-1].code for one in (cast.un_ta, cast.tan_son))
    share = {"from": COCSAN, "part": "share", "basis": "người dân"}
    return {
        "kind": "split",
        "title": "Chia xã Cốc San",
        "decree": "9998/NQ-UBTVQH16",
        "effective_on": DAY,
        "makes": [
            {"code": "02999", "name": "Mây Hồng", "type": "xã"},
            {"code": "02998", "name": "Mây Trắng", "type": "xã"},
        ],
        "parts": [
            {**share, "to": "02999", "share": "1/3", "villages": [un_ta]},
            {**share, "to": "02998", "share": "2/3", "villages": [tan_son], "heir": True},
        ],
        **more,
    }


def amendment(kind: str, *changes: dict[str, str], on: date = DAY) -> dict[str, Any]:
    """Units go on with another name, code, type or parent."""
    return {"kind": kind, "title": kind, "decree": "1/NQ", "effective_on": on, "changes": list(changes)}


def drafted(data: dict[str, Any] | None = None, at: datetime = NOON, by: Account | None = None) -> UnitChange:
    """Draft a decision, the merger unless another is given, as the node's owner unless somebody else does."""
    return draft(decision=of_data(data or merger()), by=by, at=at)


def applied(data: dict[str, Any], at: datetime = NOON, by: Account | None = None) -> UnitChange:
    """Draft and apply a decision as the node's owner."""
    return apply(change=drafted(data, at, by), by=by, at=at)


def fingerprint() -> str:
    """A digest of units, their links, staff and every registered table, without versions and without decisions."""
    models = {table.model for table in touched.tables() if table.weighs} | {
        Unit,
        UnitVersion,
        UnitLink,
        Delegation,
    }
    told = hashlib.sha256()
    for model in sorted(models, key=lambda one: one._meta.label):
        columns = [
            one.attname for one in model._meta.concrete_fields if one.name not in {"version", "updated_at"}
        ]
        for row in model._default_manager.order_by("pk").values_list(*columns):
            told.update(repr((model._meta.label, row)).encode())
    return told.hexdigest()


def code_of(unit: Unit, on: date) -> str:
    """The code of a unit on a day."""
    naming = tree.naming(unit.pk, on)
    assert naming is not None
    return naming.code


def made(name: str = "Mây Xanh") -> Unit:
    """The unit that began with this name."""
    return UnitVersion.objects.get(name=name).unit
