"""Houses, tasks and forms for tests of the app, in the shapes of the wire."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

SURNAMES = ["Giàng", "Vàng", "Lý", "Hoàng", "Lò", "Nông", "Tẩn", "Má"]
MIDDLES = ["Thị", "Văn", "A", "Seo", "Thu", "Minh"]
GIVEN = ["Lan", "Sơn", "Páo", "Hoa", "Dũng", "Mỷ", "Phúc", "Hương", "Đông", "Ánh"]
VILLAGES = [
    {"id": str(UUID(int=0x7001)), "name": "Ún Tà"},
    {"id": str(UUID(int=0x7002)), "name": "Luổng Láo"},
]
DIGEST = "f0f0f0f0f0f0"
YES_NO = [("yes", "Có"), ("no", "Không")]


def households(number: int, seed: int = 7) -> list[dict[str, Any]]:
    """Return houses of about four people; the first is that of Giàng Thị Lan."""
    chance = random.Random(seed)
    rows: list[dict[str, Any]] = []
    for n in range(number):
        surname = chance.choice(SURNAMES)
        people = [_person(chance, n, place, surname) for place in range(chance.choice([3, 4, 4, 5]))]
        village = VILLAGES[n * 2 // max(number, 2)]
        row = {"i": str(UUID(int=0x1000000 + n)), "v": 1, "f": village["id"], "c": f"H{n + 1:04}", "n": n}
        facts = {"has_device": n % 3 != 0, "mobile": "weak", "power": "grid", "needs": [], "last_visit": None}
        rows.append({**row, "a": f"Nhà số {n + 1}, thôn {village['name']}", "p": people, "o": facts})
    rows[0]["p"][0] |= {"n": "Giàng Thị Lan", "b": "1951", "s": "2", "l": "1234"}
    return rows


def _person(chance: random.Random, house: int, place: int, surname: str) -> dict[str, Any]:
    name = f"{surname} {chance.choice(MIDDLES)} {chance.choice(GIVEN)}"
    born = f"{chance.randint(1940, 2020)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    facts = {
        "electronic_id": chance.randint(0, 2),
        "service_account": 0,
        "health_record": 0,
        "insurance_app": 0,
    }
    row = {
        "i": str(UUID(int=0x2000000 + house * 10 + place)),
        "v": 1,
        "n": name,
        "b": born,
        "s": chance.choice("12"),
    }
    row |= {"r": "head" if place == 0 else "child", "l": f"{chance.randint(0, 9999):04}", "h": place == 0}
    return {**row, "k": {**facts, "bank_account": 0, "skills": {}, "has_device": place < 2, "needs": []}}


def tasks(houses: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a task for each of the first five houses: late, soon, and later."""
    today = datetime.now(UTC).date()
    rows = []
    for n, house in enumerate(houses[:5]):
        due = (today + timedelta(days=(-2, 1, 9, 12, 20)[n])).isoformat()
        row = {"id": str(UUID(int=0x3000000 + n)), "v": 1, "kind": "first_visit", "household": house["i"]}
        row |= {"person": None, "due": due, "priority": 1 + n // 2, "state": "ready", "act": "visit"}
        rows.append({**row, "title": "Thăm hộ lần đầu", "why": "Hộ này chưa có ai đến thăm trong năm nay."})
    return rows


def rest(houses: list[dict[str, Any]]) -> dict[str, Any]:
    """Return cards, figures, notices, villages and a workshop."""
    people = [house["p"][0]["i"] for house in houses[:4]]
    figures = [
        {"id": "visits", "title": "Số hộ đã thăm", "done": 8, "goal": 20, "expected": 12},
        {"id": "help", "title": "Lượt giúp người dân", "done": 15, "goal": 20, "expected": 14},
    ]
    cards: list[dict[str, Any]] = [
        {
            "id": "scams",
            "title": "Nhận biết lừa đảo",
            "text": "Không bấm vào đường dẫn lạ.\nGọi cho con cháu trước khi chuyển tiền.",
        }
    ]
    cards += [
        {"id": f"training{n}", "title": title, "text": "Một điều cần nhớ.", "training": True}
        for n, title in enumerate(
            ("Không có mạng vẫn làm được", "Mỗi việc có một mã", "Không bao giờ hỏi mật khẩu")
        )
    ]
    workshop = {
        "id": str(UUID(int=0x5000001)),
        "title": "Thanh toán bằng mã QR",
        "on": "2026-11-25",
        "place": "Nhà văn hóa Ún Tà",
        "people": people,
    }
    return {"cards": cards, "figures": figures, "notices": [], "villages": VILLAGES, "workshops": [workshop]}


def _field(id: str, title: str, control: str, *, group: bool = False) -> str:
    name = "id_" + id.replace(".", "-")
    head = f"<legend>{title}</legend>" if group else f'<label for="{name}">{title}</label>'
    inner = f"<fieldset>{head}{control}</fieldset>" if group else head + control
    return f'<div data-field="{id}"><div class="field">{inner}</div></div>'


def _radios(id: str, title: str, options: list[tuple[str, str]], kind: str = "radio") -> str:
    name = "id_" + id.replace(".", "-")
    rows = "".join(
        f'<div class="choice"><input type="{kind}" id="{name}{f"_{n}" if n else ""}" name="{id}" value="{code}">'
        f'<label for="{name}{f"_{n}" if n else ""}">{label}</label></div>'
        for n, (code, label) in enumerate(options)
    )
    return _field(id, title, f'<div class="choices">{rows}</div>', group=True)


def _input(id: str, title: str, kind: str = "text") -> str:
    name = "id_" + id.replace(".", "-")
    return _field(id, title, f'<input id="{name}" name="{id}" type="{kind}" autocomplete="off">')


def _page(id: str, title: str, *fields: str) -> str:
    return (
        f'<section data-page="{id}"><h2>{title}</h2><div data-section="0">{"".join(fields)}</div></section>'
    )


def _form(
    id: str,
    title: str,
    pages: list[tuple[str, str, list[tuple[str, str]]]],
    fields: dict[str, Any],
    **more: Any,
) -> dict[str, Any]:
    html = "".join(_page(page, heading, *(drawn for _id, drawn in rows)) for page, heading, rows in pages)
    plain: dict[str, Any] = {"required": False, "required_if": None, "visible_if": None, "prefill": []}
    shape = [
        {
            "id": page,
            "title": heading,
            "visible_if": None,
            "sections": [{"title": heading, "visible_if": None, "fields": [one for one, _drawn in rows]}],
        }
        for page, heading, rows in pages
    ]
    return {
        "id": id,
        "version": "2026.1",
        "sha256": "ab" * 32,
        "title": title,
        "summary": "",
        "html": html,
        "pages": shape,
        "fields": {key: {**plain, **value} for key, value in fields.items()},
        **more,
    }


def forms(language: str) -> dict[str, Any]:
    """Return two procedures and the activities, as the server would render them."""
    outcomes = [
        ("met", "Gặp được người nhà"),
        ("absent", "Không có ai ở nhà"),
        ("refused", "Không muốn tiếp"),
    ]
    visit = _form("visit", "Đến thăm nhà", [("visit", "Lần đến thăm này", [("outcome", _radios("outcome", "Đến nhà thì thế nào?", outcomes)), ("note", _input("note", "Ghi thêm"))])],
                  {"outcome": {"type": "choice", "title": "Đến nhà thì thế nào?", "required": True}, "note": {"type": "text", "title": "Ghi thêm", "visible_if": ["==", ["name", "outcome"], "met"]}}, kind="visit", about="household")  # fmt: skip
    kinds = [("electronic_id", "Định danh điện tử"), ("health_record", "Sổ sức khỏe điện tử")]
    assist = _form("assist", "Giúp một việc", [("help", "Việc đã giúp", [("kind", _radios("kind", "Giúp việc gì?", kinds)), ("outcome", _radios("outcome", "Kết quả", [("done", "Đã xong"), ("later", "Hẹn dịp khác")]))])],
                   {"kind": {"type": "choice", "title": "Giúp việc gì?", "required": True}, "outcome": {"type": "choice", "title": "Kết quả", "required": True}}, kind="assistance", about="person")  # fmt: skip
    difficulty = _form("difficulty", "Ghi khó khăn", [("what", "Khó khăn", [("kind", _radios("kind", "Khó khăn gì?", [("network", "Mạng"), ("device", "Thiết bị")])), ("words", _input("words", "Người dân nói gì?"))])],
                       {"kind": {"type": "choice", "title": "Khó khăn gì?", "required": True}, "words": {"type": "text", "title": "Người dân nói gì?", "required": True}}, kind="difficulty", about="household")  # fmt: skip
    skills = _form("skills", "Năm kỹ năng số", [("skills", "Làm được gì?", [("skills.payment", _radios("skills.payment", "Thanh toán", [("0", "Chưa biết"), ("1", "Có người giúp"), ("2", "Tự làm")]))])],
                   {"skills.payment": {"type": "choice", "title": "Thanh toán"}}, kind="facts", about="person")  # fmt: skip
    pension = _form("social_pension", "Trợ cấp hưu trí xã hội", [
        ("who", "Người xin hưởng", [("applicant.full_name", _input("applicant.full_name", "Họ và tên")), ("applicant.number", _input("applicant.number", "Số định danh")), ("applicant.birth", _input("applicant.birth", "Ngày sinh")), ("elder.full_name", _input("elder.full_name", "Người được hưởng"))]),
        ("more", "Thông tin khác", [("alone", _radios("alone", "Có sống một mình không?", YES_NO)), ("carer", _input("carer", "Số định danh người chăm sóc")), ("phone", _input("phone", "Điện thoại", "tel")), ("asker", _input("asker", "Người nộp thay"))])],
        {"applicant.full_name": {"type": "name", "title": "Họ và tên", "required": True, "prefill": [{"path": "applicant.full_name", "if": None}]},
         "applicant.number": {"type": "citizen_number", "title": "Số định danh", "required": True, "prefill": [{"path": "applicant.number", "if": None}]},
         "applicant.birth": {"type": "partial_date", "title": "Ngày sinh", "required": True, "not_after_today": True, "prefill": [{"path": "applicant.birth", "if": None}]},
         "elder.full_name": {"type": "name", "title": "Người được hưởng", "prefill": [{"path": "subject.full_name", "if": None}]},
         "alone": {"type": "yes_no", "title": "Có sống một mình không?", "required": True},
         "carer": {"type": "citizen_number", "title": "Số định danh người chăm sóc", "required": True, "visible_if": ["==", ["name", "alone"], False]},
         "phone": {"type": "phone", "title": "Điện thoại"},
         "asker": {"type": "name", "title": "Người nộp thay", "prefill": [{"path": "applicant.full_name", "if": ["==", ["name", "elder.full_name"], "Vàng Thị Xuân"]}]}},
        summary="Tiền hằng tháng cho người từ 75 tuổi không có lương hưu.", documents=[{"id": "form", "title": "Tờ khai có chữ ký", "required": True, "visible_if": None, "required_if": None}], consents=[])  # fmt: skip
    coverage = _form("coverage", "Sóng, mạng và điện", [("here", "Tại chỗ này", [("mobile", _radios("mobile", "Sóng điện thoại", [("none", "Không có sóng"), ("weak", "Yếu")]))])],
                     {"mobile": {"type": "choice", "title": "Sóng điện thoại"}}, kind="coverage", about="household")  # fmt: skip
    lists = {
        "household_relations": [{"code": "head", "title": "Chủ hộ"}, {"code": "child", "title": "Con"}],
        "skip_reasons": [{"code": "absent", "title": "Không có ai ở nhà"}, {"code": "later", "title": "Hộ hẹn dịp khác"}],
        "basic_skills": [{"code": "payment", "title": "Thanh toán không dùng tiền mặt"}, {"code": "protection", "title": "Tự bảo vệ mình trên mạng"}],
        "network_strengths": [{"code": "weak", "title": "Yếu"}], "power_supplies": [{"code": "grid", "title": "Điện lưới"}],
    }  # fmt: skip
    return {
        "digest": DIGEST,
        "language": language,
        "procedures": [pension],
        "activities": [visit, assist, difficulty, skills, coverage],
        "lists": lists,
    }
