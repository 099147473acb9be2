#!/usr/bin/env bash
# Run the suite on SQLite and on a real PostgreSQL; install what is missing where that is allowed.
#   tools/test.sh        the everyday suite
#   tools/test.sh long   what is slower
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1
pytest=(.venv/bin/python -m pytest)
if [ "${1:-}" = long ]; then select=(-m long); else select=(-m "not long"); fi

needed=()
command -v chromium >/dev/null || needed+=(chromium)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || needed+=(postgresql)
command -v pdfsig >/dev/null || needed+=(poppler-utils)
command -v certutil >/dev/null || needed+=(libnss3-tools)
command -v zbarimg >/dev/null || needed+=(zbar-tools)
command -v tesseract >/dev/null || needed+=(tesseract-ocr tesseract-ocr-vie)
if [ ${#needed[@]} -gt 0 ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "installing ${needed[*]}"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${needed[@]}" >/dev/null
    else
        echo "not installed, so what needs them is skipped: ${needed[*]}"
    fi
fi

# Spark is held to the same verdicts where there is Java to run it: two minutes, so among the slower tests.
if [ "${1:-}" = long ] && command -v java >/dev/null && ! .venv/bin/python -c "import pyspark" 2>/dev/null; then
    .venv/bin/pip install --quiet --require-hashes -r requirements/spark.txt ||
        echo "Spark cannot be installed here, so what needs it is skipped"
fi

# In memory where there is room: a throw-away database gains nothing from a disk.
room=$(df --output=avail -k /dev/shm 2>/dev/null | tail -n 1 || true)
if [ "${room:-0}" -gt 3000000 ]; then work=$(mktemp -d -p /dev/shm); else work=$(mktemp -d); fi
stop() {
    [ -f "$work/pg/postmaster.pid" ] && as_owner "$pg_bin/pg_ctl" -D "$work/pg" -m immediate stop >/dev/null 2>&1
    rm -rf "$work"
}
trap stop EXIT
pg_bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
# PostgreSQL refuses to run as root: its own user owns the throw-away cluster then.
as_owner() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# Both databases are migrated once, at the same time; each process of the tests copies one.
migrate() { DJANGO_SETTINGS_MODULE=dinh.config.settings_test DINH_HOME="$work/$1" .venv/bin/python manage.py migrate -v 0; }
other=
if [ -n "$pg_bin" ]; then
    mkdir "$work/pg"
    [ "$(id -u)" = 0 ] && chown postgres "$work" "$work/pg"
    port=$((20000 + RANDOM % 20000))
    as_owner "$pg_bin/initdb" -D "$work/pg" -U dinh -A trust --no-sync >/dev/null
    as_owner "$pg_bin/pg_ctl" -D "$work/pg" -w -t 120 -o "-p $port -k $work -c max_connections=200 -c listen_addresses=127.0.0.1" -l "$work/pg.log" start >/dev/null
    as_owner "$pg_bin/createdb" -h 127.0.0.1 -p "$port" -U dinh -T template0 migrated
    DATABASE_URL="postgresql://dinh@127.0.0.1:$port/migrated" migrate migrated-too &
    other=$!
fi
migrate migrated
[ -z "$other" ] || wait "$other"

.venv/bin/python tools/translations.py compile
status=0
echo "== SQLite"
DINH_TEST_MIGRATED="$work/migrated/dinh.sqlite3" DINH_HOME="$work/sqlite" \
    "${pytest[@]}" "${select[@]}" -n 2 --dist loadfile -p no:randomly || status=$?
if [ -n "$pg_bin" ]; then
    echo "== PostgreSQL"
    mkdir -p "$work/home"
    on_postgresql() {
        DATABASE_URL="postgresql://dinh@127.0.0.1:$port/dinh" DINH_TEST_MIGRATED=migrated DINH_HOME="$work/home" \
            "${pytest[@]}" --dist loadfile "$@"
    }
    # Pages, rights, words and files ask both databases alike: shown on SQLite every day, here with what is slower.
    alike=(dinh/catalogue dinh/lib dinh/verification/engine dinh/web tests/faults tests/test_authorisation.py
        tests/test_pages_are_shut.py tests/test_injection.py tests/test_side_doors.py tests/test_repository.py
        tests/test_rights_of_actions.py tests/test_inherited_reads.py tests/test_limits.py dinh/config dinh/papers)
    chosen=(-m "${select[1]} and not browser")
    if [ "${1:-}" = long ]; then
        on_postgresql -n 2 -m "not long and not browser" "${alike[@]}" || status=$?
    else
        chosen+=("${alike[@]/#/--ignore=}")
    fi
    code=0
    on_postgresql -n 2 "${chosen[@]}" || code=$?
    if [ $code = 3 ]; then
        # A worker could not make its database in time: once more, with one process.
        echo "== PostgreSQL, one process"
        code=0
        on_postgresql -n 0 --create-db "${chosen[@]}" || code=$?
    fi
    [ $code = 0 ] || status=$code
else
    echo "== PostgreSQL is not installed: its half of the suite is skipped"
fi
exit $status
