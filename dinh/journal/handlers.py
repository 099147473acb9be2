"""What happens after an entry is sealed: handlers, each run in a task (`tasks`) that is tried until it succeeds.

A handler is named in `settings.DINH_HANDLERS` (a dotted path to a tuple of
`Handler`; by default `dinh.config.handlers:HANDLERS`). It takes the sealed entry
and must be idempotent: a crash between its work and the mark that it is done
runs it again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from uuid import UUID

from django.conf import settings

from dinh.journal.models import Entry

LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True)
class Handler:
    """What is called for which entries.

    kinds  kinds of entries; "dossiers.*" means every kind of that package
    task   "package.module:function", a function that takes the entry and is idempotent
    queue  the queue of its task: "papers" for what renders or signs, else "default"
    """

    kinds: tuple[str, ...]
    task: str
    queue: str = "default"

    def wants(self, kind: str) -> bool:
        """Return whether entries of this kind are handed to it."""
        return any(fnmatchcase(kind, pattern) for pattern in self.kinds)


def all_handlers() -> tuple[Handler, ...]:
    """Return the node's handlers in their order."""
    return _load(getattr(settings, "DINH_HANDLERS", "dinh.config.handlers:HANDLERS"))


def run(task: str, entry_id: UUID) -> None:
    """Call the handler with the entry; whatever it raises passes through."""
    _function(task)(Entry.objects.get(pk=entry_id))


def wait_after(tries: int) -> timedelta:
    """Return how long to wait after this many failed tries."""
    return min(timedelta(seconds=5 * 2 ** min(tries - 1, 20)), LONGEST_WAIT)


@lru_cache(maxsize=8)
def _load(path: str) -> tuple[Handler, ...]:
    module, _, name = path.replace(":", ".").rpartition(".")
    handlers: tuple[Handler, ...] = getattr(import_module(module), name)
    return handlers


def _function(path: str) -> Callable[[Entry], object]:
    module, _, name = path.replace(":", ".").rpartition(".")
    function: Callable[[Entry], object] = getattr(import_module(module), name)
    # A handler may also be a task of its own package; then its plain function is called here.
    return getattr(function, "func", function)
