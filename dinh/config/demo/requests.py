"""What people ask for in the demonstration: one function per procedure gives the answers that only they know.

Whatever the house can prefill is left to it; `complete` fills what a condition makes
required and nobody said, by the type of the question.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dinh.catalogue import layout, store
from dinh.catalogue.shapes.procedure import Field, Procedure
from dinh.config.demo.people import FEMALE_GIVEN, FEMALE_MIDDLE, MALE_GIVEN, MALE_MIDDLE
from dinh.population.models import Person

PAPERS = (
    ("diploma", "Bằng tốt nghiệp trung học phổ thông"),
    ("identity", "Căn cước công dân"),
    ("land", "Giấy chứng nhận quyền sử dụng đất"),
    ("licence", "Giấy phép lái xe"),
    ("decision", "Quyết định tuyển dụng"),
    ("household", "Giấy xác nhận thông tin về cư trú"),
)
CAUSES = ("Già yếu", "Bệnh tim", "Tai biến mạch máu não", "Bệnh phổi", "Ung thư")


def identity(prefix: str, person: Person) -> dict[str, Any]:
    """Return the answers that name a person, under a group's prefix."""
    return {
        f"{prefix}.number": person.number or "",
        f"{prefix}.full_name": person.full_name,
        f"{prefix}.birth": person.birth,
        f"{prefix}.sex": person.sex,
        f"{prefix}.ethnicity": person.ethnicity,
        f"{prefix}.nationality": person.nationality,
    }


def birth(rng: random.Random, mother: Person, father: Person | None, born_on: date) -> dict[str, Any]:
    """Return the answers of a mother who registers her child."""
    sex = rng.choice("12")
    middle, given = (MALE_MIDDLE, MALE_GIVEN) if sex == "1" else (FEMALE_MIDDLE, FEMALE_GIVEN)
    surname = (father or mother).full_name.split()[0]
    answers = {
        "relation": "mother",
        "evidence": "electronic",
        "notice_number": f"10015.GCS.{rng.randrange(10_000, 99_999)}.{born_on:%y}",
        "father_known": father is not None,
        "child.full_name": f"{surname} {rng.choice(middle)} {rng.choice(given)}",
        "child.birth": born_on.isoformat(),
        "child.sex": sex,
        "child.ethnicity": (father or mother).ethnicity,
        "child.nationality": "VNM",
        "birth_place": rng.choice(("Trạm y tế xã Cốc San, tỉnh Lào Cai", "Bệnh viện Đa khoa tỉnh Lào Cai")),
        "home_place": "xã Cốc San, tỉnh Lào Cai",
        **identity("mother", mother),
    }
    return answers | (identity("father", father) if father else {})


def death(rng: random.Random, deceased: Person, died_on: date) -> dict[str, Any]:
    """Return the answers of somebody who registers a relative's death at home."""
    return {
        **identity("deceased", deceased),
        "died_on": died_on.isoformat(),
        "death_place": "Tại nhà riêng",
        "cause": rng.choice(CAUSES),
        "notice": "home",
        "relation": "child",
        "copies": rng.choice((0, 1, 1, 2)),
    }


def extract_copy(rng: random.Random) -> dict[str, Any]:
    """Return the answers of somebody who needs a copy of their own birth certificate."""
    return {
        "event": "birth",
        "for_whom": "self",
        "copies": rng.choice((1, 1, 1, 2, 3)),
        "purpose": rng.choice(("Bán đất", "Xin việc", "Đi học", "Làm hộ chiếu", "")),
        "registered_place": "xã Cốc San, huyện Bát Xát, tỉnh Lào Cai",
    }


def certified_copy(rng: random.Random) -> dict[str, Any]:
    """Return the answers of somebody who needs certified copies."""
    kinds = [entry.code for entry in store.get().lists["certified_paper_kinds"].entries]
    known = [paper for paper in PAPERS if paper[0] in kinds]
    kind, title = rng.choice(known) if known else (kinds[0], PAPERS[0][1])
    return {
        "paper_kind": kind,
        "paper_title": title,
        "original_state": "good",
        "pages": rng.choice((1, 1, 2, 2, 4)),
        "copies": rng.choice((1, 2, 2, 3, 5)),
        "electronic": True,
    }


def complete(
    rng: random.Random, procedure: Procedure, plain: Mapping[str, Any], wanted: Mapping[str, Any], today: date
) -> dict[str, dict[str, Any]]:
    """Return raw answers page by page, as somebody would type them, until nothing required is missing.

    plain   what the draft already has
    wanted  what this person came to say; it wins over what is prefilled
    """
    answers = {**plain, **{k: v for k, v in wanted.items() if v != ""}}
    for _round in range(3):  # an answer may make another question appear
        pages, fields = layout.visible(procedure, answers, today)
        for one in (f for name, f in layout.fields(procedure).items() if name in fields):
            if answers.get(one.id) in (None, "") and layout.required(one, answers, today):
                answers[one.id] = plausible(rng, one, answers, today)
    raw: dict[str, dict[str, Any]] = {}
    for page in layout.pages(procedure):
        if page.id in pages:
            names = [f.id for section in page.sections for f in section.fields if f.id in fields]
            raw[page.id] = {name: answers[name] for name in names if answers.get(name) not in (None, "")}
    return raw


def plausible(rng: random.Random, field: Field, answers: Mapping[str, Any], today: date) -> Any:
    """Return an answer of the right type."""
    match field.type:
        case "choice":
            entries = [e.code for e in store.get().lists[field.list].entries] if field.list else []
            return (entries or [option.code for option in field.options])[0]
        case "yes_no":
            return True
        case "integer" | "money":
            return field.minimum or 1
        case "date" | "partial_date":
            day = today if field.not_after_today else today + timedelta(days=rng.randrange(1, 200))
            return day.isoformat()
        case "time":
            return "19:30"
        case "year":
            return today.year
        case "citizen_number":
            return answers.get("applicant.number", "")
        case "name":
            return answers.get("applicant.full_name", "")
        case "phone":
            return f"0912{rng.randrange(10**6):06d}"
        case "email":
            return "trinh-dien@example.vn"
    return "xã Cốc San, tỉnh Lào Cai"
