"""The id of the request under way, for log lines and for the page that says something broke."""

from __future__ import annotations

from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
