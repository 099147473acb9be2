"""Addresses as keys: the commune of today, and what stands before it (hamlet, house and street).

An address is split at its commas; each distinct part is read once. From the right: province, district,
commune, and the rest is the line. Districts were abolished and communes merged in 2025: a former commune
leads to the one of today through the communes file (columns old_code, old_name, old_district_name,
old_province, old_province_name, new_code, new_name, new_province, new_province_name, new_kind).
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from dinh.lib.names import fold, nfc
from dinh.verification.engine import words
from dinh.verification.engine.tables import Connection, Reading, spill, take
from dinh.verification.engine.values import Provinces, province_key

UNKNOWN, PROVINCE, DISTRICT, COMMUNE, LINE, CITY = 0, 1, 2, 3, 4, 5
_PREFIXES = (
    (LINE, re.compile(r"^(?:t|k|h|n)\.? ?\d|^\d")),
    (PROVINCE, re.compile(r"^(?:tinh|t\.)\s*")),
    (CITY, re.compile(r"^(?:thanh pho\s+|tp\.?\s*)")),
    (DISTRICT, re.compile(r"^(?:huyen\s+|quan\s+|thi xa\s+|h\.\s*|q\.\s*|tx\.?\s+)")),
    (COMMUNE, re.compile(r"^(?:xa\s+|phuong\s+|thi tran\s+|dac khu\s+|x\.\s*|p\.\s*|tt\.?\s+)")),
    (
        LINE,
        re.compile(r"^(?:thon|xom|to|ap|khu|ban|buon|lang|so|duong|pho|ngo|hem|kiet|tdp|khoi|doi|cum|soc)\b"),
    ),
)
_LINE_WORDS = frozenset(
    "thon xom ap khu pho ban buon lang so nha duong hem ngo kiet to dan tdp khoi t k h n s".split()
)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an address: `kind`, the name's key with and without marks, and its key as a line."""

    kind: int
    exact: int
    plain: int
    line: int


def read_part(text: str, provinces: Provinces) -> Part:
    """Return what stands between two commas."""
    said = " ".join(words.INVISIBLE.sub("", nfc(text)).split())
    plain = fold(said)
    kind, rest = UNKNOWN, said
    for kind_, pattern in _PREFIXES:
        if found := pattern.match(plain):
            kind = kind_
            # Folding keeps the number of letters of composed text, so the prefix has the same length.
            rest = said if kind == LINE else said[found.end() :].strip()
            break
    else:
        if province_key(said) in provinces.names:
            kind = PROVINCE
    if kind == CITY and province_key(said) in provinces.names:
        kind = PROVINCE
    elif kind == CITY:
        kind = DISTRICT
    line_words = [w.strip(".") for w in re.split(r"[ ./-]+", plain)]
    line = " ".join(w for w in line_words if w and w not in _LINE_WORDS)
    exact = sum(words.read(w).exact * (2 * i + 1) for i, w in enumerate(rest.split()[:8]))
    return Part(kind, exact, words.key(fold(rest)), words.key(line))


class Communes:
    """Former and present communes, found by code or by name."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self.current: dict[str, str] = {}  # any code -> the code of today
        self.today: dict[str, str] = {}  # code of today -> "xã Tân Hòa, tỉnh Thanh Hóa"
        self._by_district: dict[tuple[int, ...], set[str]] = defaultdict(set)
        self._present: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._former: dict[tuple[int, int], set[str]] = defaultdict(set)
        self._names: dict[int, set[tuple[str, bool]]] = defaultdict(
            set
        )  # a name -> its units, and whether former
        self._parts: dict[str, Part] = {}  # provinces and districts are named by many rows
        names, merged, present = {}, {}, {}
        for row in rows:
            self.current[row["old_code"]] = row["new_code"]
            names[row["old_province_name"]] = int(row["old_province"])
            merged[int(row["old_province"])] = int(row["new_province"])
            present[row["new_province_name"]] = int(row["new_province"])
        for row in rows:
            self.current[row["new_code"]] = row["new_code"]
        self.provinces = Provinces(names, merged, present) if rows else Provinces.shipped()
        for row in rows:
            self._add(row)

    def _add(self, row: dict[str, str]) -> None:
        code = row["new_code"]
        kind = "thành phố" if row["new_province_name"] in _CITIES else "tỉnh"
        self.today[code] = f"{row['new_kind']} {row['new_name']}, {kind} {row['new_province_name']}"
        old, district = self._part(row["old_name"]), self._part(row["old_district_name"])
        old_province, new_province = (
            self._part(row["old_province_name"]),
            self._part(row["new_province_name"]),
        )
        new = self._part(row["new_name"])
        for form in ("exact", "plain"):
            o, d, n = (getattr(part, form) for part in (old, district, new))
            self._by_district[o, d, old_province.plain].add(code)
            self._by_district[o, d].add(code)
            self._former[o, old_province.plain].add(code)
            self._former[o, new_province.plain].add(code)
            self._present[n, new_province.plain].add(code)
            self._present[n, old_province.plain].add(code)
            self._names[n].add((code, False))
            self._names[o].add((code, row["old_code"] != code))

    def _part(self, text: str) -> Part:
        found = self._parts.get(text)
        if found is None:
            found = self._parts[text] = read_part(text, self.provinces)
        return found

    def find(
        self, commune: tuple[int, int], district: tuple[int, int], province: int
    ) -> tuple[str, bool] | None:
        """Return (code of today, whether a former unit was named), when the names lead to one commune alone.

        commune, district  (exact, plain) keys, zeros when not stated; province  plain key or 0
        """
        for form in (0, 1):
            c, d = commune[form], district[form]
            tries = [(self._by_district[c, d, province], True), (self._by_district[c, d], True)] if d else []
            tries += [(self._present[c, province], bool(d)), (self._former[c, province], True)]
            for codes, former in tries:
                if len(codes) == 1:
                    return next(iter(codes)), former
        return None

    def named(self, text: str) -> tuple[str, bool] | None:
        """Return the commune that a name says, as `find` does: "Xã Tân Hòa", "phường Phú Sơn, tỉnh Thanh Hóa"."""
        said = [self._part(part) for part in text.split(",") if part.strip()]
        if not said:
            return None
        commune, rest = said[0], said[1:]
        if rest:
            province = rest[-1].plain if rest[-1].kind == PROVINCE else 0
            between = rest[0] if len(rest) > 1 or not province else None
            district = (between.exact, between.plain) if between else (0, 0)
            return self.find((commune.exact, commune.plain), district, province)
        for key in (commune.exact, commune.plain):
            units = self._names.get(key, set())
            if len({code for code, _former in units}) == 1:
                return next(iter(units))[0], all(former for _code, former in units)
        return None


_CITIES = frozenset({"Hà Nội", "Hồ Chí Minh", "Hải Phòng", "Đà Nẵng", "Cần Thơ", "Huế"})


def number_of(code: str) -> int:
    """Return a commune's code as the number that stands for it in keys; 0 for none. "0380103" and "380103" are one."""
    code = code.strip()
    if code.isascii() and code.isdigit():
        return int(code)
    return -(words.key(code) % (1 << 31)) if code else 0


def read_addresses(
    con: Connection, work: Path, source: str, column: str, communes: Communes, table: str
) -> Reading:
    """Create `table`: one row per distinct address: raw, n (rows that have it), commune (0 unknown), former, line (key, 0 none)."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE distinct_addresses AS SELECT raw, n, string_split(raw, ',') AS t FROM"
        f" (SELECT {column} AS raw, count(*) AS n FROM {source} WHERE {column} IS NOT NULL AND {column} <> ''"
        " GROUP BY ALL)"
    )
    written = con.execute("SELECT DISTINCT unnest(t) FROM distinct_addresses").fetchall()
    path = yield lambda: spill(
        work, "address_parts", ((w, *_row(read_part(w, communes.provinces))) for (w,) in written)
    )
    columns = {"w": "VARCHAR", "kind": "TINYINT", "exact": "BIGINT", "plain": "BIGINT", "line": "BIGINT"}
    take(con, "address_parts", columns, path)
    con.execute(f"CREATE OR REPLACE TEMP TABLE split_addresses AS {_SPLIT}")
    triples = con.execute("SELECT DISTINCT ce, cp, de, dp, pp FROM split_addresses WHERE cp <> 0").fetchall()
    found = (
        (ce, cp, de, dp, pp, number_of(place[0]), place[1])
        for ce, cp, de, dp, pp in triples
        if (place := communes.find((ce, cp), (de, dp), pp))
    )
    path = yield lambda: spill(work, "address_places", found)
    columns = dict.fromkeys(("ce", "cp", "de", "dp", "pp"), "BIGINT") | {
        "commune": "INTEGER",
        "former": "BOOLEAN",
    }
    take(con, "address_places", columns, path)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT raw, n, coalesce(commune, 0) AS commune,"
        " coalesce(former, de <> 0) AS former, line FROM split_addresses"
        " LEFT JOIN address_places USING (ce, cp, de, dp, pp)"
    )
    con.execute(
        "DROP TABLE address_parts; DROP TABLE address_places; DROP TABLE split_addresses; DROP TABLE distinct_addresses"
    )


def _row(part: Part) -> tuple[int, int, int, int]:
    return part.kind, part.exact, part.plain, part.line


# q1 is the last part. a: a province is named, d: a district is, c: a commune is. Without a word before it a
# part counts as a commune when a province or district follows it and it is not a line.
_SPLIT = """
WITH q AS (
  SELECT s.raw, s.n AS rows, q1.kind AS k1, q2.kind AS k2, q3.kind AS k3, q1, q2, q3, q4, len(t) AS n
  FROM distinct_addresses s
  LEFT JOIN address_parts q1 ON q1.w = t[len(t)]
  LEFT JOIN address_parts q2 ON q2.w = CASE WHEN len(t) > 1 THEN t[len(t) - 1] END
  LEFT JOIN address_parts q3 ON q3.w = CASE WHEN len(t) > 2 THEN t[len(t) - 2] END
  LEFT JOIN address_parts q4 ON q4.w = CASE WHEN len(t) > 3 THEN t[len(t) - 3] END
), a AS (
  SELECT *, (k1 = 1)::INT AS a FROM q
), d AS (
  SELECT *, CASE a WHEN 1 THEN (k2 = 2)::INT ELSE (k1 = 2)::INT END AS d FROM a
), u AS (
  SELECT *, coalesce(CASE a + d WHEN 0 THEN k1 WHEN 1 THEN k2 ELSE k3 END, 4) AS kc FROM d
), c AS (
  SELECT *, (kc = 3 OR (kc IN (0, 1, 2) AND a + coalesce(d, 0) > 0))::INT AS c, a + coalesce(d, 0) AS s FROM u
)
SELECT raw, rows AS n,
  CASE WHEN c = 1 THEN CASE s WHEN 0 THEN q1.exact WHEN 1 THEN q2.exact ELSE q3.exact END ELSE 0 END AS ce,
  CASE WHEN c = 1 THEN CASE s WHEN 0 THEN q1.plain WHEN 1 THEN q2.plain ELSE q3.plain END ELSE 0 END AS cp,
  CASE WHEN d = 1 THEN CASE a WHEN 0 THEN q1.exact ELSE q2.exact END ELSE 0 END AS de,
  CASE WHEN d = 1 THEN CASE a WHEN 0 THEN q1.plain ELSE q2.plain END ELSE 0 END AS dp,
  CASE WHEN a = 1 THEN q1.plain ELSE 0 END AS pp,
  CASE WHEN n - s - c <= 0 THEN 0 ELSE
    coalesce(CASE s + c WHEN 0 THEN q1.line WHEN 1 THEN q2.line WHEN 2 THEN q3.line ELSE q4.line END, 0)
    + CASE WHEN n - s - c >= 2 THEN coalesce(
        3 * CASE s + c WHEN 0 THEN q2.line WHEN 1 THEN q3.line WHEN 2 THEN q4.line END, 0) ELSE 0 END
  END AS line
FROM c
"""
