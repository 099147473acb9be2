"""What a phone sends, kind by kind: the closed shape of each body, and an operation read from its plain JSON.

An operation is `{v, op_id, device, seq, prev, actor, kind, form, form_version, form_sha256, entity, base_version,
trunk_version, captured_at, clock, receipt, replaces, body}`. Its digest is SHA-256 of its bytes as they were sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from dinh.lib.errors import Fault
from dinh.outreach.rules.reasons import Unacceptable

Note = Annotated[str, StringConstraints(max_length=400)]
Code = Annotated[str, StringConstraints(max_length=40, pattern=r"^[a-z0-9_.]*$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Minutes = Annotated[int, Field(ge=0, le=24 * 60)]
Outcome = Literal["met", "absent", "refused", "moved"]
Urgency = Literal["low", "normal", "urgent"]
Way = Literal["qr", "list", "walkin"]
S = TypeVar("S", bound=BaseModel)
EntityType = Literal[
    "household", "person", "village", "visit", "assignment", "assistance", "difficulty", "dossier", "workshop"
]  # fmt: skip
NOT_READ = _("This could not be read.")


class Body(BaseModel):
    """What a kind holds: closed, so that nothing a phone sends is ignored in silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Visit(Body):
    """A member came to a house. A re-visit names the visit that it `checks` and whether the house `agrees`."""

    household: UUID
    outcome: Outcome
    met: tuple[UUID, ...] = ()
    minutes: Minutes | None = None
    companion_badge: Annotated[str, StringConstraints(max_length=9)] = ""
    checks: UUID | None = None
    agrees: bool | None = None
    slip: Annotated[str, StringConstraints(max_length=12)] = ""
    note: Note = ""


class Assistance(Body):
    """Help given during a visit; `ladder` says what the member saw afterwards: {"electronic_id": 2}."""

    visit: UUID | None = None
    household: UUID
    person: UUID | None = None
    kind: Code
    outcome: Code
    appointment_on: date | None = None
    ladder: Mapping[Code, Annotated[int, Field(ge=0, le=9)]] = Field(default_factory=dict)
    note: Note = ""


class Consent(Body):
    """How the person let the member file for them; `proof` names a blob: the drawn signature, the audio."""

    how: Code
    witness: Annotated[str, StringConstraints(max_length=120)] = ""
    proof: Sha256 | None = None
    asked_by: UUID | None = None


class AttachedFile(Body):
    """A file sent apart (`PUT blob`), for one of the papers that the procedure asks for."""

    document: Code
    sha256: Sha256
    name: Annotated[str, StringConstraints(max_length=200)] = ""
    type: Literal["application/pdf", "image/jpeg", "image/png"]


class Filing(Body):
    """A request filled at a house: raw answers as typed, consent, files; numbers stay sealed until here."""

    visit: UUID | None = None
    household: UUID
    person: UUID
    about: UUID | None = None
    procedure: Code
    procedure_version: Annotated[str, StringConstraints(max_length=32)]
    answers: Mapping[str, Any]
    sources: Mapping[str, Literal["typed", "card", "paper", "register"]] = Field(default_factory=dict)
    sealed: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    attachments: tuple[AttachedFile, ...] = ()
    consent: Consent | None = None
    delivery_note: Note = ""


class Difficulty(Body):
    """What stood in somebody's way, in their words."""

    household: UUID | None = None
    village: UUID
    kind: Code
    procedure: Code = ""
    words: Annotated[str, StringConstraints(min_length=1, max_length=1000)]
    place: Annotated[str, StringConstraints(max_length=120)] = ""
    urgency: Urgency = "normal"


class Coverage(Body):
    """Network and power as seen at a house, or at a place of the village."""

    village: UUID
    household: UUID | None = None
    mobile: Code = ""
    broadband: bool | None = None
    power: Code = ""


class Facts(Body):
    """Fields of a household or a person: {field: [as the phone showed it, as it is now]}."""

    changes: Mapping[Code, tuple[Any, Any]] = Field(min_length=1)


class Correction(Body):
    """A rung that is lower than was thought, with the reason."""

    changes: Mapping[Code, tuple[Any, Any]] = Field(min_length=1)
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Newcomer(Body):
    """Somebody met who is not in the pack; the desk looks whether they are known elsewhere."""

    household: UUID
    full_name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    birth_year: Annotated[int, Field(ge=1900, le=2100)] | None = None
    sex: Literal["1", "2", "9"] = "9"
    relation: Code = ""
    note: Note = ""


class TaskDone(Body):
    """A task of the daily list was done."""

    assignment: UUID
    note: Note = ""


class TaskSkip(Body):
    """A task was not done, with the reason."""

    assignment: UUID
    reason: Code
    note: Note = ""


class ResultBrought(Body):
    """A result was carried home: of a dossier, or of an assistance."""

    dossier: UUID | None = None
    assistance: UUID | None = None
    note: Note = ""


class AnswerTold(Body):
    """The answer to a difficulty was told at the house."""

    difficulty: UUID
    note: Note = ""


class ConsentWithdrawn(Body):
    """The person takes back the consent under which a request was filed."""

    assistance: UUID
    note: Note = ""


class GatheringHeld(Body):
    """A workshop took place."""

    workshop: UUID
    present: Annotated[int, Field(ge=0, le=100_000)]
    note: Note = ""


class Attended(Body):
    """One person at a workshop, with what they could do before and after."""

    workshop: UUID
    person: UUID | None = None
    name: Annotated[str, StringConstraints(max_length=120)] = ""
    way: Way
    before: Mapping[Code, Annotated[int, Field(ge=0, le=2)]] = Field(default_factory=dict)
    after: Mapping[Code, Annotated[int, Field(ge=0, le=2)]] = Field(default_factory=dict)


BODIES: Mapping[str, type[Body]] = {
    "visit": Visit,
    "assistance": Assistance,
    "filing": Filing,
    "difficulty": Difficulty,
    "coverage": Coverage,
    "facts": Facts,
    "correction": Correction,
    "newcomer": Newcomer,
    "task.done": TaskDone,
    "task.skip": TaskSkip,
    "result.brought": ResultBrought,
    "answer.told": AnswerTold,
    "consent.withdrawn": ConsentWithdrawn,
    "gathering.held": GatheringHeld,
    "attendance": Attended,
}


class Clock(Body):
    """The phone's clock when the act was captured, and what it knew of the node's: `offset_ms` = node less phone."""

    phone_at: AwareDatetime
    offset_ms: int = 0
    known_at: AwareDatetime | None = None


class Entity(Body):
    """What an operation is about."""

    type: EntityType
    id: UUID


class Plain(Body):
    """The frame of an operation; the body is read by its kind."""

    v: Literal[1]
    op_id: UUID
    device: UUID
    seq: Annotated[int, Field(ge=1, lt=2**53)]
    prev: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    actor: UUID
    kind: Code
    form: Annotated[str, StringConstraints(max_length=60)] = ""
    form_version: Annotated[str, StringConstraints(max_length=20)] = ""
    form_sha256: Annotated[str, StringConstraints(max_length=64)] = ""
    entity: Entity | None = None
    base_version: Annotated[int, Field(ge=0)] | None = None
    trunk_version: Annotated[int, Field(ge=0)] | None = None
    captured_at: AwareDatetime
    clock: Clock
    receipt: Annotated[str, StringConstraints(max_length=9)] = ""
    replaces: UUID | None = None
    body: dict[str, Any]


@dataclass(frozen=True)
class Op:
    """One operation as read: its frame, and its body in the shape of its kind.

    at           when it was captured, put right and within bounds (`rules.clock`); the order of merging
    village      to which it belongs; None for what belongs to none (a workshop of the commune)
    unit         its commune
    accepted_by  account of who at the desk accepted it, on whose authority it is then done; None as a rule
    """

    frame: Plain
    body: Any
    at: datetime
    village: UUID | None
    unit: UUID | None
    accepted_by: UUID | None = None

    @property
    def id(self) -> UUID:
        return self.frame.op_id

    @property
    def kind(self) -> str:
        return self.frame.kind

    @property
    def entity(self) -> Entity | None:
        return self.frame.entity


def digest_of(plain: bytes) -> str:
    """Return the digest by which a repeat is told from another operation under the same name."""
    return sha256(plain).hexdigest()


def frame_of(raw: Any) -> Plain:
    """Return the frame of what the bytes of an operation say. Raises Unacceptable ("value_invalid") with every fault."""
    return _read(Plain, raw, "")


def read_json(plain: bytes) -> Any:
    """Return what the bytes say, when every database can keep it. Raises Unacceptable ("value_invalid")."""
    try:
        raw = json.loads(plain, parse_constant=_no_number)
        if b"\\u" in plain:  # half a pair of signs, or the sign zero: no database takes them
            text = json.dumps(raw, ensure_ascii=False)
            text.encode()
            if "\\u0000" in text:
                raise ValueError
    except (ValueError, RecursionError) as error:
        raise Unacceptable("value_invalid", [Fault("", "value_invalid", NOT_READ)]) from error
    return raw


def _no_number(text: str) -> float:
    raise ValueError(text)


def read_body(frame: Plain) -> Body:
    """Return the body in the shape of its kind. Raises Unacceptable: "form_unknown" for a kind not known here."""
    shape = BODIES.get(frame.kind)
    if shape is None:
        raise Unacceptable("form_unknown", kind=frame.kind)
    return _read(shape, frame.body, "body.")


def _read(shape: type[S], raw: Any, prefix: str) -> S:
    try:
        return shape.model_validate(raw)
    except ValidationError as error:
        # The message of a fault quotes no value: faults are kept in the operation's answer.
        faults = [
            Fault(prefix + ".".join(map(str, one["loc"])), "value_invalid", one["msg"])
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise Unacceptable("value_invalid", faults) from None
