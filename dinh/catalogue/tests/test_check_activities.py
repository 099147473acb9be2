"""Activities that cannot be asked are named before anybody meets them at a door."""

from __future__ import annotations

from pathlib import Path

import pytest

from dinh.catalogue import store
from dinh.lib.errors import Invalid

HEAD = """
id = "try"
version = "1"
title = { vi = "Thử" }
valid_from = 2025-07-01
source = "The house itself"
kind = "visit"
[[pages]]
id = "one"
title = { vi = "Một" }
"""


def _codes(folder: Path, fields: str) -> set[str]:
    (folder / "activities").mkdir()
    (folder / "activities" / "try.toml").write_text(HEAD + fields)
    try:
        store.load([store.shipped(), folder])
    except Invalid as invalid:
        return {fault.code for fault in invalid.faults}
    return set()


def _field(id: str, more: str = "", title: str = "Câu hỏi") -> str:
    return f'[[pages.fields]]\nid = "{id}"\ntitle = {{ vi = "{title}" }}\ntype = "text"\n{more}\n'


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        pytest.param(_field("a") + _field("a"), "catalogue.twice", id="a-question-twice"),
        pytest.param(
            _field("a", "visible_if = \"b == 'x'\"") + _field("b"), "catalogue.looks_forward", id="forward"
        ),
        pytest.param(_field("a", 'list = "nowhere"'), "catalogue.unknown_list", id="no-such-list"),
        pytest.param(_field("a", title="Mật khẩu"), "catalogue.asks_for_secret", id="a-password"),
        pytest.param(_field("otp"), "catalogue.asks_for_secret", id="a-one-time-code"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, fields: str, code: str) -> None:
    assert code in _codes(tmp_path, fields)


def test_what_can_be_asked_is_let_in(tmp_path: Path) -> None:
    assert _codes(tmp_path, _field("a") + _field("b", "visible_if = \"a == 'x'\"")) == set()
