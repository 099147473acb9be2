"""Units below are judged with all of the score that a figure is part of, and with what the page of the unit itself hides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from dinh.catalogue import store
from dinh.indicators.queries import hiding
from dinh.indicators.queries.figures import Value
from dinh.indicators.tests.test_hiding import lone, scores
from dinh.web.board import reading
from dinh.web.board.reading import Reading
from dinh.web.board.tests.test_parts import asked

__all__ = ["scores"]


def test_a_part_that_a_score_would_give_away_is_hidden_beside_units_and_above_them(monkeypatch: Any) -> None:
    own, children = asked(), (uuid4(), uuid4())
    known = store.get().indicators
    monkeypatch.setattr(type(own), "children", children)
    monkeypatch.setattr(reading, "_kept", lambda _key, _mark, read: read())
    monkeypatch.setattr(hiding, "hidden_from", lambda *args: frozenset({"fast", "clean"}))

    def below(ids: Iterable[str], units: Iterable[UUID], _asked: object) -> dict[str, list[Value]]:
        found = lone(*units)
        # The first unit has few of "clean"; then "calm" beside it may not be told, nor that of the second unit.
        found["clean"] = [replace(one, numerator=3 if n == 0 else 90) for n, one in enumerate(found["clean"])]
        found["fast"] = [replace(one, numerator=80) for one in found["fast"]]
        return {id: found[id] for id in ids}

    whole = {id: some[0] for id, some in lone(own.unit).items()}  # of "fast" few
    whole["kind"] = replace(whole["kind"], numerator=3)

    monkeypatch.setattr(reading, "values", below)
    monkeypatch.setattr(
        reading, "readings",
        lambda ids, *_more: {id: Reading(known[id], whole[id], None, ()) for id in ids},
    )  # fmt: skip

    seen = {id: reading.seen_below([id], own, "", None)[id] for id in ("calm", "fast", "care")}

    assert [one.masked for one in seen["calm"]] == [True, True]
    assert any(one.masked for one in seen["fast"])  # their sum is hidden on the same page
    assert [one.masked for one in seen["care"]] == [False, False]
