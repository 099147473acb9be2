"""Names of people as keys, in SQL, once per distinct name.

1. Distinct names; the few that carry a sign of an old encoding are decoded in Python.
2. Distinct words of these names, read by `words.read`.
3. A name's keys are sums over its words: `name_id` (spelling, in order), `plain_id` (no marks, in order),
   `tok_id` (no marks, any order). Sums of 56-bit keys fit 64 bits and collide once in 10^5 runs of a nation.
"""

from __future__ import annotations

from pathlib import Path

from dinh.lib.names import nfc, tidy
from dinh.verification.engine import legacy, words
from dinh.verification.engine.tables import Connection, Reading, spill, take

MOST_WORDS = 8
_UNTIDY = "  |^ | $|[\u0000-\u001f\u00a0\u2000-\u200f\u202f\u3000\ufeff\u00ad]"

SPACES = 128  # bit of a name's form, beside the words' bits


def read_names(con: Connection, work: Path, source: str, column: str, table: str) -> Reading:
    """Create `table`: one row per distinct value of `source.column`, with its keys.

    Columns: raw, n (rows that have it), name_id, plain_id, tok_id, sur, giv (plain keys of first and last word), ntok, form
    (bits of `words` and SPACES), text (plain letters; % behind a word that was cut short).
    """
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE distinct_names AS SELECT {column} AS raw, count(*) AS n FROM {source}"
        f" WHERE {column} IS NOT NULL AND {column} <> '' GROUP BY ALL"
    )
    yield from _respell(con, work)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE clean_names AS SELECT raw, distinct_names.n, coalesce(respelt.fixed, raw) AS fixed,"
        " coalesce(respelt.form, 0)::UTINYINT AS form FROM distinct_names LEFT JOIN respelt USING (raw)"
    )
    written = con.execute("SELECT DISTINCT unnest(string_split(fixed, ' ')) AS w FROM clean_names").fetchall()
    path = yield lambda: spill(
        work,
        "name_words",
        ((w, (word := words.read(w)).exact, word.plain, word.text, word.form) for (w,) in written),
    )
    columns = {"w": "VARCHAR", "exact": "BIGINT", "plain": "BIGINT", "text": "VARCHAR", "form": "UTINYINT"}
    take(con, "name_words", columns, path)
    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {_assemble()}")
    con.execute("DROP TABLE name_words; DROP TABLE clean_names; DROP TABLE distinct_names")


def respell(raw: str) -> tuple[str, int]:
    """Return a name decoded and tidied, and what was wrong with it: LEGACY, SPACES or 0."""
    text, encoding = legacy.decode(raw)
    spaced = text != text.strip() or "  " in text
    form = (words.LEGACY if encoding else 0) | (SPACES if spaced or tidy(text) != nfc(text) else 0)
    # Not NFC here: whether the letters were composed is noted word by word.
    return (" ".join(words.INVISIBLE.sub("", text).split()), form) if form else (raw, 0)


def _respell(con: Connection, work: Path) -> Reading:
    """Decode and tidy the names that need it, and note what was wrong with them."""
    untidy = con.execute(
        "SELECT raw FROM distinct_names WHERE regexp_matches(raw, ?) OR regexp_matches(raw, ?)",
        [legacy.NET, _UNTIDY],
    ).fetchall()
    path = yield lambda: spill(
        work, "respelt", ((raw, fixed, form) for (raw,) in untidy for fixed, form in [respell(raw)] if form)
    )
    take(con, "respelt", {"raw": "VARCHAR", "fixed": "VARCHAR", "form": "UTINYINT"}, path)


def _assemble() -> str:
    """Return the query that puts the words' keys together."""
    spots = range(1, MOST_WORDS + 1)
    joins = " ".join(f"LEFT JOIN name_words w{i} ON w{i}.w = t[{i}]" for i in spots)

    def total(key: str, factor: str = "1") -> str:
        return " + ".join(f"coalesce(w{i}.{key}, 0) * {2 * i - 1 if factor == 'place' else 1}" for i in spots)

    last = "CASE k " + " ".join(f"WHEN {i} THEN w{i}.plain" for i in spots) + f" ELSE w{MOST_WORDS}.plain END"
    form = " | ".join(f"coalesce(w{i}.form, 0)" for i in spots)
    text = ", ".join(
        f"CASE WHEN w{i}.form & {words.SHORT} > 0 THEN w{i}.text || '%' ELSE w{i}.text END" for i in spots
    )
    return (
        f"SELECT raw, s.n, {total('exact', 'place')} AS name_id, {total('plain', 'place')} AS plain_id,"
        f" {total('plain')} AS tok_id, w1.plain AS sur, {last} AS giv, least(k, 100)::TINYINT AS ntok,"
        f" (s.form | {form})::UTINYINT AS form, concat_ws(' ', {text}) AS text"
        " FROM (SELECT raw, n, form, string_split(fixed, ' ') AS t, len(string_split(fixed, ' ')) AS k"
        f" FROM clean_names) s {joins}"
    )
