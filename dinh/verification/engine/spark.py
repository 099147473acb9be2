"""The same plan on Spark: the engine's own statements, translated, over the same keys.

Words, names and places are read once per distinct value beside the driver, as ever; what grows with rows and people,
the joins, blocks, scores, ranks and verdicts, runs as Spark SQL. `Session` stands where a DuckDB connection stands:
`linking`, `learning` and `verdicts` do not know which of both they talk to, so both give the same verdicts, and a test
holds them to it row by row. Statements are translated by sqlglot; the few things it leaves are in `_node`.

Needs the extra: `pip install dinh[spark]`, and Java 17. `spark.master` is taken from Spark's own settings where they
say one, else this machine; on a cluster, OUT must lie on a disk that all its machines see.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from django.utils.translation import gettext as _

from dinh.lib.errors import Refused
from dinh.verification.engine.tables import literal

if TYPE_CHECKING:
    from dinh.verification.engine.tables import Connection

# What is handed to Spark, and what is taken back.
GIVEN = ("reg", "reg_names", "decided", "decided_pairs", "keys.base", "keys.names", "keys.capped", "keys.namesakes",
         "keys.near", "keys.population")  # fmt: skip
TAKEN = "told"


def missing() -> str:
    """Return what Spark lacks here, in words; "" when it can run."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("sqlglot") is None:
        return _("Spark is not installed here. Install it with: pip install dinh[spark]")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        return _("Spark needs Java. Install it with: apt-get install openjdk-17-jre-headless")
    return ""


@contextmanager
def session(con: Connection, work: Path, threads: int, memory: int) -> Iterator[Connection]:
    """Give a session that holds the tables GIVEN of a DuckDB connection; take the table TAKEN back at the end.

    Raises Refused when Spark or Java is not there.
    """
    if why := missing():
        raise Refused("verification.no_spark", why)
    folder = work / "spark"
    folder.mkdir()
    spark = _start(folder, threads, memory)
    try:
        talk = Session(spark, folder)
        for table in GIVEN:
            path = folder / f"{plain(table)}.parquet"
            con.execute(f"COPY (FROM {table}) TO {literal(str(path))} (FORMAT parquet)")
            spark.read.parquet(str(path)).createOrReplaceTempView(plain(table))
        yield cast("Connection", talk)
        path = folder / f"{TAKEN}.out"
        spark.table(TAKEN).write.parquet(str(path))
        read = f"read_parquet({literal(str(path / '*.parquet'))})"
        # Spark has no whole numbers of 64 bits without sign.
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE {TAKEN} AS SELECT * REPLACE (digest::UBIGINT AS digest) FROM {read}"
        )
    finally:
        spark.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _start(folder: Path, threads: int, memory: int) -> Any:
    from pyspark import SparkConf
    from pyspark.sql import SparkSession

    logging.getLogger("py4j").setLevel(logging.WARNING)  # it tells every call otherwise
    # Workers read the letters of names with this package's own function.
    root = str(Path(__file__).resolve().parents[3])
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setAppName("dinh verify")
    for name, value in {
        "spark.master": f"local[{threads}]",
        "spark.driver.memory": f"{memory >> 20}m",
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }.items():
        if not conf.contains(name):
            conf.set(name, value)
    # As in DuckDB's plan: casts that fail give null, and a list has nothing behind its end.
    conf.set("spark.sql.ansi.enabled", "false").set("spark.sql.session.timeZone", "UTC")
    return SparkSession.builder.config(conf=conf).getOrCreate()


def plain(table: str) -> str:
    """Return the name of a table as Spark has it: "keys.base" -> "keys_base"."""
    return table.replace(".", "_")


class Session:
    """Stands where a DuckDB connection stands, for the statements of `linking`, `learning` and `verdicts`."""

    def __init__(self, spark: Any, folder: Path) -> None:
        from dinh.verification.identifying.letters import from_letters

        self.spark, self.folder = spark, folder
        self._kept = 0
        self._rows: list[tuple[Any, ...]] = []
        spark.udf.register("name_level", from_letters, "int")

    def execute(self, statements: str) -> Session:
        """Run statements written for DuckDB; the rows of the last are fetched with `fetchall`."""
        import sqlglot

        for statement in sqlglot.parse(statements, read="duckdb"):
            if statement is not None:
                self._run(statement)
        return self

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return the rows of the last query."""
        return self._rows

    def load(self, table: str, columns: dict[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Make a table of rows."""
        kinds = {"VARCHAR": "string", "INTEGER": "int"}
        schema = ", ".join(f"{name} {kinds.get(kind, kind.lower())}" for name, kind in columns.items())
        self.spark.createDataFrame([tuple(row) for row in rows], schema).createOrReplaceTempView(table)

    def name_level(self, row: str, person: str) -> str:
        """Return SQL of the level of two names by their letters, as `levels.name_from_letters`."""
        return f"name_level({row}, {person})"

    def _run(self, statement: Any) -> None:
        from sqlglot import exp

        first: Any = statement.find(exp.Table)
        match statement:
            case exp.Create(this=exp.Schema() as schema):
                columns = ", ".join(
                    f"CAST(NULL AS {one.args['kind'].sql('spark')}) AS {one.name}"
                    for one in schema.expressions
                )
                self.spark.sql(f"SELECT {columns} WHERE false").createOrReplaceTempView(schema.this.name)
            case exp.Create(kind="VIEW"):
                self._query(statement.expression).createOrReplaceTempView(statement.this.name)
            case exp.Create():
                self._keep(self._query(statement.expression), statement.this.name)
            case exp.Insert():
                into = statement.this.name
                self._keep(self.spark.table(into).unionAll(self._query(statement.expression)), into)
            case exp.Drop():
                self.spark.catalog.dropTempView(first.name)
            case exp.Alter():
                name = statement.args["actions"][0].this.name
                self.spark.table(first.name).createOrReplaceTempView(name)
            case _:
                self._rows = [tuple(row) for row in self._query(statement).collect()]

    def _query(self, query: Any) -> Any:
        return self.spark.sql(query.transform(_node).sql("spark"))

    def _keep(self, frame: Any, table: str) -> None:
        """Compute a table now, so that what follows does not compute it again, plans stay short, and a machine may be lost."""
        self._kept += 1
        path = str(self.folder / f"{table}-{self._kept}")
        frame.write.parquet(path)
        self.spark.read.parquet(path).createOrReplaceTempView(table)


def _node(node: Any) -> Any:
    """Translate what sqlglot leaves: the two greatest, whole numbers of 128 bits, tables of the key file."""
    from sqlglot import exp

    if isinstance(node, exp.Max) and (node.args.get("count") or node.expressions):
        return exp.maybe_parse(
            f"SLICE(SORT_ARRAY(COLLECT_LIST({node.this.sql('duckdb')}), FALSE), 1, 2)", dialect="duckdb"
        )
    if isinstance(node, exp.DataType) and node.this == exp.DataType.Type.INT128:
        return exp.DataType.build("DECIMAL(38, 0)")
    if isinstance(node, exp.Table) and node.db:
        return exp.to_table(plain(f"{node.db}.{node.name}"), alias=node.alias or None)
    return node
