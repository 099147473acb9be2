"""An expression of the *measure* profile as SQL: over the columns of a view instead of answers.

The value is what `evaluate` gives for the same row, on every engine; unknown is NULL. What
depends on the row's kind of value (is this text a date?) is asked in SQL, what the columns'
types decide is decided here. Lists, and branches of different kinds, are not of this profile.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from dinh.catalogue.expressions.dialects import BLANKS, DIALECTS, Dialect
from dinh.catalogue.expressions.evaluator import is_date, plain
from dinh.catalogue.expressions.nodes import (
    All,
    Any_,
    Calculate,
    Call,
    Choose,
    Compare,
    Constant,
    In,
    Name,
    Node,
    Not,
    Scalar,
    Today,
)  # fmt: skip
from dinh.catalogue.expressions.parser import LARGEST, parse
from dinh.lib.errors import Fault, Invalid

Kind = Literal["bool", "int", "text", "date", "id", "nothing"]
Vendor = Literal["sqlite", "postgresql", "duckdb"]
KINDS: dict[str, Kind] = {"boolean": "bool", "integer": "int", "text": "text", "date": "date", "id": "id"}
FAMILY = {"date": "text"}  # a date and a text can be equal
LONGEST_SQL = 200_000  # characters; beyond it an engine may refuse


@dataclass(frozen=True)
class Sql:
    """A value in SQL.

    text    the expression; a date here is its ISO text, a text is never blank
    native  of a date the same value in the engine's own type, for quick comparison
    """

    text: str
    kind: Kind
    native: str = ""

    @property
    def family(self) -> str:
        return FAMILY.get(self.kind, self.kind)


NOTHING = Sql("NULL", "nothing")


def condition(
    expression: str, columns: Mapping[str, str], vendor: Vendor, today: str, *, clean: bool = False
) -> str:
    """Return a condition over a row as SQL without placeholders; "" means every row.

    columns  name -> type of the view's column ("text", "integer", "boolean", "date", "id")
    today    SQL of the reference day in the engine's own type of date (text on SQLite)
    clean    the columns hold no blank text and no number beyond 2**53 - 1, as published views do: then an index
             over a column can answer

    Raises Invalid ("catalogue.expression", "catalogue.unknown_column", "catalogue.not_of_the_profile",
    "catalogue.not_a_condition").
    """
    if not expression:
        return "TRUE"
    found = value(parse(expression), columns, vendor, today, clean=clean)
    if found.kind not in {"bool", "nothing"}:
        raise _refuse("not_a_condition", _("This is not something that is true or false."))
    return found.text


def value(node: Node, columns: Mapping[str, str], vendor: Vendor, today: str, *, clean: bool = False) -> Sql:
    """Return the value of an expression as SQL. Raises Invalid as `condition`."""
    return _Compiler(columns, DIALECTS[vendor], today, clean).compile(node)


def text_constant(given: str) -> str:
    """Return a text as an SQL literal. Raises Invalid for a text that no database keeps."""
    if "\x00" in given:
        raise _refuse("not_of_the_profile", _("A text with this sign cannot be compared."))
    return "'" + given.replace("'", "''") + "'"


class _Compiler:
    def __init__(self, columns: Mapping[str, str], dialect: Dialect, today: str, clean: bool) -> None:
        self.columns, self.dialect, self.today, self.clean = columns, dialect, today, clean

    def compile(self, node: Node) -> Sql:
        found = self._compile(node)
        if len(found.text) > LONGEST_SQL:
            raise _refuse("not_of_the_profile", _("The condition is nested too deeply."))
        return found

    def _compile(self, node: Node) -> Sql:
        match node:
            case Constant(given):
                return self.constant(given)
            case Name(id):
                return self.column(id)
            case Today():
                return Sql(self.dialect.iso(self.today), "date", self.today)
            case Not(item):
                return Sql(f"(NOT {self.truth(item)})", "bool")
            case All(items):
                return Sql(f"({' AND '.join(map(self.truth, items))})", "bool")
            case Any_(items):
                return Sql(f"({' OR '.join(map(self.truth, items))})", "bool")
            case Compare(op, left, right):
                return self.compare(op, self.compile(left), self.compile(right))
            case In(item, options):
                return self.contains(self.compile(item), options)
            case Calculate(op, left, right):
                return self.calculate(op, self.compile(left), self.compile(right))
            case Call(function, arguments):
                return self.call(function, [self.compile(argument) for argument in arguments])
            case Choose(asked, then, otherwise):
                return self.choose(self.truth(asked), self.compile(then), self.compile(otherwise))

    def constant(self, given: Scalar) -> Sql:
        if plain(given) is None:
            return NOTHING
        if isinstance(given, bool):
            return Sql("TRUE" if given else "FALSE", "bool")
        if isinstance(given, int):
            return Sql(self.dialect.integer(str(given)), "int")
        literal = text_constant(given)
        if len(given) == 10 and is_date(given):
            return Sql(literal, "date", literal if self.dialect.name == "sqlite" else f"DATE {literal}")
        return Sql(literal, "text")

    def column(self, name: str) -> Sql:
        kind = KINDS.get(self.columns.get(name, ""))
        if kind is None:
            message = _("There is no column “%(name)s” to ask. Known: %(known)s.")
            known = {"name": name, "known": ", ".join(sorted(self.columns))}
            raise _refuse("unknown_column", message % known)
        if self.clean and kind in {"int", "text"}:
            return Sql(name, kind)
        if kind == "int":
            return Sql(f"(CASE WHEN {name} BETWEEN {-LARGEST} AND {LARGEST} THEN {name} END)", kind)
        if kind == "text":
            blank = self.dialect.trim(name, BLANKS)
            return Sql(f"(CASE WHEN {blank} <> '' THEN {name} END)", kind)
        return Sql(self.dialect.iso(name), kind, name) if kind == "date" else Sql(name, kind)

    def truth(self, node: Node) -> str:
        found = self.compile(node)
        return found.text if found.kind == "bool" else "NULL"

    def compare(self, op: str, left: Sql, right: Sql) -> Sql:
        self.refuse_ids(left, right)
        if "nothing" in {left.kind, right.kind}:
            return Sql("NULL", "bool")
        if op in {"==", "!="}:
            sign = "=" if op == "==" else "<>"
            if left.family == right.family:
                a, b = self.alike(left, right)
                return Sql(f"({a} {sign} {b})", "bool")
            return Sql(self.if_known(left, right, "FALSE" if op == "==" else "TRUE"), "bool")
        return Sql(self.ordered(left, right, f"0 {op} 0", f"-1 {op} 0", f"1 {op} 0"), "bool")

    def alike(self, left: Sql, right: Sql) -> tuple[str, str]:
        both = bool(left.native and right.native)
        return (left.native, right.native) if both else (left.text, right.text)

    def if_known(self, left: Sql, right: Sql, then: str) -> str:
        return f"(CASE WHEN {left.text} IS NOT NULL AND {right.text} IS NOT NULL THEN {then} END)"

    def ordered(self, left: Sql, right: Sql, equal: str, less: str, more: str) -> str:
        """Return SQL for one of three values, by the order of two others; NULL where there is none."""
        if left.family != right.family or left.family not in {"int", "text"}:
            return "NULL"
        if left.kind == "int" or (left.kind, right.kind) == ("date", "date"):
            a, b = self.alike(left, right)
            return f"(CASE WHEN {a} = {b} THEN {equal} WHEN {a} < {b} THEN {less} WHEN {a} > {b} THEN {more} END)"
        a, b = left.text, right.text
        shorter = f"(CASE WHEN length({a}) < length({b}) THEN length({a}) ELSE length({b}) END)"
        x, y = (self.dialect.bytewise(f"substr({side}, 1, {shorter})") for side in (a, b))
        valid = f"{self.valid(left)} AND {self.valid(right)}"
        return (
            f"(CASE WHEN {valid} THEN CASE WHEN {a} = {b} THEN {equal} WHEN {x} < {y} THEN {less} "
            f"WHEN {x} > {y} THEN {more} END END)"
        )

    def valid(self, item: Sql) -> str:
        """Return whether a text is a real date, whole or partial."""
        return f"{item.text} IS NOT NULL" if item.kind == "date" else self.dialect.is_date(item.text)

    def whole(self, item: Sql) -> tuple[str, str]:
        """Return whether a value is a whole date, and its native date (asked only where that holds)."""
        if item.kind == "date":
            return f"{item.text} IS NOT NULL", item.native
        return f"({self.valid(item)} AND length({item.text}) = 10)", self.dialect.day(item.text)

    def contains(self, item: Sql, options: tuple[Scalar, ...]) -> Sql:
        self.refuse_ids(item)
        if item.kind == "nothing":
            return Sql("NULL", "bool")
        known = [self.constant(option) for option in options]
        fitting = ", ".join(option.text for option in known if option.family == item.family)
        if not fitting:
            return Sql(f"(CASE WHEN {item.text} IS NOT NULL THEN FALSE END)", "bool")
        return Sql(f"({item.text} IN ({fitting}))", "bool")

    def calculate(self, op: str, left: Sql, right: Sql) -> Sql:
        if left.kind == right.kind == "int":
            wide = self.dialect.wide(left.text, op, right.text)
            return Sql(f"(CASE WHEN abs({wide}) <= {LARGEST} THEN {self.dialect.integer(wide)} END)", "int")
        if left.family == "text" and right.kind == "int" and op in {"+", "-"}:
            held, native = self.whole(left)
            moved = self.dialect.moved(native, op, right.text)
            day = f"(CASE WHEN {held} AND abs({right.text}) <= 3652059 THEN {moved} END)"
            return Sql(self.dialect.iso(day), "date", day)
        return NOTHING

    def call(self, function: str, values: list[Sql]) -> Sql:
        first = values[0]
        if function == "present":
            return Sql("FALSE" if first.kind == "nothing" else f"({first.text} IS NOT NULL)", "bool")
        if function == "count":
            raise _refuse("not_of_the_profile", _("A view has no lists to count."))
        self.refuse_ids(*values)
        if function == "age":
            return Sql(self.age(first), "int") if first.family == "text" else NOTHING
        second = values[1]
        if function == "days_between":
            if first.family != "text" or second.family != "text":
                return NOTHING
            (held, start), (also, end) = self.whole(first), self.whole(second)
            return Sql(f"(CASE WHEN {held} AND {also} THEN {self.dialect.days(start, end)} END)", "int")
        small, large = (first, second) if function == "min" else (second, first)
        kind: Kind = first.kind if first.kind == second.kind else "text"
        if first.family != second.family or first.family not in {"int", "text"}:
            return NOTHING
        text = self.ordered(first, second, small.text, small.text, large.text)
        both = first.native and second.native
        native = self.ordered(first, second, small.native, small.native, large.native) if both else ""
        return Sql(text, kind, native)

    def age(self, birth: Sql) -> str:
        whole = f"substr({birth.text} || '-01-01', 1, 10)"
        today = self.dialect.iso(self.today)
        day_of_year, born = (self.dialect.bytewise(f"substr({day}, 6, 5)") for day in (today, whole))
        years = (
            f"({self.dialect.integer(f'substr({today}, 1, 4)')} - "
            f"{self.dialect.integer(f'substr({whole}, 1, 4)')} - "
            f"CASE WHEN {day_of_year} < {born} THEN 1 ELSE 0 END)"
        )
        return f"(CASE WHEN {self.valid(birth)} THEN CASE WHEN {years} >= 0 THEN {years} END END)"

    def choose(self, asked: str, then: Sql, otherwise: Sql) -> Sql:
        self.refuse_ids(then, otherwise)
        families = {then.family, otherwise.family} - {"nothing"}
        if len(families) > 1:
            raise _refuse("not_of_the_profile", _("Both branches of “if” must be of one kind."))
        if not families:
            return NOTHING
        kinds = {then.kind, otherwise.kind} - {"nothing"}
        kind: Kind = kinds.pop() if len(kinds) == 1 else "text"
        case = "(CASE WHEN {0} THEN {1} WHEN NOT {0} THEN {2} END)".format
        natives = [part.native or "NULL" for part in (then, otherwise)]
        native = case(asked, *natives) if kind == "date" else ""
        return Sql(case(asked, then.text, otherwise.text), kind, native)

    def refuse_ids(self, *items: Sql) -> None:
        if any(item.kind == "id" for item in items):
            raise _refuse("not_of_the_profile", _("An id can only be asked whether it is present."))


def _refuse(code: str, message: str) -> Invalid:
    return Invalid(f"catalogue.{code}", [Fault("expression", f"catalogue.{code}", message)], message)
