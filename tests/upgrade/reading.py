"""What the tests ask of an upgraded node, inside it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test import Client
from django.utils.dateparse import parse_datetime

from dinh.directory.models import Account
from dinh.dossiers.models import Dossier
from dinh.journal.fold import fold, history
from dinh.lib.names import column_key

EXAMINERS = {
    "permanent_residence": "dung",
    "temporary_residence": "dung",
    "stay_notification": "dung",
    "social_pension": "thao",
}


def everything() -> dict[str, Any]:
    """Return the answers to all questions below."""
    asked = (rows, requests, differing_from_their_entries, names_out_of_place, pages)
    return {question.__name__: question() for question in asked}


def rows() -> dict[str, int]:
    """Return how many rows each table has."""
    counted = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name from our own schema
            counted[table] = int(cursor.fetchone()[0])
    return counted


def requests() -> dict[str, int]:
    """Return how many dossiers stand at each status, by procedure."""
    counted = Counter(Dossier.objects.values_list("procedure", "status"))
    return {f"{name} {status}": count for (name, status), count in counted.items()}


def differing_from_their_entries() -> dict[str, list[str]]:
    """Return the dossiers and persons whose row is not the fold of their entries, with the columns that differ."""
    found = {}
    for model in (Dossier, apps.get_model("population", "Person")):
        for row in model._default_manager.all():
            folded = _normal(fold(history(row.pk)))
            kept = _normal(_kept(row))
            differing = [name for name, value in folded.items() if kept.get(name) != value]
            if differing:
                found[f"{model.__name__} {row.pk}"] = differing
    return found


def names_out_of_place() -> int:
    """Return how many dossiers do not stand where a Vietnamese reader looks for the name of who asked."""
    placed = Dossier.objects.values_list("applicant_name", "applicant_order")
    return sum(order != column_key(name)[:200] for name, order in placed)


def _kept(row: Any) -> dict[str, Any]:
    columns = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields}
    return dict(json.loads(json.dumps(columns, cls=DjangoJSONEncoder)))


def _normal(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row with its instants in one zone: the database gives UTC, an act gives local time."""
    instants = {
        key: parse_datetime(value) for key, value in row.items() if isinstance(value, str) and "T" in value
    }
    return row | {key: at.timestamp() for key, at in instants.items() if at is not None}


def pages() -> dict[str, int]:
    """Return the status of the worklists, and of each dossier's page at the desk and for who asked for it."""
    staff = {name: _signed_in(Account.objects.get(username=name)) for name in ("minh", "dung", "thao", "son")}
    answered = {f"{name} /vi/desk/": client.get("/vi/desk/").status_code for name, client in staff.items()}
    for dossier in Dossier.objects.select_related("account"):
        path = f"/vi/desk/dossier/{dossier.number}/"
        answered[path] = staff[EXAMINERS.get(dossier.procedure, "minh")].get(path).status_code
        if dossier.account is not None:
            own = f"/vi/dossier/{dossier.number}/"
            answered[own] = _signed_in(dossier.account).get(own).status_code
    return answered


def _signed_in(account: Account) -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(account)
    session = client.session
    session["second_factor"] = True
    session.save()
    return client
