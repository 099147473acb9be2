"""JSON lines on standard error: one event a line, with the request's id and identifiers only."""

from __future__ import annotations

import json
import logging
import time

STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonFormatter(logging.Formatter):
    """Formats a record and its `extra` as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        from dinh.lib.request import request_id

        line: dict[str, object] = {
            "at": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
            + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": record.getMessage(),
        }
        if current := request_id.get():
            line["request_id"] = current
        line |= {
            k: v if isinstance(v, (int, float, bool)) else str(v)
            for k, v in vars(record).items()
            if k not in STANDARD and k not in {"request", "server_time"}
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
