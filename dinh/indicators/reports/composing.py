"""Sections of a report into blocks, for one reader. Reads figures through `Question` alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from django.conf import settings

from dinh.catalogue import store
from dinh.catalogue.shapes.figures import Indicator
from dinh.catalogue.shapes.report import Section
from dinh.directory import tree
from dinh.directory.models import Level, UnitVersion
from dinh.directory.queries import in_force
from dinh.indicators.engine import definitions
from dinh.indicators.queries import places
from dinh.indicators.queries.explaining import measures_in
from dinh.indicators.queries.figures import Value
from dinh.indicators.reports import slots
from dinh.indicators.reports.asking import Question, figures_of
from dinh.indicators.reports.document import Block, Document, Row
from dinh.indicators.reports.slots import filled, number, shown
from dinh.lib.dates import VIETNAM, local_date, long_date_vi, show_date
from dinh.papers.agencies import agency

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
SIGNERS = {Level.COMMUNE: "Chủ tịch", Level.PROVINCE: "Chủ tịch"}


def compose(asked: Question) -> Document:
    """Return the whole report."""
    report = asked.report
    body = [one for one in report.sections if not one.annex]
    annexes = [one for one in report.sections if one.annex]
    blocks: list[Block] = []
    headed = 0
    for section in body:
        found = list(_KINDS[section.kind](section, asked))
        # Of what nothing is known there is no empty heading; what is missing is named at the end.
        if section.title and found:
            title = filled(section.title, asked)
            blocks.append(Block("heading", f"{ROMAN[headed]}. {title}"))
            headed += 1
        blocks += found
    for count, section in enumerate(annexes, start=1):
        label = "Phụ lục" if len(annexes) == 1 else f"Phụ lục {ROMAN[count - 1]}"
        title = filled(section.title, asked)
        blocks.append(Block("heading", f"{label}\n{title}", annex=True))
        blocks += [_annexed(one) for one in _KINDS[section.kind](section, asked)]
    office = agency(asked.unit, asked.day)
    return Document(
        title="Báo cáo", about=filled(report.about, asked), symbol=report.symbol, agency=office,
        place_date=f"{office['place']}, {long_date_vi(local_date(asked.at))}", locked=bool(asked.snapshots),
        basis=tuple(_basis(asked)), to=tuple(filled(one, asked) for one in report.to),
        signer=SIGNERS.get(Level(places.level_of(asked.unit, asked.day)), "Chủ tịch"), links=_links(asked), blocks=tuple(blocks),
    )  # fmt: skip


def _annexed(block: Block) -> Block:
    return replace(block, annex=True)


def _text(section: Section, asked: Question) -> Iterator[Block]:
    for one in section.paragraphs:
        needed = [asked.now(id) for id in one.needs]
        if all(value is not None and (value.value is not None or value.masked) for value in needed):
            yield Block("text", filled(one.text, asked))


def _figures(section: Section, asked: Question) -> Iterator[Block]:
    """Figures line by line: now, before, what was to be reached, how it stands."""
    rows = []
    for count, item in enumerate(_items(section.figures), start=1):
        now, before = asked.now(item.id), asked.earlier(item.id)
        cells = (
            str(count), item.title.vi, item.unit.vi, shown(now, item), shown(before, item), slots.both_targets(now),
            slots.judgement(now, item),
        )  # fmt: skip
        plain = (None, None, None, _plain(now), _plain(before), _float(now.target if now else None), None)
        rows.append(Row(cells, plain, item.id, str(asked.unit)))
    columns = ("TT", "Chỉ tiêu", "Đơn vị tính", "Kỳ này", "Kỳ trước", "Chỉ tiêu giao", "Đánh giá")
    yield Block("table", columns=columns, rows=tuple(rows), widths=(5, 37, 12, 11, 11, 11, 13), texts=3)
    yield from _marks(rows)


def _units(section: Section, asked: Question) -> Iterator[Block]:
    """Places line by line, figures as columns, the whole first."""
    items = _items(section.figures)
    units = asked.places(section.places)
    found: dict[UUID, list[Value]] = {unit: [] for unit in units}
    read = asked.of_places([item.id for item in items], units) if units else {}
    for item in items:
        for value in read.get(item.id, ()):
            found[value.unit].append(value)
    whole = [asked.now(item.id) for item in items]
    rows = [_place("", f"Chung {asked.name(asked.unit)}", whole, items, asked.unit, strong=True)]
    for count, (unit, values) in enumerate(found.items(), start=1):
        rows.append(_place(str(count), _named(unit, asked, section.places), values, items, unit))
    columns = ("TT", "Đơn vị", *(_heading(item) for item in items))
    widths = (6.0, 28.0, *([66 / max(1, len(items))] * len(items)))
    yield Block("table", columns=columns, rows=tuple(rows), widths=widths, texts=2)
    yield from _marks(rows)


def _place(
    count: str, title: str, values: list[Value | None] | list[Value], items: list[Indicator], unit: UUID, *,
    strong: bool = False,
) -> Row:  # fmt: skip
    pairs = list(zip(values, items, strict=True))
    cells = (count, title, *(shown(value, item) for value, item in pairs))
    plain = (None, None, *(_plain(value) for value, _item in pairs))
    return Row(cells, plain, items[0].id, str(unit), strong)


def _named(unit: UUID, asked: Question, which: str) -> str:
    title = asked.name(unit)
    if which != "villages" or places.level_of(asked.unit, asked.day) == Level.COMMUNE:
        return title
    return tree.title(unit, asked.day).rpartition(", ")[0] or title


def _score(section: Section, asked: Question) -> Iterator[Block]:
    """The points of a score: groups, their parts, and the whole."""
    (whole,) = _items(section.figures)
    value = asked.now(whole.id)
    if value is not None and value.value is not None:
        mark = slots.filled(f"{{{{figure.{whole.id}.band}}}}", asked)
        yield Block(
            "text",
            f"Tổng điểm: {shown(value, whole)} trên {number(Decimal(str(whole.most)))} điểm. Xếp loại: {mark}.",
        )
    rows: list[Row] = []
    for count, group in enumerate(_items(whole.parts), start=1):
        rows.append(_scored(str(count), group, asked, strong=True))
        rows += [
            _scored(f"{count}.{inner}", part, asked)
            for inner, part in enumerate(_items(group.parts), start=1)
        ]
    rows.append(_scored("", whole, asked, strong=True, title="Tổng cộng"))
    columns = ("TT", "Tiêu chí", "Kết quả", "Mức đủ điểm", "Điểm đạt", "Điểm tối đa")
    yield Block("table", columns=columns, rows=tuple(rows), widths=(7, 47, 12, 12, 11, 11), texts=2)
    yield from _marks(rows)


def _scored(count: str, item: Indicator, asked: Question, *, strong: bool = False, title: str = "") -> Row:
    value = asked.now(item.id)
    most = item.score.most if item.score else item.most
    points = None if value is None else value.points if item.score else value.value
    result = slots.with_unit(shown(value, item), item) if item.score and _plain(value) is not None else ""
    if item.score and not result:
        result = shown(value, item)
    goal = slots.with_unit(number(Decimal(str(item.score.target))), item) if item.score else ""
    cells = (
        count, title or item.title.vi, result, goal, number(points, 2) if points is not None else slots.NONE,
        number(Decimal(str(most)), 0),
    )  # fmt: skip
    plain = (None, None, _plain(value) if item.score else None, None, _float(points), float(most))
    return Row(cells, plain, item.id, str(asked.unit), strong)


def _chart(section: Section, asked: Question) -> Iterator[Block]:
    """Twelve months drawn, and the same as a table."""
    (item,) = _items(section.figures)
    trend = asked.trend(item.id)
    labels = tuple(f"{one.first % 100}/{one.first // 100}" for one in trend)
    points = tuple(_plain(one) for one in trend)
    if not any(one.value is not None or one.masked for one in trend):
        yield Block("text", f"Chưa có số liệu “{item.title.vi}” của 12 tháng qua.")
        return
    if any(one is not None for one in points):
        yield Block(
            "chart", f"{item.title.vi} ({item.unit.vi})", labels=labels, points=points, unit=item.unit.vi, figure=item.id,
        )  # fmt: skip
    row = Row(
        (item.title.vi, *(shown(one, item) for one in trend)), (None, *points), item.id, str(asked.unit)
    )
    yield Block("table", columns=("Tháng", *labels), rows=(row,), widths=(16, *([7] * len(trend))))
    yield from _marks([row])


def _map(section: Section, asked: Question) -> Iterator[Block]:
    """Places as circles whose area is the number, at their centres."""
    (item,) = _items(section.figures)
    units = asked.places(section.places)
    centres = {
        unit: (longitude, latitude)
        for unit, longitude, latitude in UnitVersion.objects.filter(
            in_force(asked.day), unit__in=units
        ).values_list("unit", "longitude", "latitude")
        if longitude is not None and latitude is not None
    }
    found = [
        (asked.name(one.unit), *centres[one.unit], float(one.value), shown(one, item))
        for one in (asked.of_places([item.id], units)[item.id] if units else ())
        if one.value is not None and one.unit in centres
    ]
    if found:
        yield Block(
            "map", f"{item.title.vi} ({item.unit.vi})", places=tuple(found), unit=item.unit.vi, figure=item.id
        )
        missing = len(units) - len(found)
        if missing:
            yield Block("note", f"{missing} đơn vị chưa có số liệu hoặc chưa có tọa độ, không vẽ.")
    else:
        yield Block("text", "Chưa có số liệu để vẽ bản đồ.")


def _gaps(section: Section, asked: Question) -> Iterator[Block]:
    """Figures of the report that are not known, or known in part."""
    reasons: dict[str, list[str]] = {}
    for item in _items(figures_of(asked.report)):
        if item.kind != "score" and (why := why_missing(asked.now(item.id), item, asked.sent_back)):
            reasons.setdefault(why, []).append(item.title.vi)
    for why, titles in reasons.items():
        yield Block("text", f"{why}: {'; '.join(titles)}.")
    if not reasons:
        yield Block("text", "Không có. Mọi chỉ tiêu của báo cáo đều đã có đủ số liệu.")


def why_missing(value: Value | None, item: Indicator, sent_back: Collection[str] = ()) -> str:
    """Return why a figure is not known, or known in part; "" where nothing is missing.

    sent_back  told measures that were sent back and not told again
    """
    untold = "Đã khai nhưng bị trả lại để sửa, chưa khai lại"
    if not set(sent_back) & set(measures_in(item)):
        untold = "Chưa có đơn vị nào báo cáo"
    if value is None:
        return untold
    if value.value is None and not value.masked:
        if value.denominator != 0:
            return untold
        # Of what is there at the end of the month nothing happens in it: none was looked at yet.
        whole = definitions.measures().get(item.denominator or "")
        if whole is not None and whole.kind == "stock":
            return "Đến cuối kỳ chưa có trường hợp nào được rà soát để tính"
        return "Trong kỳ không phát sinh trường hợp nào"
    if not value.complete:
        return f"Mới có {value.told} trên {value.expected} kỳ báo cáo"
    return "Số ước tính, do địa giới đã chia tách" if value.estimated else ""


def _basis(asked: Question) -> Iterator[str]:
    time = slots.span(asked.report.span, asked.month)
    if not asked.snapshots:
        now = asked.at.astimezone(VIETNAM)
        yield f"Số liệu tạm tính {time}, lấy lúc {now:%H} giờ {now:%M} ngày {show_date(now.date())}; có thể thay đổi cho đến khi chốt."
    elif len(asked.snapshots) == 1:
        (one,) = asked.snapshots
        locked = one.at.astimezone(VIETNAM)
        again = f", chốt lại lần {one.number - 1}" if one.number > 1 else ""
        yield f"Số liệu {time} đã chốt lúc {locked:%H} giờ {locked:%M} ngày {show_date(locked.date())}{again}. Mã bản chốt (SHA-256): {asked.basis}."
    else:
        yield f"Số liệu {time} đã chốt, gồm {len(asked.snapshots)} bản chốt. Mã chung các bản chốt (SHA-256): {asked.basis}."
    if asked.hidden:
        yield "Số dưới 5 trường hợp không nêu (ghi dấu *), theo quyền của người nhận bản này."


def _marks(rows: list[Row]) -> Iterator[Block]:
    """What the marks in the cells mean, where there are any."""
    cells = {cell for row in rows for cell in row.cells}
    said = []
    if slots.NONE in cells:
        said.append("“–”: chưa có số liệu hoặc không phát sinh")
    if slots.MASKED in cells:
        said.append("“*”: dưới 5 trường hợp, không nêu")
    if said:
        yield Block("note", f"Ghi chú: {'; '.join(said)}.")


def _heading(item: Indicator) -> str:
    return f"{item.title.vi} ({item.unit.vi})"


def _links(asked: Question) -> str:
    month = f"{asked.month // 100}-{asked.month % 100:02d}"
    base = settings.DINH_PUBLIC_URL.rstrip("/")
    time = "" if asked.report.span == "month" else f"&span={asked.report.span}"
    return f"{base}/vi/board/figure/ID/?unit=UNIT&month={month}{time}"


def _items(ids: tuple[str, ...]) -> list[Indicator]:
    known = store.get().indicators
    return [known[id] for id in ids if id in known]


def _plain(value: Value | None) -> float | None:
    return None if value is None else _float(value.value)


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


_KINDS: dict[str, Callable[[Section, Question], Iterator[Block]]] = {
    "text": _text, "figures": _figures, "units": _units, "score": _score, "chart": _chart, "map": _map, "gaps": _gaps,
}  # fmt: skip
