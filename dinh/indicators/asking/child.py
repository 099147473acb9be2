"""A process that answers one SQL question over a few tables, and can do nothing else. Started by `children`, never imported.

1. Before anything of others is read it gives up what it could do: memory, processor time, writing files, the network
   where the system allows that, and being traced. Then it may wait, knowing nothing, until somebody asks.
2. It loads its tables, closes the door (no files, no extensions, no settings), and lets no further file or socket open.
3. Only then it reads the statement: one SELECT by DuckDB's own parser, answered up to a number of rows and bytes.

Its limits are its arguments; tables and question come as lines on standard input, the answer goes to standard output,
all JSON. It has no environment, knows neither Django nor the database, and is killed when its time is over.
"""

from __future__ import annotations

import ctypes
import datetime
import decimal
import json
import math
import os
import resource
import sys
import uuid  # what DuckDB would import later, when no file can be opened any more
from typing import Any

CLONE_NEWUSER, CLONE_NEWNET, CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
NO_NEW_PRIVILEGES, DUMPABLE, DIE_WITH_PARENT, KILL = 38, 4, 1, 9
LONGEST_CELL = 32_000
PORTION = 1_000


def main() -> None:
    """Answer the lines on standard input. Arguments: "ask" or "pack", bytes of memory, seconds of the processor, DuckDB's own limits."""
    mode, address_space, seconds, memory, threads = sys.argv[1:]
    os.umask(0o077)
    give_up(int(address_space), int(seconds), writes=mode == "pack")
    import duckdb

    con = duckdb.connect(":memory:", config={"memory_limit": memory, "threads": int(threads)})
    con.execute("SELECT 1").fetchall()  # what is loaded at the first question is loaded now
    if not (line := sys.stdin.readline()):
        return  # nobody asked
    answer = pack(con, json.loads(line)) if mode == "pack" else ask(con, json.loads(line))
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


def give_up(address_space: int, seconds: int, *, writes: bool) -> None:
    """Give up what a question needs not. What this system does not know is passed over; the limits always hold."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(DIE_WITH_PARENT, KILL, 0, 0, 0)
    libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    libc.prctl(DUMPABLE, 0, 0, 0, 0)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWIPC)
    limits = {
        resource.RLIMIT_AS: address_space,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    if not writes:
        limits[resource.RLIMIT_FSIZE] = 0
    for limit, most in limits.items():
        resource.setrlimit(limit, (most, most))


def pack(con: Any, task: dict[str, Any]) -> dict[str, Any]:
    """Turn rows that the parent wrote as CSV into a Parquet file."""
    columns = ", ".join(f"{text(name)}: {text(kind)}" for name, kind in task["columns"])
    notes = ", ".join(f"{name}: {text(said)}" for name, said in task["notes"].items())
    notes = f", KV_METADATA {{{notes}}}" if notes else ""
    con.execute(
        f"COPY (SELECT * FROM read_csv({text(task['source'])}, columns = {{{columns}}}, header = false, "  # noqa: S608
        f"nullstr = '\\N', quote = '\"', escape = '\"', delim = ',', auto_detect = false)) "
        f"TO {text(task['target'])} (FORMAT parquet, COMPRESSION zstd{notes})"
    )
    return {"rows": True}


def ask(con: Any, tables: list[tuple[str, str]]) -> dict[str, Any]:
    """Load the tables, shut the door, read the question, answer."""
    for name, path in tables:
        con.execute(f'CREATE TABLE "{name}" AS SELECT * FROM read_parquet({text(path)})')  # noqa: S608 - ours
    shut(con)
    return told(con, json.loads(sys.stdin.readline()))


def told(con: Any, task: dict[str, Any]) -> dict[str, Any]:
    """Return columns, types and rows of the answer, or {"error": code, "said": DuckDB's words}."""
    import duckdb

    try:
        return _answer(con, task)
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"error": "memory", "said": ""}
    except duckdb.ParserException as error:
        return {"error": "syntax", "said": str(error)}
    except duckdb.PermissionException as error:
        return {"error": "forbidden", "said": str(error)}
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        return {"error": "names", "said": str(error)}
    except duckdb.Error as error:
        return {"error": "other", "said": str(error)}


def shut(con: Any) -> None:
    """Shut the door: from here on no file, extension or setting, and no further file or socket of any kind."""
    for setting in (
        "temp_directory = ''", "autoinstall_known_extensions = false", "autoload_known_extensions = false",
        "allow_community_extensions = false", "python_enable_replacements = false", "TimeZone = 'Asia/Ho_Chi_Minh'",
        "disabled_filesystems = 'LocalFileSystem'", "enable_external_access = false", "lock_configuration = true",
    ):  # fmt: skip
        con.execute(f"SET {setting}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _answer(con: Any, task: dict[str, Any]) -> dict[str, Any]:
    statements = con.extract_statements(task["sql"])
    kinds = [statement.type.name for statement in statements]
    if len(kinds) != 1:
        return {"error": "several" if kinds else "nothing", "said": ""}
    if kinds[0] != "SELECT":
        return {"error": "not_select", "said": kinds[0]}
    found = con.execute(statements[0])
    columns = [(str(column[0]), str(column[1])) for column in found.description or ()]
    rows: list[list[Any]] = []
    size = 0
    while portion := found.fetchmany(min(PORTION, task["rows"] + 1 - len(rows))):
        for row in portion:
            cells = [plain(cell) for cell in row]
            size += sum(len(cell) if isinstance(cell, str) else 8 for cell in cells)
            rows.append(cells)
        if size > task["bytes"]:
            return {"error": "too_large", "said": ""}
        if len(rows) > task["rows"]:
            break
    return {"columns": columns, "rows": rows[: task["rows"]], "more": len(rows) > task["rows"]}


def plain(cell: Any) -> Any:
    """Return a cell as JSON can say it; what JSON cannot is said in words."""
    if cell is None or isinstance(cell, bool):
        return cell
    if isinstance(cell, int):
        return cell if abs(cell) < 2**53 else str(cell)
    if isinstance(cell, float):
        return cell if math.isfinite(cell) else None
    if isinstance(cell, decimal.Decimal):
        return float(cell) if abs(cell) < 10**15 else str(cell)
    if isinstance(cell, datetime.datetime | datetime.date):
        return cell.isoformat(" ") if isinstance(cell, datetime.datetime) else cell.isoformat()
    if isinstance(cell, uuid.UUID):
        return str(cell)
    return str(cell)[:LONGEST_CELL]


def text(value: str) -> str:
    """Return a constant of SQL."""
    return "'" + value.replace("'", "''") + "'"


if __name__ == "__main__":
    main()
