"""A change of places is proved by a signed report; when it is undone, the report is revoked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dinh.directory.changes.undoing import undo
from dinh.directory.models import UnitVersion
from dinh.directory.tests.cast import Cast, make_account
from dinh.directory.tests.changes.settings import NOON, amendment, applied, code_of, merger
from dinh.journal.models import Entry
from dinh.lib.errors import Broken
from dinh.papers import blobs, proofs
from dinh.papers.issuing import issue_paper
from dinh.papers.models import Paper
from dinh.papers.signing import authority
from dinh.papers.tests.test_signing import pdfsig

pytestmark = pytest.mark.django_db


def entry(kind: str) -> Entry:
    return Entry.objects.get(kind=f"directory.change_{kind}")


def test_the_office_that_goes_on_signs_the_proof_and_undoing_revokes_it(
    cast: Cast, home: Path, tmp_path: Path
) -> None:
    change = applied(merger())

    for _twice in range(2):
        proofs.on_change(entry("applied"))

    with pytest.raises(Broken):  # not drawn yet: tried again
        proofs.on_change(Entry(kind="directory.change_undone", subject=change.pk))
    paper = issue_paper(Paper.objects.get().pk, at=NOON)
    assert paper.blob is not None
    assert paper.unit == UnitVersion.objects.get(name="Mây Xanh").unit_id
    said = pdfsig(blobs.path_of(paper.blob.pk).read_bytes(), tmp_path, authority.root_path())
    assert said.count("Signature is Valid.") == 1 and "Ủy ban nhân dân xã Mây Xanh" in said
    values = paper.data["values"]
    assert values["digest"] == change.proof_digest and values["equal"]
    assert {"xã Cốc San (02746)"} <= set(values["before"])

    undo(change=change, by=None, at=NOON + timedelta(hours=1))
    proofs.on_change(entry("undone"))

    paper.refresh_from_db()
    assert paper.state == Paper.State.REVOKED and paper.revoked_because
    proofs.on_change(entry("applied"))
    assert Paper.objects.count() == 1


def test_of_a_village_with_a_new_name_the_commune_signs(cast: Cast, home: Path) -> None:
    account = make_account("tinh", "Hoàng Quản Tỉnh", title="Quản trị viên")
    told = {"unit": code_of(cast.un_ta, NOON.date()), "name": "Ún Tà Hai"}
    change = applied(amendment("rename", told))
    change.applied_by = account.pk

    paper = proofs.ask(change, at=NOON)

    assert paper.unit == cast.cocsan.pk
    assert paper.data["values"]["who"] == "Hoàng Quản Tỉnh, Quản trị viên"


@pytest.mark.parametrize(("first", "shown"), [(True, ["9"]), (False, ["4"])])
def test_every_table_is_shown_once_also_where_only_villages_changed(first: bool, shown: list[str]) -> None:
    def line(table: str, rows: int) -> dict[str, object]:
        return {"table": table, "before": {"rows": rows}, "after": {"rows": rows}, "moved": 0, "equal": True}

    told = [line("population.household", 9)] if first else []

    found = list(proofs.lines({"lines": [*told, line("population.household.village", 4)]}))

    assert [one["before"] for one in found] == shown
