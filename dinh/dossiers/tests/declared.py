"""A small procedure made in memory, for tests of rules that need no catalogue on disk."""

from __future__ import annotations

from datetime import date
from typing import Any

from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import (
    Document,
    Eligibility,
    Field,
    Option,
    Page,
    Procedure,
    ResultPaper,
    Step,
    TimeLimit,
)

TODAY = date(2026, 11, 23)
SOURCE = "Invented for tests, no legal value"


def text(words: str) -> Text:
    return Text(vi=words, fr=words, en=words)


def field(id: str, type: str = "text", **more: Any) -> Field:
    return Field(id=id, title=text(more.pop("title", id)), type=type, **more)  # type: ignore[arg-type]


STEPS = (
    Step(id="receive", title=text("Tiếp nhận"), kind="receive", role="reception_officer", share=10),
    Step(id="examine", title=text("Thẩm tra"), kind="examine", role="civil_status_officer", share=50),
    Step(id="sign", title=text("Ký duyệt"), kind="approve", role="leader", share=30),
    Step(id="return", title=text("Trả kết quả"), kind="return", role="reception_officer", share=10),
)

FIELDS = (
    field("full_name", "name", required=True),
    field("number", "citizen_number", required=True),
    field("sex", "choice", options=(Option(code="1", title=text("Nam")), Option(code="2", title=text("Nữ")))),
    field("birth", "partial_date", required=True, not_after_today=True),
    field("married", "yes_no"),
    field("spouse", "name", visible_if="married", required_if="married"),
    field("copies", "integer", minimum=1, maximum=10),
)


def procedure(**more: Any) -> Procedure:
    """Return a procedure of two pages; any part by keyword."""
    parts: dict[str, Any] = {
        "id": "test_request",
        "title": text("Yêu cầu thử"),
        "valid_from": date(2025, 7, 1),
        "source": SOURCE,
        "version": "1",
        "code": "9.999999",
        "summary": text("Chỉ để thử."),
        "sector": "civil_status",
        "online": "full",
        "competent_office": "peoples_committee",
        "time_limit": TimeLimit(value=3, unit="working_day", source=SOURCE),
        "pages": (
            Page(id="who", title=text("Người yêu cầu"), fields=FIELDS),
            Page(
                id="more",
                title=text("Thêm"),
                visible_if="copies > 1",
                fields=(field("why", "long_text", required=True, max_length=50),),
            ),
        ),
        "documents": (
            Document(id="proof", title=text("Giấy tờ"), required=True),
            Document(id="marriage", title=text("Giấy kết hôn"), required_if="married"),
        ),
        "eligibility": (
            Eligibility(condition="age(birth) >= 18", message=text("Phải đủ 18 tuổi."), source=SOURCE),
        ),
        "steps": STEPS,
        "result": ResultPaper(title=text("Kết quả"), template="birth_extract_copy"),
    }
    return Procedure(**{**parts, **more})
