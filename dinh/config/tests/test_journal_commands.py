from __future__ import annotations

import json
from typing import Any

import pytest

from dinh.config import cli
from dinh.journal import guards, sealer
from dinh.journal.models import Entry
from dinh.journal.tests.acts import make, rename

pytestmark = pytest.mark.django_db


def dinh(*words: str) -> int:
    arguments = cli.parser().parse_args(words)
    return int(arguments.run(arguments))


def test_verify_says_that_the_journal_holds(capsys: Any) -> None:
    make()
    sealer.seal_once()

    assert dinh("journal", "verify") == 0
    assert "The journal holds." in capsys.readouterr().out


def test_verify_names_the_first_bad_position_and_exits_with_1(capsys: Any) -> None:
    for _ in range(3):
        make()
    sealer.seal_once()
    guards.remove()
    Entry.objects.filter(pk=Entry.objects.order_by("id")[1].pk).update(actor=None)

    assert dinh("journal", "verify") == 1
    assert "log, position 2, seal 1: a column was changed" in " ".join(capsys.readouterr().out.split())
    assert dinh("journal", "verify", "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["faults"][0]["position"], told["faults"][0]["code"]) == (False, 2, "row_changed")


def test_show_lists_what_happened_to_a_subject(capsys: Any) -> None:
    thing = make()
    rename(thing, "hai")

    assert dinh("journal", "show", str(thing.pk)) == 0
    lines = capsys.readouterr().out.splitlines()
    assert ["things.made" in lines[0], "things.renamed" in lines[1], len(lines)] == [True, True, 2]
    assert dinh("journal", "show", "--json", str(thing.pk)) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[1])["body"] == {"set": {"name": "hai"}}
    assert dinh("journal", "show", "00000000-0000-0000-0000-000000000000") == 1


def test_seal_seals_what_waits(capsys: Any) -> None:
    make()

    assert dinh("journal", "seal") == 0
    assert capsys.readouterr().out == "1 items sealed.\n"
