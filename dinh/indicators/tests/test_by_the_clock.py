"""What the worker and the commands do: first everything, then what entries touch, and words for people."""

from __future__ import annotations

import argparse
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from dinh.indicators import commands, tasks
from dinh.indicators.models import Flag, Run, Source
from dinh.indicators.tests.conftest import Land
from dinh.indicators.tests.sheep import declare, indicator, measure, put
from dinh.journal.testing import settle
from dinh.lib.dates import local_date


@pytest.fixture
def shorn(land: Land, monkeypatch: Any) -> Land:
    declare(monkeypatch, measure("shorn"), indicator("shorn_sum", numerator="shorn"))
    last_month = local_date(timezone.now()).replace(day=1) - timedelta(days=1)
    put(25, unit=land.a, village=land.x, shorn_on=last_month)
    put(5, unit=land.a, village=land.x, shorn_on=last_month.replace(day=1))
    return land


def test_a_new_node_counts_everything_and_looks_for_what_is_odd(shorn: Land) -> None:
    tasks.prove()
    settle()

    (run,) = Run.objects.exclude(kind=Run.Kind.TOUCHED)
    assert (run.changed, run.drifted) == (1, 0)
    assert [flag.check_id for flag in Flag.objects.all()] == ["late_burst"]

    tasks.follow()
    assert not Source.objects.filter(touched_at__isnull=False).exists()
    tasks.prove()
    assert not DBTaskResult.objects.ready().exists()


def test_commands_count_tell_and_explain(shorn: Land, capsys: Any) -> None:
    parser = argparse.ArgumentParser()
    commands.add_commands(parser.add_subparsers())

    with translation.override("en"):
        for words in (["rebuild"], ["status"], ["explain", "shorn_sum", "--language", "en"]):
            arguments = parser.parse_args(["indicators", *words])
            assert arguments.run(arguments) == 0
    said = capsys.readouterr().out

    assert "1 figures differed" in said
    assert "figures kept: 1" in said
    assert "rows of “facts_sheep”, in the month of “shorn_on”" in said
    assert date.today().isoformat()[:4] in said
