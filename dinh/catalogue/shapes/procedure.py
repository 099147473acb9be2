"""A procedure: what is asked, of whom, in how many days, for what fee, through which steps, to what result.

Expressions (`visible_if`, `required_if`, `eligible_if`, `if`) are of the *form*
profile and name answers by field id ("child.birth"); see `catalogue.expressions`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field as F

from dinh.catalogue.shapes.base import Declaration, Id, Item, Text

FieldType = Literal[
    "text",  # one line; max_length
    "long_text",  # several lines; max_length
    "name",  # a person's full name
    "date",  # a full date, ISO in answers
    "partial_date",  # day or month may be unknown; ISO prefix in answers
    "year",
    "time",  # HH:MM
    "choice",  # one of `list` or `options`; its code in answers
    "yes_no",  # true or false
    "integer",  # minimum, maximum
    "money",  # whole VND
    "citizen_number",  # 12 digits (9 accepted as an old number)
    "phone",
    "email",
    "place",  # a unit id, chosen by search; see directory.queries.find_places
    "household",  # a household of the population, by code
    "record",  # a record of `register`, chosen by search (the birth to copy)
    "people",  # a table of persons: rows of {full_name, birth, sex, number, relation}
    "decimal",  # a number with `decimals` digits after the point, as text: "125.4"; registers only
    "geometry",  # a GeoJSON Point, Polygon or MultiPolygon in WGS 84; registers only
]


class Option(Declaration):
    """One choice of a small closed list that only this field uses."""

    code: str = F(description="Value kept in the answers")
    title: Text


class Field(Declaration):
    """One question. Its id is stable for ever: answers, versions and diffs name it."""

    id: str = F(
        pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$",
        description='"full_name", or "child.full_name" once used',
    )
    title: Text = F(description="The question's label")
    help: Text | None = F(default=None, description="One sentence under the label")
    type: FieldType = F(description="What an answer looks like, and which control is shown")
    required: bool = F(default=False, description="Must be answered")
    required_if: str = F(default="", description="Must be answered when this holds")
    visible_if: str = F(default="", description="Asked only when this holds; a hidden answer is dropped")
    list: str = F(default="", description="Id of a catalogue list, for type choice")
    options: tuple[Option, ...] = F(default=(), description="Choices of its own, for type choice")
    register_id: str = F(default="", description="Register to search, for type record")
    minimum: int | None = F(default=None, description="Smallest integer, or money in VND")
    maximum: int | None = F(default=None, description="Largest integer, or money in VND")
    max_length: int = F(default=200, ge=1, le=4000, description="Characters")
    levels: tuple[Literal["province", "commune", "village"], ...] = F(
        default=("commune",), description="For type place: what may be chosen"
    )
    within: str = F(default="", description="For type place: only inside the unit answered in this field")
    default: str | int | bool | None = F(
        default=None, description="Chosen beforehand; the person may change it"
    )
    not_after_today: bool = F(default=False, description="For dates: the future is refused")
    not_before: str = F(default="", description="For dates: not before the day answered in this field")
    prefill: tuple[str, ...] = F(
        default=(),
        description='Where the answer may be known, first match wins: "applicant.full_name" (the person who files), '
        '"subject.birth" (the person whom the dossier is about), "mother.full_name" (the person whose number is '
        'answered in group "mother"), "household.head.full_name" (the household of the person who files), '
        '"record.births.mother_name" (their record; "record.births.id" is the record itself), '
        '"answer.applicant.residence" (another answer). In a shared group "self.birth" means the person of the '
        'group. A source may end in " if EXPRESSION": see `layout.prefill_sources`',
    )
    identity: str = F(
        default="",
        description='Part of a person\'s identity for verification: "applicant.number", "applicant.full_name", '
        '"applicant.birth", "subject.number", ...; in a shared group "self.number"',
    )
    autocomplete: str = F(default="", description='HTML autocomplete token ("name", "bday", "tel", ...)')
    example: str = F(default="", description="Shown as an example in the help")
    effect: bool = F(default=True, description="Part of the digest of legal effect")


class FieldGroup(Item):
    """Questions asked in the same way by many procedures (`catalogue/forms/`)."""

    fields: tuple[Field, ...] = F(min_length=1)


class UseGroup(Declaration):
    """A shared field group of `catalogue/forms/`, used here under a name."""

    use: Id = F(description="Id of the form (field group)")
    name: str = F(default="", description='Prefix of the ids: "child" makes "child.full_name"')
    title: Text | None = F(default=None, description="Heading in place of the group's own")
    omit: tuple[str, ...] = F(default=(), description="Field ids of the group left out")
    prefill: dict[str, tuple[str, ...]] = F(
        default_factory=dict, description="Field id of the group -> sources asked before the group's own"
    )
    visible_if: str = F(default="", description="The whole group is asked only when this holds")


class Page(Declaration):
    """One page of the form: a heading and a few questions that belong together."""

    id: Id
    title: Text
    help: Text | None = None
    visible_if: str = F(default="", description="The page is skipped unless this holds")
    groups: tuple[UseGroup, ...] = F(default=(), description="Shared groups, shown first")
    fields: tuple[Field, ...] = F(default=(), description="Questions of this procedure alone")


class Document(Declaration):
    """A paper to hand in."""

    id: Id
    title: Text
    required: bool = False
    required_if: str = ""
    visible_if: str = F(default="", description="Spoken of only when this holds")
    help: Text | None = None
    copy_kind: Literal["original", "copy", "electronic"] = F(default="electronic", description="`LoaiBan`")
    accepts: tuple[Literal["pdf", "jpg", "png"], ...] = ("pdf", "jpg", "png")
    held_as: tuple[str, ...] = F(
        default=(),
        description='Where the house may already hold it: "result:birth_registration", "register:births"; '
        "asking for a paper that is always held is a fault",
    )


class TimeLimit(Declaration):
    """How long the office has."""

    value: int = F(ge=0, description="In `unit`")
    unit: Literal["at_once", "same_day", "half_working_day", "working_day", "day"]
    cutoff: str = F(
        default="",
        pattern=r"^(\d\d:\d\d)?$",
        description='"15:00": received later counts as the next working day',
    )
    calendar: Literal["office", "police"] = F(default="office", description="Whose desk hours count")
    source: str


class Fee(Declaration):
    """One line of what is paid."""

    id: Id
    title: Text
    kind: Literal["phi", "le_phi"] = F(description="Phí (fee) or lệ phí (charge): separate lines in law")
    amount_vnd: int = F(ge=0)
    online_vnd: int | None = F(default=None, ge=0, description="When filed online, if different")
    per: str = F(default="", description='Field whose value multiplies the amount: "copies"')
    maximum_vnd: int | None = None
    formula: str = F(
        default="",
        description="Expression that gives the whole amount in VND, where law has steps; replaces `amount_vnd`, "
        "`per` and `maximum_vnd`, which then only illustrate. See `catalogue.fees.lines`",
    )
    owed_if: str = F(default="", description="The line exists only when this holds")
    exempt_if: str = F(default="", description="The line exists, with 0 to pay, when this holds")
    local: bool = F(default=False, description="Set by each province: an example here")
    source: str


class Eligibility(Declaration):
    """A condition told before filing; the person is stopped kindly when it does not hold."""

    condition: str = F(description="Must hold, or be unknown so far")
    message: Text = F(description="Why not, and what to do instead")
    source: str


class Step(Declaration):
    """One step of the internal process."""

    id: Id
    title: Text
    kind: Literal["receive", "examine", "approve", "return"]
    role: Id = F(description="Role that may do it")
    share: int = F(ge=0, le=100, description="Part of the time limit, in percent")
    on_site: bool = F(default=True, description="Meant to be done at the centre")


class Effect(Declaration):
    """What approval changes in the records of the house. Values are expressions over answers.

    `person` is a citizen number, or the rows of a `people` answer: then the effect
    happens once for each row. `today` is the day of the decision.
    """

    kind: Literal[
        "enter_record",  # into `register`, with `values`
        "register_person",  # a person is born to the population: full_name, sex, birth, mother_number, ...
        "close_person",  # a person died: person, died_on
        "move_residence",  # permanent: person, unit, village, household|household_head, address, from_on, relation
        "add_residence",  # temporary or stay: person, kind, unit, village, address, from_on, until_on
        "copy_record",  # nothing changes; the result shows the record named by `values.record`
    ]
    register_id: str = F(default="", description="Register for enter_record")
    values: dict[str, str] = F(default_factory=dict, description="Target name -> expression over answers")
    condition: str = F(default="", description="Only when this holds")


class ResultVariant(Declaration):
    """Another paper than the usual one, for some answers."""

    condition: str = F(description="Used when this holds; the first that holds wins")
    title: Text
    template: Id
    number_format: str = ""


class ResultPaper(Declaration):
    """What the citizen receives."""

    title: Text
    template: Id = F(description="Id of a paper template; empty results are not allowed")
    signers: tuple[Literal["leader", "agency"], ...] = ("leader", "agency")
    number_format: str = F(
        default="",
        description='Python format of {sequence} {year} {agency}, e.g. "{sequence}/{year}/TLKS-BS"',
    )
    variants: tuple[ResultVariant, ...] = F(
        default=(), description="Other papers for some answers; see `layout.result_paper`"
    )
    source: str = ""


class Procedure(Item):
    """One administrative procedure (thủ tục hành chính)."""

    version: str = F(description="Declared by hand; the same version with another digest is refused")
    code: str = F(pattern=r"^\d\.\d{6}$", description="National code (mã TTHC)")
    summary: Text = F(description="Two sentences in everyday words: what it is for, what you get")
    sector: Id = F(description="Entry of list `sectors`")
    words: tuple[str, ...] = F(default=(), description="Everyday words people search with, in any language")
    online: Literal["full", "partial", "none"] = F(description="Toàn trình, một phần, không")
    online_reason: Text | None = F(default=None, description="Why not fully online; published by law")
    competent_office: Literal["peoples_committee", "police", "culture_social"]
    reception_office: Literal["service_centre", "police"] = "service_centre"
    any_commune: bool = F(default=False, description="May be asked of any commune")
    for_others: bool = F(default=True, description="May be asked for somebody else")
    time_limit: TimeLimit
    extension: TimeLimit | None = F(default=None, description="When verification is needed")
    fees: tuple[Fee, ...] = ()
    eligibility: tuple[Eligibility, ...] = ()
    pages: tuple[Page, ...] = F(min_length=1)
    documents: tuple[Document, ...] = ()
    consents: tuple[Id, ...] = F(default=(), description="Whose agreement is needed: list `consents`")
    steps: tuple[Step, ...] = F(min_length=2)
    exclusive: tuple[tuple[Id, Id], ...] = F(
        default=(("examine", "approve"),), description="Pairs of steps that one person may not both do"
    )
    summary_line: str = F(
        default="",
        description='One line for the leader, with {field ids}: "{child.full_name}, {child.birth}"',
    )
    subject: str = F(
        default="applicant",
        description='Group that names the person the dossier is about: "child", "deceased"',
    )
    effects: tuple[Effect, ...] = ()
    corrects: tuple[Id, ...] = F(
        default=(),
        description="Registers whose row about the subject an approval may put right (number, name, birth, sex), where "
        "the examiner marked it; the dossier is its provenance",
    )
    result: ResultPaper
    uncertain: tuple[str, ...] = F(default=(), description="What is not yet confirmed in law, in plain words")
    forms: tuple[FieldGroup, ...] = F(
        default=(),
        description="Never written by hand: the shared groups it uses, as they were at this version",
    )
