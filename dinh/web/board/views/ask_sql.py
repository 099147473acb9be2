"""Read-only SQL over the published views: the question, its answer, and beside it what may be asked."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dinh.database import published
from dinh.directory import policy
from dinh.directory.models import Account
from dinh.indicators.actions.asked import asked_sql
from dinh.indicators.asking import children, extracts, running
from dinh.indicators.asking.running import Answer, NotAnswered
from dinh.indicators.models import SavedQuestion
from dinh.indicators.queries.questions import ASK, find, kept
from dinh.lib.dates import show_datetime
from dinh.lib.ids import as_uuid
from dinh.lib.money import show_number
from dinh.lib.workbooks import Cell, Sheet, widths, workbook
from dinh.web.board.asking import Asked
from dinh.web.board.crossing_files import FORMS
from dinh.web.board.views.ask_kept import shares
from dinh.web.board.views.base import account_of, language
from dinh.web.board.views.doing import board_form, shown
from dinh.web.components.spreadsheets import as_csv

SHOWN = 500
FIRST_DAY = "1900-01-01"  # of a sheet
NUMBERS = ("INT", "DECIMAL", "DOUBLE", "FLOAT", "HUGE")
PLACES = (
    ("id", gettext_lazy("joins columns unit and village of the views")), ("code", gettext_lazy("code of the place")),
    ("name", gettext_lazy("its name today")), ("level", '"province", "commune", "village"'), ("parent", gettext_lazy("id of the place above")),
)  # fmt: skip
CODES = (
    ("list", gettext_lazy("name of the list: sexes, ethnic_groups, procedures …")), ("code", gettext_lazy("as it stands in the views")),
    ("title", gettext_lazy("in words, in your language")),
)  # fmt: skip


@board_form
def page(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Show the editor; answer the statement that is sent. A statement never stands in an address or in a log."""
    account = account_of(request)
    policy.require(account, ASK, on=asked.today)
    sql, name = _opened(request, asked)
    context: dict[str, Any] = {"sql": sql, "kept_name": name}
    if request.method == "POST":
        context["sql"] = sql = request.POST.get("sql", "").replace("\r\n", "\n")
        form = request.POST.get("form", "")
        try:
            found = running.run(sql, account, at=timezone.now(), language=language(), most=running.MOST_ROWS if form in FORMS else SHOWN)  # fmt: skip
        except NotAnswered as refused:
            context["refused"] = refused
        else:
            taken = form if form in FORMS else ""
            asked_sql(sql, found, by=account, at=timezone.now(), taken=taken)
            if taken:
                return _file(sql, found, taken)
            context |= _answered(found)
    context |= {**_beside(account, asked), **shares(request, asked), "examples": _examples(account, asked), "kept": kept(account, asked.today, kind="sql")[:8]}  # fmt: skip
    return shown(
        request, "asking/sql", asked, context, nav="ask_sql", status=422 if "refused" in context else 200
    )


def _opened(request: HttpRequest, asked: Asked) -> tuple[str, str]:
    """Return the statement of a question that was kept, or an example to begin with; and its name."""
    id = as_uuid(request.GET.get("kept"))
    row = find(account_of(request), id, asked.today) if id else None
    if row is not None and row.kind == SavedQuestion.Kind.SQL:
        return row.text, row.name
    number = request.GET.get("example", "")
    known = _examples(account_of(request), asked)
    chosen = known[int(number)] if number.isdecimal() and int(number) < len(known) else known[0]
    return chosen[1], ""


def _answered(found: Answer) -> dict[str, Any]:
    columns = [
        {
            "name": name,
            "type": kind.lower(),
            "number": kind.startswith(("TINY", "SMALL", "BIG", "U", *NUMBERS)) and kind != "UUID",
        }
        for name, kind in found.columns
    ]
    return {
        "answer": found,
        "columns": columns,
        "rows": [list(zip(row, columns, strict=True)) for row in found.rows],
        "count": len(found.rows),
        "seconds": show_number(found.seconds, language(), 1),
        "most": SHOWN,
    }


def _beside(account: Account, asked: Asked) -> dict[str, Any]:
    """Return what may be asked: views by right with columns and meaning, places, and words of codes."""
    views = [
        {
            "name": view.name,
            "meaning": view.meaning,
            "columns": [(one.name, one.type, one.meaning) for one in extracts.columns_of(view)],
        }
        for view in extracts.views_for(account, asked.today).values()
    ]
    helpers = [
        {"name": extracts.PLACES, "meaning": _("Names of places in your reach, and of those above."), "columns": [(name, "text", meaning) for name, meaning in PLACES]},
        {"name": extracts.CODES, "meaning": _("Words for the codes in the views."), "columns": [(name, "text", meaning) for name, meaning in CODES]},
    ]  # fmt: skip
    return {
        "views": [*views, *helpers],
        "seconds_most": round(children.SECONDS),
        "rows_most": show_number(running.MOST_ROWS, language()),
    }


def _examples(account: Account, asked: Asked) -> list[tuple[str, str]]:
    """Return the examples over views that the reader may ask."""
    known, every = extracts.views_for(account, asked.today), published.views()
    return [
        (title, sql)
        for title, sql in examples()
        if len(running.named_in(sql, known)) == len(running.named_in(sql, every))
    ]


def examples() -> list[tuple[str, str]]:
    """Return questions to start from: (title, statement)."""
    return [
        (_("People by village and sex"), _people()),
        (_("Dossiers by month and way of filing"), "SELECT date_trunc('month', filed_on)::DATE AS thang, channel AS cach_nop, count(*) AS ho_so,\n       count(*) FILTER (WHERE on_time) AS dung_han\nFROM facts_dossiers\nGROUP BY ALL\nORDER BY thang, cach_nop"),
        (_("Which procedures take longest"), "SELECT c.title AS thu_tuc, count(*) AS ho_so, round(median(d.worked_minutes) / 60, 1) AS gio_trung_vi,\n       round(quantile_cont(d.worked_minutes, 0.9) / 60, 1) AS gio_90\nFROM facts_dossiers AS d\nJOIN codes AS c ON c.list = 'procedures' AND c.code = d.procedure\nWHERE d.decided\nGROUP BY 1\nHAVING count(*) >= 5\nORDER BY gio_trung_vi DESC"),
        (_("A table across: difficulties by village and urgency"), "FROM (\n  SELECT p.name AS thon, d.urgency FROM facts_difficulties AS d LEFT JOIN places AS p ON p.id = d.village\n)\nPIVOT (count(*) FOR urgency IN ('low', 'normal', 'urgent'))\nORDER BY thon"),
        (_("Difficulties still open, by kind"), "SELECT c.title AS loai, count(*) AS con_mo, min(d.since) AS cu_nhat\nFROM facts_difficulties AS d\nLEFT JOIN codes AS c ON c.list = 'difficulty_kinds' AND c.code = d.kind\nWHERE d.until IS NULL\nGROUP BY 1\nORDER BY con_mo DESC"),
        (_("Which places are here"), "SELECT level, count(*) AS so_dia_ban\nFROM places\nGROUP BY ALL\nORDER BY so_dia_ban DESC"),
    ]  # fmt: skip


def _people() -> str:
    return (
        "SELECT p.name AS thon, s.title AS gioi_tinh, count(*) AS so_nguoi\n"
        "FROM facts_residents AS r\n"
        "LEFT JOIN places AS p ON p.id = r.village\n"
        "LEFT JOIN codes AS s ON s.list = 'sexes' AND s.code = r.sex\n"
        "WHERE r.until IS NULL\n"
        "GROUP BY ALL\n"
        "ORDER BY thon, gioi_tinh"
    )


def _file(sql: str, found: Answer, form: str) -> HttpResponse:
    names = [name for name, _kind in found.columns]
    if form == "parquet":
        kinds = [(name, _kind_of(kind)) for name, kind in _distinct(found.columns)]
        content = running.parquet(found.rows, kinds, {"made": timezone.now().isoformat(timespec="seconds")})
    elif form == "csv":
        content = as_csv([names, *found.rows])
    else:
        content = _workbook(sql, names, found)
    response = HttpResponse(content, content_type=FORMS[form])
    response["Content-Disposition"] = f'attachment; filename="dinh-sql-{timezone.localdate():%Y%m%d}.{form}"'
    return response


def _distinct(columns: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    """Return columns whose names are all different, as a file needs them."""
    found: dict[str, str] = {}
    for name, kind in columns:
        number, own = 2, name
        while own in found:
            own, number = f"{name}_{number}", number + 1
        found[own] = kind
    return list(found.items())


def _kind_of(kind: str) -> str:
    simple = {"BOOLEAN", "DATE", "DOUBLE", "BIGINT", "INTEGER", "TIMESTAMP"}
    return kind if kind in simple else "DOUBLE" if kind.startswith(("DECIMAL", "FLOAT")) else "VARCHAR"


def _workbook(sql: str, names: list[str], found: Answer) -> bytes:
    """Return the answer, days and moments as such, and the question it answers."""
    kinds = [kind for _name, kind in found.columns]
    rows = ([_cell(cell, kind) for cell, kind in zip(row, kinds, strict=True)] for row in found.rows)
    notes = [
        (_("Question"), sql),
        (_("Tables"), ", ".join(found.views)),
        (_("Made"), show_datetime(timezone.now(), language())),
    ]
    sheets = [
        Sheet("SQL", rows, names, widths=widths(names, found.rows[:SHOWN]), finds=True),
        Sheet(_("Question"), notes, widths=(20, 110)),
    ]
    return workbook(sheets, language=language())


def _cell(cell: Any, kind: str) -> Cell:
    """Return a cell as a sheet has it. Days and moments come as texts; what a sheet does not know stays one."""
    try:
        if kind == "DATE" and isinstance(cell, str):
            return date.fromisoformat(cell) if cell >= FIRST_DAY else cell
        if kind == "TIMESTAMP" and isinstance(cell, str):
            return datetime.fromisoformat(cell) if cell >= FIRST_DAY else cell
    except ValueError:
        return str(cell)
    return cell if cell is None or isinstance(cell, bool | int | float) else str(cell)
