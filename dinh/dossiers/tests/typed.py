"""A complete set of answers for each procedure, typed as a person would type it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dinh.catalogue import store

if TYPE_CHECKING:
    from dinh.dossiers.tests.world import World

APPLICANT = {
    "applicant.number": "010075001234",
    "applicant.full_name": "Vàng Văn Phúc",
    "applicant.birth": "12/03/1975",
    "applicant.sex": "1",
    "applicant.residence": "nhà 12, thôn Ún Tà, xã Cốc San, tỉnh Lào Cai",
    "applicant.email": "phuc@example.vn",
}


def _where(world: World, prefix: str) -> dict[str, Any]:
    return {
        f"{prefix}.unit": str(world.cast.cocsan.pk),
        f"{prefix}.village": str(world.cast.tan_son.pk),
        f"{prefix}.detail": "nhà 7",
    }


def _birth(world: World) -> dict[str, Any]:
    return {
        "relation": "father", "evidence": "electronic", "notice_number": "10123.GCS.00045.26", "father_known": "yes",
        "child.full_name": "Vàng Minh An", "child.birth": "20/11/2026", "child.sex": "1", "child.ethnicity": "24",
        "child.nationality": "VNM", "birth_place": "Trạm y tế xã Cốc San", "home_place": "Cốc San, Lào Cai",
        "mother.number": "010180004321", "mother.full_name": "Lý Thị Mai", "mother.birth": "02/05/1980",
        "mother.ethnicity": "24", "mother.nationality": "VNM", "mother.residence": "thôn Ún Tà, xã Cốc San",
        "father.number": "010075001234", "father.full_name": "Vàng Văn Phúc", "father.birth": "12/03/1975",
        "father.ethnicity": "24", "father.nationality": "VNM", "father.residence": "thôn Ún Tà, xã Cốc San",
        **APPLICANT, "delivery.way": "centre", "exemption.group": "none", "copies": "0",
    }  # fmt: skip


def _death(world: World) -> dict[str, Any]:
    return {
        "deceased.number": "010149000077", "deceased.full_name": "Lý Thị Mẩy", "deceased.birth": "1949",
        "deceased.sex": "2", "deceased.ethnicity": "14", "deceased.nationality": "VNM",
        "deceased.residence": "thôn Ún Tà", "died_on": "21/11/2026", "died_time": "5h30", "death_place": "tại nhà",
        "cause": "tuổi già", "notice": "home", **APPLICANT, "relation": "child", "delivery.way": "centre",
        "exemption.group": "none", "copies": "1",
    }  # fmt: skip


def _copy(world: World) -> dict[str, Any]:
    return {
        "event": "birth", "for_whom": "self", "birth_record": str(world.birth.pk), "delivery.way": "centre",
        "exemption.group": "none", "copies": "2", "purpose": "bán đất", **APPLICANT,
    }  # fmt: skip


def _certified(world: World) -> dict[str, Any]:
    return {
        "paper_kind": store.get().lists["certified_paper_kinds"].entries[0].code, "paper_title": "Bằng tốt nghiệp",
        "original_state": "good", "pages": "2", "copies": "3", "electronic": "yes", "delivery.way": "centre", **APPLICANT,
    }  # fmt: skip


def _permanent(world: World) -> dict[str, Any]:
    return {
        "scope": "family", "members": [{"full_name": "Lý Thị Mai", "number": "010180004321", "birth": "1980", "relation": "01"}],
        **_where(world, "new"), "lodging": "owned", "ct01.head_number": "010075001234", "ct01.head_full_name": "Vàng Văn Phúc",
        "ct01.relation": "00", "exemption.group": "none", **APPLICANT,
    }  # fmt: skip


def _temporary(world: World) -> dict[str, Any]:
    return {
        "scope": "me", **_where(world, "new"), "lodging": "rented", "from_on": "24/11/2026", "until_on": "24/11/2027",
        "ct01.head_number": "010195000555", "ct01.head_full_name": "Vàng Thị Lan", "ct01.relation": "99",
        "consent.head": "sign", "consent.owner": "sign", "exemption.group": "none", **APPLICANT,
    }  # fmt: skip


def _stay(world: World) -> dict[str, Any]:
    return {
        "guest.number": "001090111222", "guest.full_name": "Nguyễn Thị Hoa", "guest.birth": "1990", "guest.sex": "2",
        "guest.nationality": "VNM", **_where(world, "place"), "host": "home", "from_on": "23/11/2026", "until_on": "26/11/2026",
        "reason": "family", **APPLICANT,
    }  # fmt: skip


def _pension(world: World) -> dict[str, Any]:
    return {
        "for_whom": "other", "relation": "child", "elder.number": "010149000077", "elder.full_name": "Lý Thị Mẩy",
        "elder.birth": "1949", "elder.sex": "2", "elder.ethnicity": "14", "elder.residence": "thôn Ún Tà", **APPLICANT,
        "household_poverty": "none", "other_pension": "no", "pay_way": "cash",
    }  # fmt: skip


ANSWERS: dict[str, Callable[[World], dict[str, Any]]] = {
    "birth_registration": _birth,
    "death_registration": _death,
    "civil_status_extract_copy": _copy,
    "certified_copy": _certified,
    "permanent_residence": _permanent,
    "temporary_residence": _temporary,
    "stay_notification": _stay,
    "social_pension": _pension,
}
