from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client

from dinh.config import metrics
from dinh.journal import sealer
from dinh.journal.models import Unsealed
from dinh.journal.tests.acts import make

pytestmark = pytest.mark.django_db


def test_a_healthy_node_tells_release_node_and_lag(client: Client) -> None:
    answer = client.get("/healthz")

    assert answer.status_code == 200
    assert answer.json().keys() == {"status", "version", "node", "sealer_lag_seconds"}
    assert answer.json()["status"] == "ok"
    assert "no-store" in answer["Cache-Control"]


def test_a_node_without_its_database_answers_503(client: Client, monkeypatch: Any) -> None:
    def away(at: object) -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(sealer, "lag", away)

    answer = client.get("/healthz")

    assert (answer.status_code, answer.json()["status"]) == (503, "database_away")


def test_metrics_count_requests_by_route_and_tell_lags(client: Client) -> None:
    make()
    client.get("/healthz")

    text = client.get("/metrics").content.decode()

    assert 'dinh_requests_total{method="GET",route="healthz",status="200"}' in text
    assert f"dinh_unsealed_items {float(Unsealed.objects.count())}" in text
    assert "dinh_sealer_lag_seconds" in text
    assert "dinh_worker_lag_seconds 0.0" in text
    assert 'dinh_deliveries{state="failed"} 0.0' in text


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "203.0.113.7"}, 404),
        ({"REMOTE_ADDR": ""}, 404),
        ({"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, 404),
        ({"HTTP_FORWARDED": "for=203.0.113.7"}, 404),
    ],
)
def test_metrics_are_for_this_machine(client: Client, extra: dict[str, str], status: int) -> None:
    assert client.get("/metrics", **extra).status_code == status  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "status"), [("Bearer right", 200), ("Bearer wrong", 404), ("", 404), ("right", 404)]
)
def test_with_a_token_metrics_are_for_who_holds_it(
    client: Client, settings: Any, given: str, status: int
) -> None:
    settings.DINH_METRICS_TOKEN = "right"

    answer = client.get("/metrics", REMOTE_ADDR="203.0.113.7", HTTP_AUTHORIZATION=given)

    assert answer.status_code == status


def test_a_package_adds_its_own_gauges(client: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr(metrics, "SOURCES", ["dinh.config.tests.test_views.one_gauge"])

    assert "dinh_test 4.0" in client.get("/metrics").content.decode()


def one_gauge() -> Any:
    yield metrics.gauge("dinh_test", "A test", 4)


def test_an_unknown_method_makes_no_series_of_its_own() -> None:
    metrics.count_request("PROPFIND-12345", "x", 405, 0.1)

    assert b"PROPFIND-12345" not in metrics.text()
