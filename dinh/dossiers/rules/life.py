"""The life of a dossier: which act may follow which, in the ten national statuses.

Transitions are those of the national portal (facts of the decision list of statuses);
local sub-statuses are entries of the list `local_statuses`. Steps, their order and
which of them exclude each other are the procedure's. Who has the right is policy.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from dinh.catalogue.shapes.procedure import Procedure, Step

SUBMITTED, ACCEPTED, NOT_ACCEPTED, IN_PROCESS, SUPPLEMENT = 1, 2, 3, 4, 5
FINANCIAL, WITHDRAWN, STOPPED, FINISHED, RETURNED = 6, 7, 8, 9, 10

# Sub-statuses of this house (list `local_statuses`), empty where the national one says it all.
WAITS_RECEPTION = "cho_tiep_nhan"
WAITS_ASSIGNMENT = "cho_phan_cong"
UNDER_EXAMINATION = "dang_tham_dinh"
WAITS_SIGNATURE = "cho_ky_duyet"
WAITS_STAMP = "cho_dong_dau"
SUPPLEMENTED = "da_bo_sung_cho_tiep_nhan"
REFUSED_AFTER = "da_tu_choi"
WAITS_RETURN = "cho_tra_ket_qua"

OPEN = frozenset({SUBMITTED, ACCEPTED, IN_PROCESS, SUPPLEMENT, FINANCIAL, FINISHED})
WAITING_CITIZEN = frozenset({SUPPLEMENT, FINANCIAL})
DONE = frozenset({NOT_ACCEPTED, WITHDRAWN, STOPPED, FINISHED, RETURNED})

TRANSITIONS: dict[int, frozenset[int]] = {
    SUBMITTED: frozenset({ACCEPTED, NOT_ACCEPTED, SUPPLEMENT, WITHDRAWN}),
    ACCEPTED: frozenset({IN_PROCESS, SUPPLEMENT, FINANCIAL, STOPPED, WITHDRAWN, FINISHED}),
    NOT_ACCEPTED: frozenset(),
    IN_PROCESS: frozenset({SUPPLEMENT, FINANCIAL, STOPPED, WITHDRAWN, FINISHED}),
    SUPPLEMENT: frozenset({ACCEPTED, IN_PROCESS, WITHDRAWN, STOPPED}),
    FINANCIAL: frozenset({IN_PROCESS, WITHDRAWN, STOPPED}),
    WITHDRAWN: frozenset(),
    STOPPED: frozenset(),
    FINISHED: frozenset({RETURNED}),
    RETURNED: frozenset(),
}


class Standing(Protocol):
    """Where a dossier stands: what a `Dossier` row says of it."""

    status: int
    local_status: str
    step: str
    supplement_count: int


@dataclass(frozen=True)
class Done:
    """One step already done: its id in the procedure, its kind and who did it (any comparable id)."""

    step: str
    kind: str
    actor: object


def may_follow(status: int, following: int) -> bool:
    """Say whether a dossier of one national status may pass to another; staying is always allowed."""
    return status == following or following in TRANSITIONS[status]


def step_of(procedure: Procedure, step_id: str) -> Step | None:
    """Return a declared step by its id, None when no step waits."""
    return next((step for step in procedure.steps if step.id == step_id), None)


def first_step(procedure: Procedure) -> Step:
    """Return the step with which every dossier of the procedure begins."""
    return procedure.steps[0]


def step_after(procedure: Procedure, step_id: str) -> Step | None:
    """Return the step that follows, None after the last."""
    ids = [step.id for step in procedure.steps]
    place = ids.index(step_id) + 1
    return procedure.steps[place] if place < len(ids) else None


def step_before(procedure: Procedure, step_id: str, kind: str) -> Step | None:
    """Return the nearest earlier step of a kind: where "send back" leads."""
    earlier: list[Step] = []
    for step in procedure.steps:
        if step.id == step_id:
            break
        if step.kind == kind:
            earlier.append(step)
    return earlier[-1] if earlier else None


def first_decision(procedure: Procedure) -> Step:
    """Return the first approving step, at which a dossier may first be rejected; `dossiers.E002` sees that it is there."""
    return next(step for step in procedure.steps if step.kind == "approve")


def last_decision(procedure: Procedure) -> Step:
    """Return the last approving step, of the one who answers for the decision."""
    return next(step for step in reversed(procedure.steps) if step.kind == "approve")


def waits_for_citizen(dossier: Standing) -> bool:
    """Say whether the office waits for the citizen (not once the supplement has come in)."""
    return dossier.status in WAITING_CITIZEN and dossier.local_status != SUPPLEMENTED


def next_verbs(dossier: Standing, procedure: Procedure) -> tuple[str, ...]:
    """Return the acts that may follow now, the main one first; empty when the life is over.

    receive, request_supplement, refuse, supplement, extend, ask_payment, confirm_payment, take, release,
    examine, approve, reject, send_back, return_result, withdraw, apologise, rate. Rights are not looked at.
    """
    if dossier.status == RETURNED:
        return ("rate",)
    if dossier.status in {NOT_ACCEPTED, WITHDRAWN, STOPPED}:
        return ()
    if dossier.status == FINISHED:
        return ("return_result", "take", "release")
    if dossier.status == FINANCIAL:
        return ("confirm_payment", "reject", "withdraw")
    if waits_for_citizen(dossier):
        return ("supplement", "reject", "withdraw") if _is_received(dossier, procedure) else (
            "supplement",
            "refuse",
            "withdraw",
        )  # fmt: skip
    step = step_of(procedure, dossier.step)
    kind = step.kind if step else ""
    return _VERBS_AT.get(kind, ())


_VERBS_AT: dict[str, tuple[str, ...]] = {
    "receive": ("receive", "request_supplement", "refuse", "take", "release", "withdraw"),
    "examine": (
        "examine",
        "request_supplement",
        "extend",
        "ask_payment",
        "take",
        "release",
        "withdraw",
        "apologise",
    ),
    "approve": ("approve", "send_back", "reject", "take", "release", "withdraw", "apologise"),
}


def _is_received(dossier: Standing, procedure: Procedure) -> bool:
    step = step_of(procedure, dossier.step)
    return step is not None and step.kind != "receive"


def local_status_at(step: Step | None, before: Step | None) -> str:
    """Return the sub-status of a dossier that waits for `step`, having just left `before`."""
    if step is None:
        return ""
    if step.kind == "approve" and before is not None and before.kind == "approve":
        return WAITS_STAMP  # signed by one, still to be stamped or signed by another
    return {
        "receive": WAITS_RECEPTION,
        "examine": WAITS_ASSIGNMENT,
        "approve": WAITS_SIGNATURE,
        "return": WAITS_RETURN,
    }[step.kind]


def excluded_by(procedure: Procedure, step: Step, actor: object, done: Iterable[Done]) -> str:
    """Return the step, already done by the same person, that forbids this one; "" when none does.

    A pair of `procedure.exclusive` names steps by id, or all steps of a kind by its name.
    """
    own = [one for one in done if one.actor == actor]
    for first, second in procedure.exclusive:
        for mine, other in ((first, second), (second, first)):
            if _names(procedure, mine, step.id, step.kind):
                for one in own:
                    if _names(procedure, other, one.step, one.kind):
                        return one.step
    return ""


def _names(procedure: Procedure, name: str, step_id: str, kind: str) -> bool:
    if any(step.id == name for step in procedure.steps):
        return step_id == name
    return kind == name


def four_on_site(verbs: Sequence[tuple[str, bool]]) -> bool:
    """Say whether receive, examine, approve and return were all done, each of them at the centre.

    verbs  (verb, on_site) of every step of one dossier; `queries.figures.four_on_site` counts by the same rule
    """
    four = {"receive", "examine", "approve", "return"}
    seen = {verb for verb, _ in verbs if verb in four}
    return seen == four and all(on_site for verb, on_site in verbs if verb in four)
