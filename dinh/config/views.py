"""What machines ask the node: is it up, and how is it."""

from __future__ import annotations

import hmac
import ipaddress
import logging
import os

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

import dinh
from dinh.config import metrics as node_metrics

log = logging.getLogger("dinh.health")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when the database answers, 503 when it does not."""
    from dinh.journal import sealer

    told: dict[str, object] = {"status": "ok", "version": dinh.__version__, "node": settings.DINH_NODE}
    try:
        told["sealer_lag_seconds"] = round(sealer.lag(timezone.now()).total_seconds(), 3)
    except DatabaseError:
        log.exception("health.database_away")
        return JsonResponse(told | {"status": "database_away"}, status=503)
    return JsonResponse(told)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer Prometheus' text format to this machine, or to who holds DINH_METRICS_TOKEN; to others 404."""
    if not _may_read(request):
        return HttpResponse(status=404)
    return HttpResponse(node_metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token = getattr(settings, "DINH_METRICS_TOKEN", "") or os.environ.get("DINH_METRICS_TOKEN", "")
    given = request.headers.get("Authorization", "")
    if token:
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    # A proxy on this machine asks for others: what it forwards is not local.
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip")):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
