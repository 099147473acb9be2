"""What was typed is compared with the population, field by field."""

import pytest

from dinh.verification.rules import (
    Identity,
    births_agree,
    compare,
    is_of_another,
    verdict_of,
)

KNOWN = Identity("010068001234", "060123456", "Vàng Văn Hòa", "1968-05-20", "1")


@pytest.mark.parametrize(
    ("typed", "codes", "verdict"),
    [
        pytest.param(KNOWN, [], "same", id="everything"),
        pytest.param(Identity(number="060 123 456"), [], "same", id="old-number"),
        pytest.param(Identity(full_name="VÀNG VĂN HOÀ"), [], "same", id="capitals-and-tone-place"),
        pytest.param(Identity(full_name="Vang Van Hoa"), ["name_accents"], "differs", id="no-accents"),
        pytest.param(Identity(full_name="Hòa Vàng Văn"), ["name_order"], "differs", id="order"),
        pytest.param(Identity(full_name="Vàng Văn Hai"), ["name_differs"], "differs", id="another-name"),
        pytest.param(Identity(full_name="Vàng Văn Hào"), ["name_slip"], "differs", id="two-letters-swapped"),
        pytest.param(Identity(full_name="Vàng Hòa"), ["name_shortened"], "differs", id="word-left-out"),
        pytest.param(Identity(birth="1968"), ["birth_less_exact"], "same", id="year-alone"),
        pytest.param(Identity(birth="1968-05-21"), ["birth_differs"], "differs", id="another-day"),
        pytest.param(Identity(sex="2"), ["sex_differs"], "differs", id="sex"),
        pytest.param(Identity(sex="9"), [], "same", id="sex-not-known"),
        pytest.param(Identity(number="010068001235"), ["number_differs"], "differs", id="number"),
        pytest.param(Identity(number="060123457"), ["number_differs"], "differs", id="another-old-number"),
        pytest.param(Identity(), [], "same", id="nothing"),
    ],
)
def test_compare(typed: Identity, codes: list[str], verdict: str) -> None:
    findings = compare(typed, KNOWN)

    assert [one["code"] for one in findings] == codes
    assert verdict_of(findings) == verdict


def test_a_finding_holds_both_values() -> None:
    assert compare(Identity(birth="1968-05-21"), KNOWN) == (
        {"code": "birth_differs", "field": "birth", "typed": "1968-05-21", "register": "1968-05-20"},
    )


def test_what_the_register_lacks_is_told_as_such() -> None:
    bare = Identity(full_name="Lý Thị Mẩy", birth="1951", dead=True)

    findings = compare(Identity("010151000001", "", "Lý Thị Mẩy", "1951-03-12", "2"), bare)

    assert [(one["code"], one["register"]) for one in findings] == [
        ("number_unknown", ""), ("birth_more_exact", "1951"), ("dead", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("a", "b", "agree"),
    [
        ("1968", "1968-05-20", True),
        ("1968-05-20", "1968-05", True),
        ("1968-05", "1968-06", False),
        ("1968", "1969", False),
        ("", "1968", False),
        ("", "", False),
    ],
)
def test_births_agree(a: str, b: str, agree: bool) -> None:
    assert births_agree(a, b) is births_agree(b, a) is agree


@pytest.mark.parametrize(
    ("name", "birth", "another"),
    [
        ("Lý Thị Mẩy", "1970", True),
        ("Lý Thị Mẩy", "1968", False),
        ("Hoa Vang Van", "1970", False),
        ("Lý Thị Mẩy", "", False),
        ("", "1970", False),
    ],
)
def test_a_number_is_somebody_elses_when_neither_name_nor_birth_fits(
    name: str, birth: str, another: bool
) -> None:
    assert is_of_another(Identity(full_name=name, birth=birth), KNOWN) is another
