"""What stands on a record's page beside its values: where each version comes from, and what a filter shows."""

from __future__ import annotations

from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.models import Account
from dinh.directory.tests.cast import Cast
from dinh.registers import actions
from dinh.registers.models import Record
from dinh.registers.scans.keying import PICTURE
from dinh.web.desk import telling
from dinh.web.desk.tests.conftest import Seat
from dinh.web.desk.tests.making import make_dossier
from dinh.web.desk.tests.proving import make_row


def test_a_version_leads_to_the_dossier_whose_decision_it_is(
    officer: Account, cast: Cast, at_desk: Seat
) -> None:
    row, dossier = make_row(cast.cocsan, "HS1"), make_dossier(cast)  # no result was issued
    row = actions.amend(
        row=row, changes={"school": "Trường Ún Tà"}, reason="Quyết định", provenance="dossier",
        provenance_id=dossier.pk, by=cast.leader, at=timezone.now(),
    )  # fmt: skip

    for reader, address in ((cast.leader, f"/vi/desk/dossier/{dossier.number}/"), (officer, "")):
        page = at_desk(reader).get(f"/vi/desk/records/{row.pk}/")
        assert page.context["versions"][0]["link"] == (
            address,
            dossier.number,
        )  # named to whom it is not open


def test_a_picture_keyed_here_has_no_line_and_the_name_of_a_file_has_one() -> None:
    shape = store.get().registers["paper_deaths"]
    field = shape.field("scan")
    assert field is not None
    for text, lines in ((f"{PICTURE}0", 0), ("khai-tu-1998.pdf", 1)):
        assert (
            len(telling.lines([field], Record(register=shape.id, data={"scan": text}), "vi", shape)) == lines
        )


def test_the_filter_of_states_says_that_those_in_force_are_shown(
    officer: Account, cast: Cast, at_desk: Seat
) -> None:
    html = at_desk(officer).get("/vi/desk/registers/pupils/").content.decode()

    assert '<option value="">Có hiệu lực</option>' in html
