"""What a field of each type takes and refuses."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.procedure import FieldType
from dinh.catalogue.shapes.register import Register, RegisterField
from dinh.registers import rules

SQUARE = {
    "type": "Polygon",
    "coordinates": [[[103.90, 22.40], [103.91, 22.40], [103.91, 22.41], [103.90, 22.41], [103.90, 22.40]]],
}
GOOD: dict[str, list[Any]] = {
    "text": ["a"], "long_text": ["a\nb"], "name": ["Lý"], "date": ["2024-02-29"],
    "partial_date": ["1951", "1951-03", "1951-03-12"], "year": [1951], "time": ["04:30"], "choice": ["x"],
    "yes_no": [True, False], "integer": [2, 5], "money": [0, 8000], "citizen_number": ["010051000123", "123456789"],
    "phone": ["0912"], "email": ["a@b.vn"], "place": ["6d9f3b1e-6e1c-5b0a-9a57-0d1f4c0d1a11"], "household": ["HK-1"],
    "record": ["6d9f3b1e-6e1c-5b0a-9a57-0d1f4c0d1a11"], "people": [[], [{"full_name": "Lý"}]],
    "decimal": ["0", "125.4", "-3"], "geometry": [SQUARE, {"type": "Point", "coordinates": [103.9, 22.4]}],
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "text": [1], "long_text": [["a"]], "name": [True], "date": ["2023-02-29", "20240229", "2024-02", "2024-W01-1", 2024],
    "partial_date": ["1951-13", "1951-3", "51", "1951-02-30"], "year": ["1951", 20255, True], "time": ["24:00", "4:30", "T0430", "０４:30"],
    "choice": ["y", 1], "yes_no": ["yes", 1], "integer": ["2", 2.0, True, 1, 6], "money": [-1, 8.5],
    "citizen_number": ["01005100012", "01005100012x", 10051000123, "０１００５１０００１２３"], "phone": [912], "email": [7],
    "place": ["02746"], "household": [1], "record": ["12/2025"], "people": ["Lý", ["Lý"]],
    "decimal": [125.4, "125,4", "1e3", "12.34"],
    "geometry": ["POINT(1 2)", {"type": "LineString", "coordinates": [[103.9, 22.4], [103.8, 22.4]]},
                 {"type": "Polygon", "coordinates": [[[103.9, 22.4], [103.9, 22.5], [103.8, 22.4]]]},
                 {"type": "Point", "coordinates": [103.9, 22.4, float("nan")]}, {"type": "Point", "coordinates": [103.9, 10**400]},
                 {"type": "Point", "coordinates": [22.4, 103.9]}, {"type": "Point", "coordinates": [2.35, 48.8]},
                 {"type": "Point", "coordinates": [412345.6, 2481234.5]}, {"type": "Point"}],
}  # fmt: skip


def register(kind: str) -> Register:
    field = RegisterField.model_validate(
        {
            "id": "f",
            "title": Text(vi="f"),
            "type": kind,
            "list": "l" if kind == "choice" else "",
            "minimum": 2 if kind == "integer" else None,
            "maximum": 5 if kind == "integer" else None,
            "decimals": 1 if kind == "decimal" else 0,
        }
    )
    return Register.model_validate(
        {
            "id": "r",
            "title": Text(vi="r"),
            "valid_from": date(2025, 1, 1),
            "source": "test",
            "version": "1",
            "fields": (field,),
        }
    )


def test_every_type_of_the_catalogue_has_a_rule_and_cases() -> None:
    assert set(get_args(FieldType)) == set(rules._TYPES) == set(GOOD) == set(BAD)


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in GOOD.items() for value in values]
)
def test_a_good_value_is_taken(kind: str, value: Any) -> None:
    assert rules.faults_of(register(kind), {"f": value}, lambda _list: ["x"]) == ()


@pytest.mark.parametrize(
    ("kind", "value"), [(kind, value) for kind, values in BAD.items() for value in values]
)
def test_a_bad_value_is_refused(kind: str, value: Any) -> None:
    faults = rules.faults_of(register(kind), {"f": value}, lambda _list: ["x"])

    assert [fault.path for fault in faults] == ["f"]


def test_a_pattern_shows_how_to_write_it() -> None:
    shape = register("text")
    field = shape.fields[0].model_copy(update={"pattern": r"\d{4}-\d{4}", "example": "2025-2026"})

    fault = rules.fault_of(field, "2025", lambda _list: [])

    assert fault is not None
    assert "2025-2026" in str(fault.message)
    assert rules.fault_of(field, "2025-2026", lambda _list: []) is None
