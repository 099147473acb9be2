"""Read-only SQL: a person's rows and nothing else, whatever the statement tries. One process for each question asked."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dinh.database import published
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.indicators.actions.asked import asked_sql
from dinh.indicators.asking import children, extracts, running
from dinh.indicators.asking.children import Child
from dinh.indicators.asking.running import Answer, NotAnswered
from dinh.indicators.models import AskedSql
from dinh.indicators.tests import sheep
from dinh.journal.models import Access, Entry
from dinh.lib.errors import NotPermitted

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
# What must be refused, and by which code.
ESCAPES = [
    ("SELECT * FROM read_csv('/etc/passwd')", "forbidden"),
    ("SELECT * FROM read_text('/proc/self/environ')", "forbidden"),
    ("SELECT * FROM '/etc/passwd'", "names"),
    ("SELECT * FROM glob('/*')", "forbidden"),
    ("SELECT * FROM read_parquet('https://example.org/x.parquet')", "forbidden"),
    ("SELECT getenv('DATABASE_URL')", "names"),
    ("COPY places TO '/tmp/x.csv'", "not_select"),
    ("COPY (SELECT 1) TO '/tmp/x.csv'", "not_select"),
    ("ATTACH '/tmp/x.db'", "not_select"),
    ("INSTALL httpfs", "not_select"),
    ("LOAD httpfs", "not_select"),
    ("PRAGMA database_list", "not_select"),
    ("SET enable_external_access = true", "not_select"),
    ("CREATE TABLE x AS SELECT 1", "not_select"),
    ("EXPORT DATABASE '/tmp/x'", "not_select"),
    ("SELECT 1; SELECT 2", "several"),
    ("", "nothing"),
    ("-- nothing", "nothing"),
    ("SELEC 1", "syntax"),
    ("SELECT list(range) FROM range(100000000)", "memory"),
    ("SELECT current_setting('enable_external_access') OR NOT current_setting('lock_configuration')", "ANSWERED"),
]  # fmt: skip


@pytest.fixture
def shepherd(cast: Cast, monkeypatch: Any, settings: Any, tmp_path: Path) -> Any:
    """Sheep of two communes; the leader of one may list its own."""
    settings.DINH_HOME = tmp_path
    with sheep.pasture(monkeypatch):
        sheep.put(3, unit=cast.cocsan, village=cast.un_ta, sex="1", grams=100, tame=True, shorn_on=NOW.date())
        sheep.put(2, unit=cast.next_commune, sex="2", grams=7)
        yield cast.leader


def ask(sql: str, by: Account, **more: Any) -> Answer:
    return running.run(sql, by, at=NOW, **more)


def child(sql: str, seconds: float = 5.0) -> dict[str, Any]:
    """Ask a process alone, without rows."""
    return Child("ask", memory="64MB", threads=1).tell(
        [[], {"sql": sql, "rows": 10, "bytes": 100_000}], seconds
    )


def test_the_answer_holds_the_rows_of_the_person_and_no_others(shepherd: Account, cast: Cast) -> None:
    found = ask(
        "SELECT count(*) AS n, sum(grams) AS g, min(shorn_on) AS d, bool_and(tame) AS t FROM facts_sheep",
        shepherd,
    )

    assert found.rows == [[3, 300, NOW.date().isoformat(), True]]
    assert found.views == ("facts_sheep",)
    named = ask("SELECT DISTINCT p.name FROM facts_sheep AS s JOIN places AS p ON p.id = s.village", shepherd)
    assert named.rows == [["thôn Ún Tà"]]
    assert ask("SELECT title FROM codes WHERE list = 'sexes' AND code = '1'", shepherd).rows == [["Nam"]]


def test_personal_columns_are_not_there(shepherd: Account) -> None:
    with pytest.raises(NotAnswered) as refused:
        ask("SELECT whom FROM facts_sheep", shepherd)

    assert refused.value.code == "indicators.sql_names"
    assert refused.value.line == 1


def test_a_view_without_right_is_told_as_such_and_nobody_asks_without_the_permission(
    shepherd: Account, cast: Cast
) -> None:
    with pytest.raises(NotAnswered) as refused:
        ask("SELECT count(*) FROM facts_sheep", cast.province_viewer)
    assert refused.value.code == "indicators.sql_no_right"
    with pytest.raises(NotPermitted):
        ask("SELECT 1", cast.clerk)


def test_what_is_tried_to_get_out_is_refused_in_words() -> None:
    """One process for each attempt would take a minute: the door is shut once, and all knock at it."""
    script = Path(running.__file__).with_name("child.py")
    knock = (
        "import importlib.util, json, sys, duckdb\n"
        f"spec = importlib.util.spec_from_file_location('child', {str(script)!r})\n"
        "child = importlib.util.module_from_spec(spec); spec.loader.exec_module(child)\n"
        "sqls = json.load(sys.stdin)\n"
        "child.give_up(3 * 1024**3, 60, writes=False)\n"
        "con = duckdb.connect(':memory:', config={'memory_limit': '64MB', 'threads': 1})\n"
        "child.shut(con)\n"
        "print(json.dumps([child.told(con, {'sql': sql, 'rows': 10, 'bytes': 100000}) for sql in sqls]))\n"
    )
    done = subprocess.run([sys.executable, "-I", "-c", knock], input=json.dumps([sql for sql, _code in ESCAPES]),
                          capture_output=True, text=True, check=True, env={})  # fmt: skip
    told = json.loads(done.stdout)
    codes = [one.get("error", "ANSWERED") for one in told]

    assert list(zip((sql for sql, _code in ESCAPES), codes, strict=True)) == ESCAPES
    assert told[-1]["rows"] == [[False]]
    assert all(str(running.SAID[code]) for code in codes[:-1])


def test_what_takes_too_long_is_killed_and_what_is_too_large_is_cut() -> None:
    endless = "WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r) SELECT max(n) FROM r"

    assert child(endless, 1.5) == {"error": "time", "said": ""}
    cut = child("SELECT range FROM range(1000000)")
    assert len(cut["rows"]) == 10 and cut["more"]


def test_the_child_that_waits_has_given_up_what_it_could_and_answers_one_question() -> None:
    waiting = children.Ready()
    waiting.fill()
    waiting.starter.submit(lambda: None).result()
    taken = waiting.take()
    assert taken is not None and taken.lives and waiting.take() is None
    said = Path(f"/proc/{taken.process.pid}")
    until = time.monotonic() + 20
    while "NoNewPrivs:\t1" not in (said / "status").read_text() and time.monotonic() < until:
        time.sleep(0.01)
    assert "NoNewPrivs:\t1" in (said / "status").read_text()

    told = taken.tell([[], {"sql": "SELECT 40 + 2 AS n", "rows": 10, "bytes": 1000}], 10)

    assert told["rows"] == [[42]]
    assert not taken.lives


def test_a_child_that_died_waiting_is_not_asked(shepherd: Account) -> None:
    children.get_ready()
    children.waiting.starter.submit(lambda: None).result()
    assert children.waiting.child is not None
    children.waiting.child.kill()

    assert ask("SELECT count(*) FROM facts_sheep", shepherd).rows == [[3]]


def test_extracts_are_private_shared_by_reach_alone_and_swept(
    shepherd: Account, cast: Cast, monkeypatch: Any
) -> None:
    ask("SELECT 1 FROM facts_sheep", shepherd)
    (kept,) = extracts.folder().glob("*.parquet")
    first = kept.stat().st_mtime_ns

    ask("SELECT 2 FROM facts_sheep", shepherd)
    assert kept.stat().st_mtime_ns == first
    assert kept.stat().st_mode & 0o077 == 0 and extracts.folder().stat().st_mode & 0o077 == 0
    extracts.sweep(kept.stat().st_mtime + extracts.KEPT_SECONDS + 1)  # somebody may be about to read it
    assert kept.exists()
    extracts.sweep(kept.stat().st_mtime + 2 * extracts.KEPT_SECONDS + 1)
    assert not kept.exists()
    monkeypatch.setattr(extracts, "MOST_ROWS", 2)
    with pytest.raises(NotAnswered) as refused:  # never an answer out of some of the rows
        ask("SELECT count(*) FROM facts_sheep", shepherd)
    assert refused.value.code == "indicators.sql_too_many"


def test_a_run_is_written_down_without_its_statement(shepherd: Account) -> None:
    sql = "SELECT id, 'bí mật' AS x FROM facts_sheep"
    row = asked_sql(sql, ask(sql, shepherd), by=shepherd, at=NOW)

    entry = Entry.objects.get(subject=row.pk)
    body = entry.body or {}
    assert (entry.kind, entry.actor, body["set"]["rows"]) == ("indicators.asked_sql", shepherd.pk, 3)
    assert body["set"]["views"] == ["facts_sheep"]
    assert "bí mật" not in str(body) and "SELECT" not in str(body)
    assert AskedSql.objects.get().digest == row.digest
    assert Access.objects.get(purpose="sql").count == 3


def test_rows_that_are_named_under_another_name_are_written_down_and_places_are_not(
    shepherd: Account,
) -> None:
    sql = "SELECT upper(id) AS x, unit AS id, village FROM facts_sheep"

    asked_sql(sql, ask(sql, shepherd), by=shepherd, at=NOW)

    assert Access.objects.get(purpose="sql").count == 3


def test_every_column_of_every_published_view_has_a_type_here() -> None:
    assert all(
        column.type in extracts.KINDS for view in published.views().values() for column in view.columns
    )
