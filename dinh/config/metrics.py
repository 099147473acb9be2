"""What Prometheus reads at /metrics.

Requests are counted in every web process; the processes share mapped files
(prometheus_client's multiprocess mode), so that whichever answers tells of all.
They lie in memory where the machine has a place for that: a process that touches
a mapped page of a full disk is killed. Everything else is asked of the database
at the moment of reading.
A package adds its own gauges by adding a function to `SOURCES`.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Count
from django.utils import timezone
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from prometheus_client.core import GaugeMetricFamily, Metric

# Dotted paths of functions that yield metrics from the database; one that fails fails the reading.
SOURCES = ["dinh.config.metrics.journal", "dinh.config.metrics.tasks", "dinh.config.metrics.deliveries"]
FOLDER = "PROMETHEUS_MULTIPROC_DIR"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own in it, which only we may enter


class FromDatabase:
    """A collector that asks every source when it is read."""

    def collect(self) -> Iterator[Metric]:
        for path in SOURCES:
            source: Callable[[], Iterator[Metric]] = import_string(path)
            yield from source()


def prepare() -> None:
    """Begin with an empty folder of counters; called by `dinh run` before anything imports the client."""
    home = Path(settings.DINH_HOME).resolve()
    # Named after the home, so that what a killed node left behind is found and emptied.
    name = f"dinh-{os.getuid()}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    for folder in (MEMORY / name, home / "metrics"):
        shutil.rmtree(folder, ignore_errors=True)
        try:
            folder.mkdir(parents=True, mode=0o700)
        except OSError:  # no such place here, or it is somebody else's
            continue
        os.environ[FOLDER] = str(folder)
        return
    raise OSError(f"no folder for the counters can be made in {home}")


def clear() -> None:
    """Remove the folder of counters; called when the node ends."""
    shutil.rmtree(os.environ.pop(FOLDER, "/nowhere"), ignore_errors=True)


def forget_warming() -> None:
    """Drop what this process counted while it warmed up before the fork: nobody asked for those pages."""
    for counted in Path(os.environ.get(FOLDER, "/nowhere")).glob(f"*_{os.getpid()}.db"):
        counted.unlink()


def text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = CollectorRegistry()
    if os.environ.get(FOLDER):
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        own = b""
    else:
        own = generate_latest(REGISTRY)
    registry.register(FromDatabase())
    return own + generate_latest(registry)


@lru_cache(maxsize=1)
def _requests() -> tuple[Any, Any]:
    # Made at the first request: importing the client decides where counts are kept (see `prepare`).
    from prometheus_client import Counter, Histogram

    return (
        Counter("dinh_requests", "Requests answered", ["method", "route", "status"]),
        Histogram(
            "dinh_request_seconds",
            "Time to answer",
            ["route"],
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.3, 1.0, 3.0),
        ),
    )


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request; the route's pattern, never the path (it may hold a person's number)."""
    total, time = _requests()
    known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
    total.labels(known, route, status).inc()
    time.labels(route).observe(seconds)


def forget_process(pid: int) -> None:
    """Drop the gauges of a web process that ended; its counts stay."""
    if os.environ.get(FOLDER):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def journal() -> Iterator[Metric]:
    """Yield how far the sealer is behind, and what it made."""
    from dinh.journal import sealer
    from dinh.journal.models import HandlerFailure, Seal, Stream, Unsealed

    lag = sealer.lag(timezone.now()).total_seconds()
    yield gauge("dinh_sealer_lag_seconds", "Age of the oldest unsealed item", lag)
    yield gauge("dinh_unsealed_items", "Items that wait for the sealer", Unsealed.objects.count())
    yield gauge(
        "dinh_handler_failures", "Handlers that failed and are tried again", HandlerFailure.objects.count()
    )
    last = labelled("dinh_sealed_position", "Last position of a stream", "stream")
    for stream in Stream:
        mine = Seal.objects.filter(node=settings.DINH_NODE, stream=stream)
        seal = mine.order_by("-number").values_list("last_position", flat=True).first()
        last.add_metric([str(stream)], seal or 0)
    yield last


def tasks() -> Iterator[Metric]:
    """Yield how many tasks are in each state and queue, and how long the oldest ready one waits."""
    from django_tasks_db.models import DBTaskResult

    from dinh.config.worker import lag

    counts = labelled("dinh_tasks", "Tasks by queue and state", "queue", "state")
    states = DBTaskResult.objects.order_by().values("queue_name", "status").annotate(count=Count("id"))
    for row in states:
        counts.add_metric([row["queue_name"], row["status"].lower()], row["count"])
    yield counts
    yield gauge("dinh_worker_lag_seconds", "Age of the oldest ready task", lag().total_seconds())


def deliveries() -> Iterator[Metric]:
    """Yield how many e-mails wait, and how many were given up."""
    from dinh.messages.queries import delivery_counts

    counts = labelled("dinh_deliveries", "E-mails by state", "state")
    for state, count in delivery_counts().items():
        counts.add_metric([state], count)
    yield counts


def gauge(name: str, title: str, value: float) -> Metric:
    """Return one gauge without labels, for a source."""
    family = labelled(name, title)
    family.add_metric([], value)
    return family


def labelled(name: str, title: str, *labels: str) -> GaugeMetricFamily:
    """Return a gauge with labels; a source adds its values with `add_metric([label, …], value)`."""
    from prometheus_client.core import GaugeMetricFamily  # not before `prepare`

    return GaugeMetricFamily(name, title, labels=labels)
