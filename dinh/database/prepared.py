"""Reads and inserts that stand on every page: composed by Django once, run many times.

Composing the SQL of a queryset takes Django 0.5 to 1 ms at every request; running it
takes a tenth of that. A `Prepared` read is written as any queryset, with blanks where the
values go, is composed once in a process, and afterwards only filled in:

    steps_of = Prepared(
        lambda dossier: Step.objects.filter(dossier=dossier).order_by("sequence"), dossier=UUIDField()
    )
    rows = steps_of(dossier=pk)

What is kept is the text of the question, never an answer: nothing has to be forgotten
when data change. This module knows no table of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connections, models, router
from django.db.models.constants import OnConflict
from django.db.models.expressions import Expression
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesIterable, ValuesListIterable
from django.db.models.sql import InsertQuery

R = TypeVar("R")
M = TypeVar("M", bound=models.Model)
LONGEST_KEPT = 64  # longer lists are composed anew: they are rare, and every length is a text of its own


class _Blank(Expression):
    """Where a value goes: compiles to one placeholder, with itself as the parameter."""

    def __init__(self, name: str, field: models.Field[Any, Any], at: int | None = None) -> None:
        super().__init__(output_field=field)
        self.name = name
        self.at = at

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def filled(self, values: Mapping[str, Any], connection: Any) -> Any:
        value = values[self.name] if self.at is None else values[self.name][self.at]
        if value is None:
            raise ValueError(f"{self.name} is None: ask with isnull in a read of its own")
        return self.output_field.get_db_prep_value(value, connection, prepared=False)


class Written(Expression):
    """A number or an id that stands in the text of a question, not beside it.

    A database takes an index over a part of the rows (`WHERE status IN (1, 2)`) only when it reads in the
    question itself that no other rows are asked for. And PostgreSQL, which plans a repeated question once for
    all values, takes every commune for an average one unless the question says which it is.
    """

    def __init__(self, value: int | UUID) -> None:
        super().__init__(
            output_field=models.UUIDField() if isinstance(value, UUID) else models.IntegerField()
        )
        self.value = value

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if isinstance(self.value, UUID):
            # SQLite keeps an id as its letters; only hexadecimal digits and dashes can stand here.
            native = connection.features.has_native_uuid_field
            return f"'{self.value}'::uuid" if native else f"'{self.value.hex}'", ()
        return str(int(self.value)), ()


@dataclass(frozen=True)
class _Composed:
    """The text of a read, its values and blanks in order, and how its columns become Python."""

    sql: str
    parameters: tuple[Any, ...]
    converters: tuple[tuple[int, Sequence[Any], Any], ...]
    build: Callable[[Sequence[Any]], Any]


class Prepared(Generic[R]):
    """A read that is composed once: a queryset of models, `values()` or `values_list()`, without related rows.

    compose  makes the queryset from blanks, one keyword argument each
    blanks   the field whose kind each value has; `[field]` for a list (`__in`)

    Called with the values, returns the rows as a list. One query; none for an empty list.
    """

    def __init__(
        self,
        compose: Callable[..., models.QuerySet[Any, R]],
        **blanks: models.Field[Any, Any] | list[models.Field[Any, Any]],
    ) -> None:
        self._compose = compose
        self._blanks = blanks
        self._kept: dict[tuple[object, ...], _Composed] = {}

    def __call__(self, **values: Any) -> list[R]:
        """Return the rows. Raises ValueError for None, which no comparison finds."""
        lengths = tuple(len(values[name]) for name, kind in self._blanks.items() if isinstance(kind, list))
        if 0 in lengths:
            return []
        using = router.db_for_read(models.Model)
        composed = self._kept.get((using, *lengths))
        if composed is None:
            composed = self._composed(using, values)
            if max(lengths, default=0) <= LONGEST_KEPT:
                self._kept[(using, *lengths)] = composed
        return _run(composed, values, connections[using])

    def first(self, **values: Any) -> R | None:
        """Return the first row; the queryset says how many are read."""
        return next(iter(self(**values)), None)

    def _composed(self, using: str, values: Mapping[str, Any]) -> _Composed:
        blanks: dict[str, Any] = {
            name: [_Blank(name, kind[0], at) for at in range(len(values[name]))]
            if isinstance(kind, list)
            else _Blank(name, kind)
            for name, kind in self._blanks.items()
        }
        queryset = self._compose(**blanks).using(using)
        compiler = queryset.query.get_compiler(using=using)
        try:
            sql, parameters = compiler.as_sql()
        except EmptyResultSet as error:
            raise ValueError("a prepared read that can find nothing") from error
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Composed(
            sql,
            tuple(parameters),
            tuple((at, convert, expression) for at, (convert, expression) in converters.items()),
            _builder(queryset, compiler, using),
        )


def _builder(
    queryset: models.QuerySet[Any, Any], compiler: Any, using: str
) -> Callable[[Sequence[Any]], Any]:
    """Return what makes a row of the database the row that the queryset would give."""
    kind = queryset._iterable_class
    if kind is ValuesListIterable:
        return tuple
    if kind is FlatValuesListIterable:
        return lambda row: row[0]
    if kind is ValuesIterable:
        names = tuple(queryset.query.selected or ())
        return lambda row: dict(zip(names, row, strict=True))
    if kind is not ModelIterable or queryset.query.select_related or compiler.annotation_col_map:
        raise TypeError("a prepared read gives models without related rows, values() or values_list()")
    model = compiler.klass_info["model"]
    columns = [column[0].target.attname for column in compiler.select]
    return lambda row: model.from_db(using, columns, row)


def _run(composed: _Composed, values: Mapping[str, Any], connection: Any) -> list[Any]:
    filled = [
        one.filled(values, connection) if isinstance(one, _Blank) else one for one in composed.parameters
    ]
    with connection.cursor() as cursor:
        cursor.execute(composed.sql, filled)
        found = cursor.fetchall()
    if not composed.converters:
        return [composed.build(row) for row in found]
    rows = []
    for one in found:
        row = list(one)
        for at, convert, expression in composed.converters:
            for step in convert:
                row[at] = step(row[at], expression, connection)
        rows.append(composed.build(row))
    return rows


class Insert(Generic[M]):
    """Inserts rows of one model whose key is given by us: `save(force_insert=True)` composed once.

    Sends no signals; none of our models has listeners.
    """

    def __init__(self, model: type[M], *, unless_there: bool = False) -> None:
        self._model = model
        self._unless_there = unless_there
        self._kept: dict[str, tuple[str, Sequence[models.Field[Any, Any]]]] = {}

    def __call__(self, row: M) -> bool:
        """Insert the row and return True. One query.

        Of a row that another already stands in the way of: raises IntegrityError as a save would; with
        `unless_there`, returns False and leaves the transaction whole. Of two at once one waits for the other.
        """
        using = router.db_for_write(self._model)
        if using not in self._kept:
            self._kept[using] = self._composed(row, using)
        sql, fields = self._kept[using]
        connection = connections[using]
        values = [one.get_db_prep_save(one.pre_save(row, True), connection) for one in fields]
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            done = bool(cursor.rowcount)
        row._state.adding, row._state.db = not done, using
        return done

    def _composed(self, row: M, using: str) -> tuple[str, Sequence[models.Field[Any, Any]]]:
        fields = self._model._meta.local_concrete_fields
        query = InsertQuery(self._model, on_conflict=OnConflict.IGNORE if self._unless_there else None)
        query.insert_values(fields, [row])
        ((sql, parameters),) = query.get_compiler(using=using).as_sql()
        if row.pk is None or len(parameters) != len(fields):
            raise TypeError(f"{self._model.__name__} has values that only a save can give")
        return sql, fields


class Update(Generic[M]):
    """Writes some columns of a row that is found by its key: `save(update_fields=...)` composed once."""

    def __init__(self, model: type[M], *names: str) -> None:
        meta = model._meta
        self._model = model
        self._fields: tuple[Any, ...] = (*(meta.get_field(name) for name in names), meta.pk)
        self._kept: dict[str, str] = {}

    def __call__(self, row: M) -> bool:
        """Write the columns as they stand in `row`; False when there is no such row. One query."""
        using = router.db_for_write(self._model)
        connection = connections[using]
        if using not in self._kept:
            quote = connection.ops.quote_name
            *columns, key = (f"{quote(one.column)} = %s" for one in self._fields)
            table = quote(self._model._meta.db_table)
            self._kept[using] = f"UPDATE {table} SET {', '.join(columns)} WHERE {key}"  # noqa: S608 - names of ours
        values = [one.get_db_prep_save(getattr(row, one.attname), connection) for one in self._fields]
        with connection.cursor() as cursor:
            cursor.execute(self._kept[using], values)
            return bool(cursor.rowcount)
