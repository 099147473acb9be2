"""Figures: what is counted (`catalogue/measures/`) and what is made of it (`catalogue/indicators/`).

Only measures are stored and added up, over places and over time; an indicator is worked out
anew at each level, so that a percentage is never the average of percentages.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field as F
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dinh.catalogue.shapes.base import Declaration, Id, Item, Text

Number = int | float
Year = Annotated[str, F(pattern=r"^20[0-9]{2}$")]
COMPUTED = ("view", "aggregate", "column", "count_if", "on", "since", "until", "dimensions", "out_of")
ANY_AGE = "age_band"  # a dimension that is worked out from column `birth` at the end of each month


class Figure(Item):
    """What measures and indicators share."""

    version: str = F(min_length=1, max_length=20, description="What is counted is fixed for each version")
    sentence: Text = F(description="What it tells, in one sentence for everybody")
    unit: Text = F(description='What it is counted in: "hồ sơ", "%", "ngày"')
    owner: Id = F(description="Office that answers for it, a key of catalogue/offices/")
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed, in plain words")


class Measure(Figure):
    """One thing that is counted, at the lowest place and month by month."""

    origin: Literal["computed", "declared", "imported"] = F(
        default="computed",
        description="Counted by this house from its rows, told by a unit, or brought by a file",
    )
    kind: Literal["flow", "stock"] = F(
        description="Flow: what happens in a month. Stock: what there is on its last day"
    )
    view: str = F(default="", description="Published view whose rows are counted")
    aggregate: Literal["count", "sum", "distinct"] = F(
        default="count", description="Rows, the sum of `column`, or different values of `column`"
    )
    column: str = F(default="", description="For sum (an integer) and distinct")
    count_if: str = F(
        default="",
        description="Expression over the view's columns; empty: every row. `today` is the last day of the month, "
        "or today in the month that runs",
    )
    on: str = F(default="", description="For a flow: the date that says in which month a row falls")
    since: str = F(default="", description="For a stock: the first day on which a row counts")
    until: str = F(default="", description="For a stock: the first day on which it no longer does")
    roll_time: Literal["sum", "last", "max"] = F(
        default="sum", description="Months together: added, the last, or the largest"
    )
    roll_units: Literal["sum", "max", "none"] = F(
        default="sum", description="Places together: added, the largest, or not at all"
    )
    dimensions: tuple[str, ...] = F(
        default=(),
        description="Columns by which it can be split; `age_band` is made of a column `birth`",
    )
    out_of: Id | None = F(
        default=None,
        description="For what is seen by who goes and looks: the measure of those who were looked at, of the same view. "
        "Where it counts none, nothing is known, which is not zero",
    )
    minimum: int | None = F(default=None, description="For told figures: the smallest that can be true")
    maximum: int | None = F(default=None, description="For told figures: the largest that can be true")
    every: Literal["month", "quarter", "year"] = F(
        default="month", description="For told figures: how often they are told, at the end of it"
    )
    compare_with: Id | None = F(
        default=None, description="For told figures: the computed measure of the same thing; the gap is shown"
    )

    @model_validator(mode="after")
    def _whole(self) -> Measure:
        if self.origin != "computed":
            return self._told()
        if not self.view:
            raise _fault("view_missing", "A computed measure names the view whose rows it counts.")
        if self.kind == "flow" and (not self.on or self.since or self.until):
            raise _fault("flow_dates", "A flow has `on`, and neither `since` nor `until`.")
        if self.kind == "stock" and (not self.since or self.on):
            raise _fault("stock_dates", "A stock has `since`, perhaps `until`, and no `on`.")
        if (self.aggregate == "count") is bool(self.column):
            raise _fault("column", "`column` is needed for sum and distinct, and for nothing else.")
        return self._rolls()

    def _told(self) -> Measure:
        # Not `model_fields_set`: a published version holds every field.
        given = [name for name in COMPUTED if getattr(self, name) != type(self).model_fields[name].default]
        if given:
            raise _fault("told_is_not_counted", "A told figure has no view and nothing that counts rows.")
        if self.maximum is not None and self.minimum is not None and self.maximum < self.minimum:
            raise _fault("limits", "`maximum` is below `minimum`.")
        return self._rolls()

    def _rolls(self) -> Measure:
        if self.kind == "stock" and self.roll_time == "sum":
            raise _fault(
                "stock_is_added", "A stock is not added up over months: roll_time is `last` or `max`."
            )
        return self


class Quantile(Declaration):
    """Which share of the cases is at or below the value."""

    measure: Id = F(description="Measure that is split by `dimension`")
    dimension: str = F(description="Integer column: 0 days, 1 day, 2 days, ...")
    at: float = F(gt=0, lt=1, description="0.5 for the median, 0.9 for nine in ten")


class Score(Declaration):
    """Points given in proportion to what was reached of a target."""

    most: Number = F(gt=0, description="Points when the target is reached")
    target: Number = F(gt=0, description="In the unit of the value: 90 for 90%")


class Band(Declaration):
    """A mark given from so many points on."""

    least: Number
    title: Text


class Indicator(Figure):
    """A figure made of measures."""

    group: str = F(description="Code of list `indicator_groups`")
    kind: Literal["ratio", "sum", "quantile", "score"] = F(
        description="Numerator by denominator, a sum, a median or other quantile, or points of other indicators"
    )
    numerator: str = F(default="", description="Measures with + and -, and * by a whole number")
    denominator: str = F(default="", description="For a ratio; as the numerator")
    factor: int = F(default=1, ge=1, description="100 for percent")
    decimals: int = F(default=0, ge=0, le=4, description="Digits after the point, when it is shown")
    direction: Literal["up", "down", "none"] = F(default="up", description="Which way is better")
    thresholds: tuple[Number, ...] = F(
        default=(), max_length=2, description="Weak up to the first, good from the last; in its unit"
    )
    targets: dict[Year, Number] = F(default_factory=dict, description="Year -> what is to be reached")
    minimum_denominator: int = F(default=0, ge=0, description="Fewer cases than that are marked as few")
    quantile: Quantile | None = F(default=None, description="For a quantile")
    score: Score | None = F(default=None, description="For a ratio: its points")
    parts: tuple[Id, ...] = F(default=(), description="For a score: indicators whose points are added")
    most: Number = F(default=0, description="For a score: all points there are")
    bands: tuple[Band, ...] = F(default=(), description="For a score: marks, the best first")

    @model_validator(mode="after")
    def _whole(self) -> Indicator:
        needs = {
            "ratio": {"numerator", "denominator"},
            "sum": {"numerator"},
            "quantile": {"quantile"},
            "score": {"parts", "most"},
        }
        given = {name for names in needs.values() for name in names if getattr(self, name)}
        if given != needs[self.kind]:
            raise _fault(
                "parts_of_kind", "Each kind has its own parts: numerator, denominator, quantile, parts."
            )
        if self.score is not None and self.kind != "ratio":
            raise _fault("score_of_ratio", "Only a ratio has points of its own.")
        if list(self.thresholds) != sorted(self.thresholds):
            raise _fault("thresholds", "Write the smaller threshold first.")
        return self


def _fault(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(f"figure_{code}", "{said}", {"said": message})
