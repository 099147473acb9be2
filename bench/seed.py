"""Fills a home for measuring; run by `node.Node.seed` in the node's environment. Everybody is invented.

    seed.py people COUNT        staff with authenticators, citizens with a record of birth each
    seed.py drafts PROCEDURE N  requests that only have to be sent, one after another, of the first citizen
    seed.py rows TOTAL OPEN     dossiers of Cốc San by plain SQL, OPEN of them open
    seed.py rows_more TOTAL OPEN   many more beside them: half in Cốc San, half in the other communes
    seed.py plain LIVES         the rows of a whole life again, by plain SQL, timed

Answers are JSON on standard output.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dinh.config.settings")

import django

django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.utils import decrypt  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402

from dinh.catalogue import layout, store  # noqa: E402
from dinh.config.demo.staff import COCSAN, PASSWORD, appoint_all  # noqa: E402
from dinh.directory import queries as places  # noqa: E402
from dinh.directory.actions import open_account  # noqa: E402
from dinh.directory.models import Account  # noqa: E402
from dinh.dossiers import actions  # noqa: E402
from dinh.dossiers.models import Dossier, Draft  # noqa: E402
from dinh.dossiers.rules.answers import plain_answers  # noqa: E402
from dinh.lib.dates import local_date  # noqa: E402
from dinh.population import actions as population  # noqa: E402
from dinh.population.models import Person  # noqa: E402
from dinh.registers import actions as registers  # noqa: E402

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from seed_answers import FIFTEEN  # noqa: E402

NOW = timezone.now()
TODAY = local_date(NOW)


def people(count: int) -> dict[str, Any]:
    """Appoint the staff of Cốc San and make citizens known; return who may sign in."""
    unit = places.get_unit("02746", TODAY)
    appoint_all(unit, COCSAN, TODAY, NOW)
    numbers = []
    for at in range(count):
        number = f"0100750{at:05d}"
        with transaction.atomic():
            person = population.register_person(
                full_name=f"Vàng Văn Phúc {'ABCDEFGHIJ'[at % 10]}", sex="1", birth="1975-03-12", number=number,
                ethnicity="24", unit=unit, by=None, at=NOW,
            )  # fmt: skip
            registers.enter(
                register="births", unit=unit, registered_on=TODAY, person=person, provenance="import", by=None, at=NOW,
                data={"full_name": person.full_name, "sex": "1", "birth": "1975-03-12", "birth_place": "Cốc San"},
            )  # fmt: skip
            open_account(
                username=f"dan-{person.pk.hex}", full_name=person.full_name, kind=Account.Kind.CITIZEN,
                person=person.pk, demonstration=True, by=None, at=NOW,
            )  # fmt: skip
        numbers.append(number)
    return {
        "password": PASSWORD,
        "citizens": numbers,
        "staff": {one.username: _secret(one.username) for one in COCSAN},
    }


def _secret(username: str) -> str:
    kept = Authenticator.objects.get(user__username=username, type=Authenticator.Type.TOTP)
    return str(decrypt(kept.data["secret"]))


def drafts(procedure: str, count: int) -> list[str]:
    """Return the codes of drafts that are answered to the end."""
    person = Person.objects.order_by("number").first()
    account = Account.objects.get(person=person.pk if person else None)
    declared = store.get_procedure(procedure)
    unit = places.get_unit("02746", TODAY)
    given = answers_of(procedure)
    codes = []
    for _ in range(count):
        draft = actions.begin_draft(procedure=declared, unit=unit, account=account, at=NOW)
        for page in layout.pages(declared):
            shown, _fields = layout.visible(declared, plain_answers(draft.answers), TODAY)
            if page.id in shown:
                known = plain_answers(draft.answers)
                raw = {field.id: given.get(field.id, known.get(field.id)) for field in page.fields}
                check = actions.save_page(draft=draft, page_id=page.id, raw=raw, by=account, at=NOW)
                if not check.ok:
                    raise SystemExit(f"{procedure}: {[(one.path, str(one.message)) for one in check.faults]}")
        codes.append(draft.code)
    return codes


def answers_of(procedure: str) -> dict[str, Any]:
    """Return what is answered beside what is known already."""
    if procedure == "bench_form":
        return {**FIFTEEN, "applicant.residence": "thôn Ún Tà, xã Cốc San"}
    return {"copies": "2", "purpose": "để đo", "applicant.residence": "thôn Ún Tà, xã Cốc San"}


def rows_more(total: int, open_here: int) -> dict[str, Any]:
    """Make the table large: the rows of `rows` stay, those of the other communes come to them."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dossiers_dossier WHERE id::text LIKE '01900000-0000-7000-8000-%'")
    return rows(total, open_here)


def rows(total: int, open_here: int) -> dict[str, Any]:
    """Insert dossiers by plain SQL, copied from one that was filed by the real action."""
    unit = places.get_unit("02746", TODAY)
    model = Dossier.objects.first() or actions.file(
        draft=Draft.objects.get(code=drafts("civil_status_extract_copy", 1)[0]), by=None, at=NOW
    )
    others = [str(one) for one in _communes_beside(unit.pk)]
    columns = [one.column for one in Dossier._meta.concrete_fields]
    values = {one.column: f'm."{one.column}"' for one in Dossier._meta.concrete_fields}
    values |= (
        _postgresql(total, open_here, unit.pk, others)
        if connection.vendor == "postgresql"
        else _sqlite(open_here)
    )
    series = (
        f"generate_series(1, {total}) AS i"
        if connection.vendor == "postgresql"
        else f"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {total}) SELECT i FROM n)"  # noqa: S608  a number
    )
    key = model.pk if connection.vendor == "postgresql" else model.pk.hex
    names = ", ".join(f'"{one}"' for one in columns)
    chosen = ", ".join(values[one] for one in columns)
    with connection.cursor() as cursor:
        # Written out whole: with parameters, the % of the expressions would be taken for blanks.
        cursor.execute(
            f"INSERT INTO dossiers_dossier ({names}) SELECT {chosen} FROM dossiers_dossier m, {series} "  # noqa: S608
            f"WHERE m.id = '{key}'"
        )
    with connection.cursor() as cursor:
        # What PostgreSQL does by itself within minutes of such a change, before anybody is measured.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    return {"rows": Dossier.objects.count()}


def _communes_beside(unit: Any) -> list[Any]:
    province = places.version_on(unit, TODAY).parent_id
    return [one for one in places.subtree(province, TODAY) if one != unit][:300] if province else []


def _postgresql(total: int, open_here: int, unit: Any, others: list[str]) -> dict[str, str]:
    """Return the columns that differ from row to row: `open_here` open in the commune, 2% of the others' open."""
    here = f"(i <= {open_here} OR i % 2 = 0)"
    is_open = f"(i <= {open_here} OR (i % 2 = 1 AND i % 101 = 0))"
    spread = "now() + ((i::bigint * 7919) % 28800 - 7200) * interval '1 minute'"
    other = "(ARRAY[" + ", ".join(f"'{one}'" for one in others) + f"]::uuid[])[1 + i % {len(others)}]"
    return {
        "id": "('01900000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid",
        "number": "'H15.02746.01-' || to_char(now() - i * interval '1 minute', 'YYMMDD') || '-' || lpad(i::text, 7, '0')",
        "unit_id": f"CASE WHEN {here} THEN m.unit_id ELSE {other} END",
        "status": f"CASE WHEN {is_open} THEN (ARRAY[1, 2, 4, 4])[1 + i % 4] ELSE 10 END",
        "local_status": f"CASE WHEN {is_open} THEN (ARRAY['cho_tiep_nhan', 'cho_phan_cong', 'dang_tham_dinh', 'cho_ky_duyet'])[1 + i % 4] ELSE '' END",
        "due_at": f"CASE WHEN {is_open} THEN {spread} ELSE now() - (i * interval '1 minute') END",
        "received_at": "now() - i * interval '1 minute'",
        "filed_at": "now() - i * interval '1 minute' - interval '1 hour'",
        "finished_at": f"CASE WHEN {is_open} THEN NULL ELSE now() - i * interval '1 minute' + interval '2 hours' END",
        "applicant_key": "m.applicant_key || ' ' || (i % 1000)",
        "applicant_order": "m.applicant_order || lpad(to_hex(i % 1000), 3, '0')",
    }


def _sqlite(open_here: int) -> dict[str, str]:
    spread = "datetime('now', ((i * 7919) % 28800 - 7200) || ' minutes')"
    return {
        "id": "'019000000000700080' || printf('%014x', i)",
        "number": "'H15.02746.01-261122-' || printf('%07d', i)",
        "status": f"CASE WHEN i <= {open_here} THEN CASE i % 4 WHEN 0 THEN 1 WHEN 1 THEN 2 ELSE 4 END ELSE 10 END",
        "local_status": "CASE i % 4 WHEN 0 THEN 'cho_tiep_nhan' WHEN 1 THEN 'cho_phan_cong' WHEN 2 THEN 'dang_tham_dinh' ELSE 'cho_ky_duyet' END",
        "due_at": spread,
        "received_at": "datetime('now', (-i) || ' minutes')",
        "filed_at": "datetime('now', (-i - 60) || ' minutes')",
        "finished_at": f"CASE WHEN i <= {open_here} THEN NULL ELSE datetime('now', (120 - i) || ' minutes') END",
        "applicant_key": "m.applicant_key || ' ' || (i % 1000)",
        "applicant_order": "m.applicant_order || printf('%03x', i % 1000)",
    }


def plain(lives: int) -> dict[str, Any]:
    """Write the rows of one finished life again and again by plain SQL; return milliseconds for each."""
    import plain_sql

    return plain_sql.measure(lives)


def main() -> None:
    command, *arguments = sys.argv[1:]
    called = {"people": people, "drafts": drafts, "rows": rows, "rows_more": rows_more, "plain": plain}[
        command
    ]
    answer = called(*(int(one) if one.isdigit() else one for one in arguments))  # type: ignore[operator]
    json.dump(answer, sys.stdout, default=str)


if __name__ == "__main__":
    main()
