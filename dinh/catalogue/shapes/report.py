"""Reports: official documents (`catalogue/reports/`) whose numbers are figures, written anew for a unit and a month.

Words of the document are Vietnamese alone: it is an act of the office (Decree 30/2020/NĐ-CP). In a text, a slot in
double braces stands for a word or a number: `{{unit}}`, `{{span}}`, `{{figure.on_time_rate.value}}`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F
from pydantic import model_validator
from pydantic_core import PydanticCustomError

from dinh.catalogue.shapes.base import Declaration, Id, Item

ASPECTS = (
    "value", "number", "numerator", "denominator", "before", "change", "target", "judgement", "points", "most", "band",
)  # fmt: skip
WORDS = ("unit", "unit_above", "span", "span_before")
NEEDS = {
    "text": {"paragraphs"}, "figures": {"figures"}, "units": {"figures"}, "score": {"figures"}, "chart": {"figures"},
    "map": {"figures"}, "gaps": set(),
}  # fmt: skip


class Paragraph(Declaration):
    """Some sentences with slots."""

    text: str = F(min_length=1, description="Vietnamese, with slots in double braces")
    needs: tuple[Id, ...] = F(
        default=(), description="Indicators without which the paragraph is left out, when one is not known"
    )


class Section(Declaration):
    """One part of the document, under its own heading."""

    id: Id = F(description="Stable within the report")
    title: str = F(default="", description="Heading; the house numbers it: I, II, III")
    kind: Literal["text", "figures", "units", "score", "chart", "map", "gaps"] = F(
        description="Sentences; figures line by line; places by figures; points of a score; twelve months drawn; "
        "a map of places; what is not known"
    )
    paragraphs: tuple[Paragraph, ...] = F(default=(), description="For a text")
    figures: tuple[Id, ...] = F(
        default=(),
        description="Indicators: lines or columns of a table; exactly one for score, chart and map",
    )
    places: Literal["below", "villages"] = F(
        default="below",
        description="For places: those directly below the unit, or all villages down to the last",
    )
    annex: bool = F(default=False, description="On pages of its own behind the signature, as “Phụ lục”")

    @model_validator(mode="after")
    def _whole(self) -> Section:
        given = {name for name in ("paragraphs", "figures") if getattr(self, name)}
        if given != NEEDS[self.kind]:
            raise _fault(
                "parts", "A text has `paragraphs`; tables, charts and maps have `figures`; gaps have neither."
            )
        if self.kind in {"score", "chart", "map"} and len(self.figures) != 1:
            raise _fault("one_figure", "A score, a chart and a map show exactly one figure.")
        return self


class Report(Item):
    """One kind of report: what it says of every unit of a level, month by month, quarter by quarter or year by year."""

    version: str = F(min_length=1, max_length=20, description="Stands in every report that was made of it")
    level: Literal["province", "commune"] = F(description="Level of the units that it reports on")
    span: Literal["month", "quarter", "year"] = F(default="month", description="Time that it reports on")
    about: str = F(min_length=1, description="What it is about, under the word BÁO CÁO; with slots")
    symbol: str = F(default="BC-UBND", description="Behind the number of the document")
    to: tuple[str, ...] = F(default=(), description="Who receives it (“Nơi nhận”), with slots")
    sections: tuple[Section, ...] = F(min_length=1)

    @model_validator(mode="after")
    def _once(self) -> Report:
        ids = [one.id for one in self.sections]
        if len(set(ids)) != len(ids):
            raise _fault("section_twice", "Two sections have the same id.")
        return self


def _fault(code: str, message: str) -> PydanticCustomError:
    return PydanticCustomError(f"report_{code}", "{said}", {"said": message})
