"""Reference pages of figures: what may be counted, what is counted, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docs_catalogue import page, table

if TYPE_CHECKING:
    from dinh.catalogue.shapes.figures import Indicator, Measure


def views_page() -> str:
    """Published views: what may be counted, column by column."""
    from dinh.database.published import BANDS, views

    lines: list[str] = []
    for view in views().values():
        lines += [
            f"## `{view.name}`", "", f"{view.meaning}.", "",
            f"In the journal, a row is of the kind `{view.subject}`; its rows are listed with the right `{view.permission}`.", "",
            *table(
                ["column", "type", "meaning", "personal"],
                ((f"`{c.name}`", c.type, c.meaning, "yes" if c.personal else "") for c in view.columns),
            ),
        ]  # fmt: skip
    bands = ", ".join(f"`{code}`" for _, code in BANDS)
    return page(
        "Published views",
        "What measures count and what read-only questions may ask: rows that name nobody, made anew after each migration. "
        "No view holds a name, a number, an address or a telephone. Days are local days; what is not known is null. "
        f"Bands of age: {bands}. Personal columns are for counting and for ages: never shown, nothing is split by them.",
        "",
        *lines,
    )


def figures_page() -> str:
    """Measures and indicators: how each is counted, of what it is made, and where it comes from."""
    from dinh.catalogue import store

    catalogue = store.get()
    lines: list[str] = []
    for code, title in catalogue.titles["indicator_groups"].items():
        found = [one for one in catalogue.indicators.values() if one.group == code]
        rows = ((f"`{one.id}`", one.title.en, _made_of(one), _targets(one), one.source) for one in found)
        lines += [f"## {title.en}", "", *table(["indicator", "title", "made of", "target", "source"], rows)]
    lines += [
        "## Measures that the house counts", "",
        *table(
            ["measure", "title", "counted", "split by", "source"],
            (
                (f"`{one.id}`", one.title.en, _counted(one), ", ".join(one.dimensions), one.source)
                for one in catalogue.measures.values() if one.origin == "computed"
            ),
        ),
        "## Measures that units tell", "",
        *table(
            ["measure", "title", "kind", "stands beside", "source"],
            (
                (f"`{one.id}`", one.title.en, one.kind, f"`{one.compare_with}`" if one.compare_with else "", one.source)
                for one in catalogue.measures.values() if one.origin != "computed"
            ),
        ),
    ]  # fmt: skip
    return page(
        "Figures",
        "Every figure of the house: indicators by group, and the measures of which they are made. A measure of the house is "
        "a count over a [published view](views.md); one that a unit tells is typed and approved. Percentages are always "
        "worked out from their parts, never averaged.",
        "",
        *lines,
    )


def _made_of(one: Indicator) -> str:
    if one.kind == "score":
        return f"points of {', '.join(f'`{part}`' for part in one.parts)}; at most {one.most}"
    if one.quantile is not None:
        share = "half" if one.quantile.at == 0.5 else f"{one.quantile.at:.0%}"
        return f"{share} of `{one.quantile.measure}` by `{one.quantile.dimension}`"
    made = f"`{one.numerator}`"
    if one.kind == "ratio":
        made += f" of each {one.factor} `{one.denominator}`"
    return made + (f"; {one.score.most} points at {one.score.target}" if one.score else "")


def _targets(one: Indicator) -> str:
    return ", ".join(f"{year}: {value}" for year, value in one.targets.items())


def _counted(one: Measure) -> str:
    what = {"count": "rows", "sum": f"sum of `{one.column}`", "distinct": f"different `{one.column}`"}[
        one.aggregate
    ]
    when = (
        f"by `{one.on}`"
        if one.kind == "flow"
        else f"from `{one.since}`" + (f" until `{one.until}`" if one.until else "")
    )
    condition = f" where `{one.count_if}`" if one.count_if else ""
    return f"{what} of `{one.view}`{condition}, {when}"
