"""Small numbers in the answer to a question: hidden along all of its axes, and where a score would give them away."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dinh.catalogue.shapes.figures import Measure
from dinh.directory.models import Account
from dinh.indicators.asking.question import Question
from dinh.indicators.asking.things import Thing, thing
from dinh.indicators.queries import rows
from dinh.indicators.queries.figures import Value
from dinh.indicators.queries.hiding import LABELS, TIME, UNIT, Cells, Key, given_away, hide, with_scores


def hidden_from(question: Question, account: Account) -> frozenset[str]:
    """Return the figures of which small numbers are hidden: of the question, and of those that are judged with them.

    They are figures whose rows the account may not list, for all of whom the question asks about.
    """
    whose = question.siblings if question.like else (question.above,)
    may: dict[str, bool] = {}

    def opens(measure: Measure) -> bool:
        if measure.view not in may:
            may[measure.view] = all(
                rows.may_open(measure.id, unit, account, question.today) for unit in whose
            )
        return may[measure.view]

    return frozenset(
        key for key, one in _judged(question, [one.key for one in question.things]).items()
        if not all(opens(measure) for measure in one.measures if measure.origin == "computed")
    )  # fmt: skip


def hide_few(
    read: Mapping[str, dict[Key, Value]], question: Question, shut: frozenset[str], whole: Callable[[Thing], Cells]
) -> None:  # fmt: skip
    """Hide in what was read what tells of so few, and what gives it away.

    read   figure -> its cells, parts of all dimensions by which it is read
    shut   figures whose small numbers are hidden (`hidden_from`)
    whole  reads a figure undivided: a score is judged with all of its parts, whichever of them are asked for
    """
    cells: dict[str, Cells] = dict(read)
    axes: dict[str, list[int]] = {}
    for key, one in _judged(question, list(read)).items():
        divided = len(question.dimensions(one)) if key in read else 0
        if key not in read:
            cells[key] = whole(one)
        # Units have no points of a score together, nor have months.
        along = [UNIT, *range(LABELS, LABELS + divided)] if one.indicator.kind != "score" else []
        axes[key] = [*along, TIME] if one.adds_time else along
    gone = given_away(cells, axes, shut)
    for key, own in read.items():
        for place in gone[key]:
            own[place] = hide(own[place])


def _judged(question: Question, keys: list[str]) -> dict[str, Thing]:
    """Return figures by key, and all that stand in a score with one of them."""
    asked = {one.key: one for one in question.things}
    found = ((key, asked.get(key) or thing(key)) for key in with_scores(keys))
    return {key: one for key, one in found if one is not None}
