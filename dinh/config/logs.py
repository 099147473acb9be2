"""JSON lines on standard error: one event a line, with the request's id and identifiers only.

Django writes the path of a refused request into its message; people type numbers and
names into addresses, so that message keeps its reason and loses the path. The route
stands in the line of the request, found by its id. An exception's words are left out as
well, for a database quotes the row that it refuses: its type and where it came from
stay, and the code of our own errors.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
from typing import Any

from dinh.lib.errors import DinhError
from dinh.lib.request import request_id

OF_A_REFUSED_REQUEST = ("django.request", "django.security.csrf")
STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def logging_at(level: str) -> dict[str, Any]:
    """Return Django's LOGGING: JSON lines on standard error, from a level on."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "dinh.config.logs.JsonFormatter"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "fontTools": {"level": "WARNING"},
            "django_tasks": {"level": "WARNING"},  # a line for each task says nothing that the tables do not
        },
    }


class JsonFormatter(logging.Formatter):
    """Formats a record and its `extra` as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _event(record),
        }
        if current := request_id.get():
            line["request_id"] = current
        line |= {
            k: v if isinstance(v, (int, float, bool)) else str(v)
            for k, v in vars(record).items()
            if k not in STANDARD and k not in {"request", "server_time"}
        }
        if record.exc_info:
            line["traceback"] = _traceback(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _event(record: logging.LogRecord) -> str:
    """Return the message; where Django ends it with the path of a refused request, without that path."""
    if record.name.startswith(OF_A_REFUSED_REQUEST) and isinstance(record.args, tuple) and record.args:
        return str(record.msg) % (*record.args[:-1], "…")
    return record.getMessage()


def _traceback(error: BaseException | None) -> str:
    """Return where an error came from, and the errors that led to it, without their words."""
    parts: list[str] = []
    while error is not None:
        name = f"{type(error).__module__}.{type(error).__qualname__}"
        said = f"{name} {error.code}" if isinstance(error, DinhError) else name
        parts.append("".join(traceback.format_tb(error.__traceback__)) + said)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhile handling:\n".join(parts)
