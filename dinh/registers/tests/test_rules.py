"""What a field of each type takes and refuses."""

from __future__ import annotations

from datetime import date
from typing import Any, get_args

import pytest

from dinh.catalogue.shapes.base import Text
from dinh.catalogue.shapes.others import Register
from dinh.catalogue.shapes.procedure import Field, FieldType
from dinh.registers import rules

GOOD: dict[str, list[Any]] = {
    "text": ["a"], "long_text": ["a\nb"], "name": ["Lý"], "date": ["2024-02-29"],
    "partial_date": ["1951", "1951-03", "1951-03-12"], "year": [1951], "time": ["04:30"], "choice": ["x"],
    "yes_no": [True, False], "integer": [2, 5], "money": [0, 8000], "citizen_number": ["010051000123", "123456789"],
    "phone": ["0912"], "email": ["a@b.vn"], "place": ["6d9f3b1e-6e1c-5b0a-9a57-0d1f4c0d1a11"], "household": ["HK-1"],
    "record": ["6d9f3b1e-6e1c-5b0a-9a57-0d1f4c0d1a11"], "people": [[], [{"full_name": "Lý"}]],
}  # fmt: skip
BAD: dict[str, list[Any]] = {
    "text": [1], "long_text": [["a"]], "name": [True], "date": ["2023-02-29", "20240229", "2024-02", 2024],
    "partial_date": ["1951-13", "1951-3", "51", "1951-02-30"], "year": ["1951", 20255, True], "time": ["24:00", "4:30"],
    "choice": ["y", 1], "yes_no": ["yes", 1], "integer": ["2", 2.0, True, 1, 6], "money": [-1, 8.5],
    "citizen_number": ["01005100012", "01005100012x", 10051000123, "０１００５１０００１２３"], "phone": [912], "email": [7],
    "place": ["02746"], "household": [1], "record": ["12/2025"], "people": ["Lý", ["Lý"]],
}  # fmt: skip


def register(kind: str) -> Register:
    field = Field.model_validate(
        {
            "id": "f",
            "title": Text(vi="f"),
            "type": kind,
            "list": "l" if kind == "choice" else "",
            "minimum": 2 if kind == "integer" else None,
            "maximum": 5 if kind == "integer" else None,
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
