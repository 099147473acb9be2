"""Letters that differ are marked, those that only look alike too."""

from __future__ import annotations

import unicodedata

import pytest

from dinh.web.components.differing import alike, differing


@pytest.mark.parametrize(
    ("one", "other", "left", "right"),
    [
        pytest.param("Nguyen", "Nguyễn", "Nguy<mark>e</mark>n", "Nguy<mark>ễ</mark>n", id="marks-lost"),
        pytest.param("Lan", "Lan", "Lan", "Lan", id="equal"),
        pytest.param("", "Lan", "", "<mark>Lan</mark>", id="missing"),
        pytest.param("A  B", "A B", "A <mark>␣</mark>B", "A B", id="a-space-too-many"),
        pytest.param("<b>", "<i>", "&lt;<mark>b</mark>&gt;", "&lt;<mark>i</mark>&gt;", id="escaped"),
    ],
)
def test_what_differs_is_marked(one: str, other: str, left: str, right: str) -> None:
    assert differing(one, other) == (left, right)


def test_what_looks_alike_is_told_and_marked() -> None:
    composed, loose = "Lê", unicodedata.normalize("NFD", "Lê")

    assert alike(loose, composed) and not alike("Le", composed) and not alike(composed, composed)
    assert differing(loose, composed)[0] == f"L<mark>{loose[1:]}</mark>"
