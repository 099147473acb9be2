"""A small world with two communes, peopled alike, for tests of who may see and do what.

Everything that a path can name stands in both: a citizen with a household, a draft, a request that waits and one
that is decided, its record and paper, files, an import, a closed day, an account of every role. The words by which
one commune's rows would be recognised stand in `Commune.marks`: they may appear in no answer to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
from django.utils import timezone

from dinh.catalogue import store
from dinh.directory.models import Account, Closure, Delegation, Grant, Level, Office, Unit
from dinh.directory.tests.cast import (
    Cast,
    enrol,
    make_account,
    make_delegation,
    make_field_staff,
    make_grant,
    make_unit,
    people,
)
from dinh.dossiers import actions
from dinh.dossiers.models import Attachment, Dossier, Draft
from dinh.dossiers.tests import world as acts
from dinh.dossiers.tests.world import World, settled
from dinh.lib.ids import uuid7
from dinh.outreach.models import Area, Member, Team
from dinh.papers.actions import keep
from dinh.papers.models import Blob, Paper
from dinh.population import actions as population
from dinh.population.models import Household, Import, Person
from dinh.registers.models import Record, ScanBook, ScanEntry, ScanFile, ScanPage
from dinh.verification.models import Finding, Submission
from dinh.verification.runs import files
from dinh.web.desk import incoming
from dinh.web.desk.models import SavedFilter

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n%% NAME\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PROCEDURE, SECTOR, REGISTER = "certified_copy", "certification", "certified_copies"
SEATS = {  # the field of the cast that holds each role
    "reception_officer": "reception",
    "civil_status_officer": "examiner",
    "social_officer": "social",
    "police_officer": "police_officer",
    "police_chief": "police_chief",
    "leader": "leader",
    "clerk": "clerk",
    "administrator": "administrator",
    "auditor": "auditor",
}


@dataclass(frozen=True)
class Scans:
    """A paper book that is being digitised: one page, one entry keyed by the clerk."""

    book: ScanBook
    page: ScanPage
    entry: ScanEntry


@dataclass(frozen=True)
class Commune:
    """One commune and one of everything that belongs to it."""

    unit: Unit
    offices: dict[str, Office]
    staff: dict[str, Account]  # by role
    citizen: Account
    person: Person
    household: Household
    waiting: Dossier  # filed
    decided: Dossier  # approved
    record: Record
    paper: Paper
    failed: Paper
    attachment: Attachment
    draft: Draft  # the citizen's own
    helped: Draft  # one that the reception officer fills with them
    helped_file: Attachment
    plan: Import
    closure: Closure
    grant: Grant
    delegation: Delegation
    filter: SavedFilter
    finding: Finding  # about the record
    run: Submission  # a file that was handed in and verified
    scans: Scans
    team: Team  # of the village of the household

    @property
    def marks(self) -> frozenset[str]:
        """Return what no answer to somebody without rights here may hold."""
        return frozenset(
            {
                self.person.full_name, self.person.number or "", self.household.code, self.waiting.number,
                self.decided.number, str(self.waiting.pk), self.draft.code, self.helped.code, self.plan.filename,
                self.paper.check_code, self.failed.check_code, str(self.failed.pk), self.attachment.filename,
                str(self.record.pk), str(self.finding.pk), str(self.run.pk), self.run.filename,
                self.scans.book.title, str(self.scans.page.pk), self.team.name, str(self.team.pk),
            }
            - {""}
        )  # fmt: skip

    @property
    def names_of_staff(self) -> frozenset[str]:
        """Return the names of those who work here, which only their own administrator lists."""
        return frozenset(account.full_name for account in self.staff.values())


@dataclass(frozen=True)
class House:
    """Both communes, and who belongs to neither."""

    here: Commune
    there: Commune
    neighbour: Account  # another citizen of the same commune
    province: Account


def build() -> House:
    """Make everything, by the real acts where there is one."""
    cast = people()
    world = settled(cast)
    here = _furnish(cast, world, "cocsan")
    here.staff["data_officer"] = _data_officer(cast)
    there = _furnish(*_next_commune(cast), "muonghum")
    return House(here, there, cast.representative, cast.province_viewer)


def _data_officer(cast: Cast) -> Account:
    """Return who brings registers in; one is enough, because nobody else's role lets them."""
    account = make_account("cs-data", "Tẩn Thị Số Liệu", unit=cast.cocsan)
    make_grant(account, "data_officer", cast.cocsan, office=cast.offices["culture_social"])
    enrol([account])
    return account


def _next_commune(cast: Cast) -> tuple[Cast, World]:
    village = make_unit(
        Level.VILLAGE, "02728-01", "Séo Pờ Hồ", "thôn", cast.next_commune, search_key="seo po ho thon"
    )
    seats: dict[str, Any] = {
        "reception": cast.next_reception,
        "leader": cast.next_leader,
        "administrator": cast.next_administrator,
    }
    for number, (role, seat) in enumerate(SEATS.items()):
        if seat not in seats:
            account = make_account(f"mh-{seat}", f"Tẩn Láo Tả Số {number}", unit=cast.next_commune)
            make_grant(account, role, cast.next_commune, office=cast.next_offices["peoples_committee"])
            enrol([account])
            seats[seat] = account
    before = datetime.combine(date(2025, 7, 1), timezone.localtime().timetz())
    more: dict[str, Any] = {"by": None, "at": before}
    household = population.register_household(
        unit=cast.next_commune, village=village, address="nhà 31", code="02728-00031", **more
    )
    person = population.register_person(
        full_name="Giàng A Pháo", sex="1", birth="1988-04-09", number="010088007777", ethnicity="05",
        relation="00", unit=cast.next_commune, household=household, **more,
    )  # fmt: skip
    population.set_head(household=household, person=person, **more)
    person.refresh_from_db()
    household.refresh_from_db()
    citizen = make_account("phao", "Giàng A Pháo", Account.Kind.CITIZEN, person=person.pk)
    moved = replace(
        cast, cocsan=cast.next_commune, un_ta=village, tan_son=village, offices=cast.next_offices,
        citizen=citizen, **seats,
    )  # fmt: skip
    return moved, World(moved, person, person, person, person, household, None)  # type: ignore[arg-type]


def _furnish(cast: Cast, world: World, name: str) -> Commune:
    at = timezone.now() - timedelta(days=1, hours=4)
    answers = _answers(world)
    waiting = acts.filed(world, PROCEDURE, at, answers)
    decided = acts.approved(world, PROCEDURE, at, answers)
    record = Record.objects.get(register=REGISTER, unit=cast.cocsan)
    paper = Paper.objects.filter(subject=decided.pk).exclude(template="receipt").latest("requested_at")
    own = keep(PDF.replace(b"NAME", name.encode()), at)
    Paper.objects.filter(pk=paper.pk).update(state="issued", issued_at=at, blob=own)
    failed = Paper.objects.get(subject=decided.pk, template="receipt")
    Paper.objects.filter(pk=failed.pk).update(state="issued", issued_at=at, blob=own)
    failed.pk, failed.check_code, failed.state = uuid7(), f"0{name[:9]}".upper(), Paper.State.FAILED
    failed.save(force_insert=True)
    attachment = waiting.attachments.first()
    assert attachment is not None
    Attachment.objects.filter(pk=attachment.pk).update(filename=f"giay-to-{name}.pdf", blob=own)
    draft = acts.begun(world, "civil_status_extract_copy", at=at)
    helped, helped_file = _helped(world, at)
    clerk = cast.clerk
    staff = {role: getattr(cast, seat) for role, seat in SEATS.items()}
    staff |= make_field_staff(cast.cocsan, cast.un_ta, "" if name == "cocsan" else "mh-")
    for row in (paper, failed, attachment):
        row.refresh_from_db()
    return Commune(
        unit=cast.cocsan, offices=cast.offices, staff=staff, team=_team(cast, staff, name),
        citizen=cast.citizen, person=world.phuc, household=world.household, waiting=waiting, decided=decided,
        record=record, paper=paper, failed=failed, attachment=attachment, draft=draft, helped=helped,
        helped_file=helped_file, plan=_plan(cast, name, at), grant=Grant.objects.get(account=clerk),
        closure=Closure.objects.create(
            office=cast.offices["service_centre"], on=date(2027, 3, 1), reason=f"Bão {name}"
        ),
        delegation=make_delegation(Grant.objects.get(account=cast.leader), clerk, date(2026, 1, 1), date(2026, 1, 2)),
        filter=SavedFilter.objects.create(account=cast.reception, name=f"Lọc {name}", query="view=all", created_at=at),
        finding=Finding.objects.create(
            record=record, register=REGISTER, unit=cast.cocsan, kind=Finding.Kind.CHOOSE, code="uncertain", gain=1.0,
            record_version=record.version, found_at=at,
        ),
        run=_run(cast, name, at), scans=_scans(cast, name, own, at),
    )  # fmt: skip


def _team(cast: Cast, staff: Mapping[str, Account], name: str) -> Team:
    since = date(2025, 7, 1)
    team = Team.objects.create(
        unit=cast.un_ta, kind=Team.Kind.VILLAGE, name=f"Tổ công nghệ số {name}", opened_on=since
    )
    Area.objects.create(team=team, village=cast.un_ta, from_on=since)
    for role, account in (("leader", staff["team_leader"]), ("member", staff["volunteer"])):
        Member.objects.create(team=team, account=account, role=role, from_on=since)
    return team


def _scans(cast: Cast, name: str, blob: Blob, at: datetime) -> Scans:
    book = ScanBook.objects.create(
        register=REGISTER,
        unit=cast.cocsan,
        title=f"Sổ giấy {name}",
        year=1994,
        pages_in_book=2,
        by=cast.clerk.pk,
        at=at,
    )
    file = ScanFile.objects.create(book=book, filename=f"quet-{name}.pdf", blob=blob, by=cast.clerk.pk, at=at)
    page = ScanPage.objects.create(
        book=book, place=1, file=file, file_page=1, blob=blob, width=300, height=400, at=at
    )
    entry = ScanEntry.objects.create(
        book=book, page=page, place=1, number="1", first={"number": "1", "on": "1994-05-03", "data": {}},
        first_by=cast.clerk.pk, first_at=at,
    )  # fmt: skip
    return Scans(book, page, entry)


def _run(cast: Cast, name: str, at: datetime) -> Submission:
    run = Submission.objects.create(
        register=REGISTER, unit=cast.cocsan, source=Submission.Source.FILE, filename=f"doi-soat-{name}.csv",
        state=Submission.State.DONE, at=at, finished_at=at,
    )  # fmt: skip
    answer = files.answer(run)
    answer.parent.mkdir(parents=True, exist_ok=True)
    duckdb.sql("select 1 rid, null::varchar pid, null::varchar second_pid").write_parquet(str(answer))
    return run


def _answers(world: World) -> Mapping[str, Any]:
    return {
        "applicant.number": world.phuc.number,
        "applicant.full_name": world.phuc.full_name,
        "applicant.birth": world.phuc.birth,
        "applicant.residence": f"nhà 12, {world.household.code}",
    }


def _helped(world: World, at: datetime) -> tuple[Draft, Attachment]:
    officer = world.cast.reception
    draft = actions.begin_draft(
        procedure=store.get_procedure(PROCEDURE), unit=world.cast.cocsan, account=None, person=world.phuc, at=at,
        helper=officer, consent={"how": "spoken", "witness": ""},
    )  # fmt: skip
    file = actions.attach(
        to=draft, document="original", blob=keep(PDF, at), filename="quay.pdf", by=officer, at=at
    )
    return draft, file


def _plan(cast: Cast, name: str, at: datetime) -> Import:
    digest = incoming.keep([f"ho_ten\n{name}\n".encode()])
    return Import.objects.create(
        unit=cast.cocsan, blob=digest, filename=f"nhan-khau-{name}.csv", state=Import.State.CHECKED, rows=1,
        good=0, by=cast.administrator.pk, at=at,
    )  # fmt: skip
