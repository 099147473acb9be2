"""The web server of a node: gunicorn with threads, forked from the preloaded parent."""

from __future__ import annotations

import io
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from importlib import import_module
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from dinh.config import metrics, supervisor

log = logging.getLogger("dinh.supervisor")

# What the pages need at their first request; loaded once before the fork, so that all share it.
PRELOADED = (
    "dinh.catalogue.store:get",
    "dinh.directory.names:names",
)
WARMED = ("/vi/", "/fr/", "/en/", "/vi/account/login/")  # templates and translations are compiled once


class JsonLogger(Logger):  # type: ignore[misc]
    """Hands gunicorn's own messages to the node's log; requests are logged by the middleware."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.error_log.setLevel(logging.WARNING)


class Web(BaseApplication):  # type: ignore[misc]
    """The arbiter's application: our settings, and the WSGI application that is loaded already."""

    def __init__(self, listener: socket.socket, application: Callable[..., Any]) -> None:
        self.listener = listener
        self.application = application
        super().__init__()

    def load_config(self) -> None:
        for name, value in settings(self.listener.fileno()).items():
            self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        return self.application


def settings(file_number: int) -> dict[str, Any]:
    """Return gunicorn's settings."""
    from django.conf import settings as node

    return {
        "bind": f"fd://{file_number}",
        "workers": node.DINH_WEB_WORKERS,
        "worker_class": "gthread",
        "threads": node.DINH_WEB_THREADS,
        "preload_app": True,
        "timeout": 60,
        "graceful_timeout": 20,
        "keepalive": 5,
        "max_requests": node.DINH_WEB_MAX_REQUESTS,
        "worker_tmp_dir": "/dev/shm" if os.path.isdir("/dev/shm") else None,  # noqa: S108 - a heartbeat file
        "logger_class": JsonLogger,
        "control_socket_disable": True,
        "post_fork": _after_fork,
        "child_exit": _after_exit,
    }


def _after_fork(server: Any, worker: Any) -> None:
    supervisor.die_with_parent(server.pid)


def _after_exit(server: Any, worker: Any) -> None:
    metrics.forget_process(worker.pid)


def bind(host: str, port: int) -> socket.socket:
    """Return the socket, not listening yet; the parent holds it, so that no request is refused during a restart.

    Raises OSError when the port is taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def preload() -> Callable[..., Any]:
    """Load everything that the web processes share, and return the WSGI application."""
    from django.db import connections
    from django.urls import get_resolver
    from django.utils import translation

    from dinh.config.wsgi import application

    get_resolver().url_patterns  # noqa: B018 - imports every view
    for language in ("vi", "fr", "en"):
        with translation.override(language):
            translation.gettext("")
    for path in PRELOADED:
        module, _, name = path.partition(":")
        getattr(import_module(module), name)()
    for path in WARMED:
        _ask(application, path)
    metrics.forget_warming()
    # Connections are not shared across a fork.
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
    if threading.active_count() > 1:
        log.warning("supervisor.threads_before_fork", extra={"count": threading.active_count()})
    return application


def _ask(application: Callable[..., Any], path: str) -> None:
    """Ask for a page without a network and throw the answer away."""
    from django.conf import settings as node

    requests = logging.getLogger("dinh.request")
    level = requests.level
    requests.setLevel(logging.ERROR)
    try:
        answer = application(
            {
                "REQUEST_METHOD": "GET", "PATH_INFO": path, "SERVER_NAME": node.ALLOWED_HOSTS[0],
                "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
                "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
            },
            lambda status, headers, exc_info=None: lambda data: None,
        )  # fmt: skip
        answer.close()
    finally:
        requests.setLevel(level)


def serve(listener: socket.socket, application: Callable[..., Any]) -> None:
    """Serve until told to end (the work of one child)."""
    Web(listener, application).run()
