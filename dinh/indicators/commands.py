"""`dinh indicators`: count again, tell how figures stand, explain one in words."""

from __future__ import annotations

import argparse
import sys

LANGUAGES = ("vi", "fr", "en")


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `dinh indicators rebuild|status|explain`."""
    figures = subparsers.add_parser("indicators", help="figures: count again, state, explanation in words")
    verbs = figures.add_subparsers(dest="verb", required=True, metavar="VERB")

    rebuild = verbs.add_parser(
        "rebuild",
        help="count everything again and compare",
        description="Counts all measures from their rows, writes what differs and tells it. Nothing locked changes.",
    )
    rebuild.add_argument("views", nargs="*", metavar="VIEW", help="only these published views")
    rebuild.set_defaults(run=_rebuild)

    status = verbs.add_parser("status", help="last countings, what waits to be counted, open questions")
    status.set_defaults(run=_status)

    explain = verbs.add_parser("explain", help="an indicator or measure in words")
    explain.add_argument("id", help="id of an indicator or measure")
    explain.add_argument("--language", choices=LANGUAGES, default="vi")
    explain.set_defaults(run=_explain)


def _rebuild(arguments: argparse.Namespace) -> int:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from dinh.indicators.engine import recount

    run = recount.rebuild(timezone.now(), views=arguments.views or None)
    message = _("Counted in %(seconds).1f s: %(sources)s views and communes, %(changed)s figures differed.")
    seconds = (run.ended_at - run.started_at).total_seconds()
    _say(message % {"seconds": seconds, "sources": run.sources, "changed": run.changed})
    for view, count in run.detail.items():
        _say(f"  {count:8} {view}")
    return 0


def _status(arguments: argparse.Namespace) -> int:
    from django.utils.translation import gettext as _

    from dinh.indicators.models import Cell, Flag, Period, Run, Source

    _say(_("figures kept: %(count)s") % {"count": Cell.objects.count()})
    waiting = Source.objects.filter(touched_at__isnull=False).count()
    _say(_("views and communes that wait to be counted: %(count)s") % {"count": waiting})
    _say(_("months locked: %(count)s") % {"count": Period.objects.filter(state=Period.State.LOCKED).count()})
    _say(
        _("questions without an answer: %(count)s")
        % {"count": Flag.objects.filter(state=Flag.State.OPEN).count()}
    )
    for run in Run.objects.order_by("-started_at")[:5]:
        seconds = (run.ended_at - run.started_at).total_seconds()
        _say(
            f"  {run.started_at:%Y-%m-%d %H:%M} UTC  {run.kind:8} {seconds:7.1f} s  "
            f"{run.changed:8} {_('changed')}  {run.drifted:8} {_('drifted')}"
        )
    return 0


def _explain(arguments: argparse.Namespace) -> int:
    from dinh.indicators.queries.explaining import explain

    for line in explain(arguments.id, arguments.language).lines():
        _say(line)
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
