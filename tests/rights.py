"""Who asks, and the rules of who may, for the table of `tests.paths`.

What a role may do is read from its declaration (`catalogue/roles/*.toml`) as plain text, never through the policy
that is tested.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dinh.directory.models import Account
from tests.house import REGISTER, SECTOR, House

CATALOGUE = Path(__file__).resolve().parent.parent / "catalogue"
ROLES = {path.stem: tomllib.loads(path.read_text()) for path in (CATALOGUE / "roles").glob("*.toml")}
READERS = tomllib.loads((CATALOGUE / "registers" / f"{REGISTER}.toml").read_text())["readers"]

OK, NO, SIGN_IN, METHOD = "let in", "refused", "led to sign-in", "method not allowed"


@dataclass(frozen=True)
class Actor:
    """Somebody who asks. `where` is "here" (the rows are theirs to handle), "there" or "province"."""

    name: str
    account: Account | None
    role: str = ""
    where: str = ""

    @property
    def staff(self) -> bool:
        return bool(self.role) and self.role != "citizen"


def actors(house: House) -> list[Actor]:
    """Return everybody: each role in both communes, three citizens, the province, and nobody in particular."""
    found = [
        Actor("anonymous", None),
        Actor("the owner", house.here.citizen, "citizen", "here"),
        Actor("a neighbour", house.neighbour, "citizen", "there"),
        Actor("a citizen of elsewhere", house.there.citizen, "citizen", "there"),
        Actor("province_viewer", house.province, "province_viewer", "province"),
    ]
    for where in ("here", "there"):
        commune = getattr(house, where)
        found += [Actor(f"{role} {where}", one, role, where) for role, one in commune.staff.items()]
    return found


def holds(actor: Actor, permission: str, *, row: bool = False, sector: str = "") -> bool:
    """Say whether the declaration of the actor's role gives the permission, over the rows of here when `row`."""
    role = ROLES.get(actor.role, {})
    if permission not in role.get("permissions", []) or (row and actor.where == "there"):
        return False
    sectors = role.get("sectors")
    return not (sector and sectors and permission.startswith("dossiers.") and sector not in sectors)


Rule = Callable[[Actor], str]


@dataclass(frozen=True)
class Path_:
    """One path: its rule, the methods it answers, what its parameters stand for, and headers it needs."""

    rule: Rule
    methods: str = "GET HEAD POST"
    args: Callable[[House], Mapping[str, Any]] | None = None
    headers: Mapping[str, str] | None = None


def public(actor: Actor) -> str:
    """Anybody."""
    return OK


def closed(actor: Actor) -> str:
    """Nobody: a page of the sign-in library that this house does not use."""
    return NO


def telephone(actor: Actor) -> str:
    """An enrolled telephone, by its token: nobody who comes with a session."""
    return SIGN_IN


def signed_in(actor: Actor) -> str:
    """Whoever has an account."""
    return OK if actor.account else SIGN_IN


def citizen(actor: Actor) -> str:
    """Any citizen, who sees only what is theirs."""
    return SIGN_IN if not actor.account else NO if actor.staff else OK


def owner(actor: Actor) -> str:
    """The citizen whose row it is."""
    return SIGN_IN if not actor.account else OK if actor.name == "the owner" else NO


def staff(actor: Actor) -> str:
    """Any member of staff, about themselves or about nobody."""
    return SIGN_IN if not actor.account else OK if actor.staff else NO


def shown_once(actor: Actor) -> str:
    """Recovery codes: only right after they were made."""
    return NO if actor.account else SIGN_IN


def any_of(*permissions: str, row: str = "", also: Callable[[Actor], bool] | None = None) -> Rule:
    """Staff with one of the permissions somewhere (the door), and with `row` over the row's unit and procedure."""

    def rule(actor: Actor) -> str:
        if not actor.account:
            return SIGN_IN
        enters = any(holds(actor, one) for one in permissions)
        reaches = not row or holds(actor, row, row=True, sector=SECTOR)
        return OK if enters and reaches and (also is None or also(actor)) else NO

    return rule


def reads_book(actor: Actor) -> bool:
    """The register names the roles that may read it."""
    return actor.role in READERS


def opens_scans(actor: Actor) -> bool:
    """A book of paper is opened by who hands its scans in, and by readers of its register."""
    reads = holds(actor, "registers.read", row=True) and reads_book(actor)
    return holds(actor, "registers.import", row=True) or reads


def turns_scans(actor: Actor) -> bool:
    """A picture is turned by who hands it in and by who keys from it."""
    keys = holds(actor, "registers.write", row=True) and reads_book(actor)
    return holds(actor, "registers.import", row=True) or keys


def readers_of(register: str) -> list[str]:
    """Return the roles that a register names as its readers."""
    declared = tomllib.loads((CATALOGUE / "registers" / f"{register}.toml").read_text())
    return list(declared["readers"])


def helper(actor: Actor) -> bool:
    """The officer who has the person's consent."""
    return actor.name == "reception_officer here"


def own_or_staff(permission: str) -> Rule:
    """The citizen whose it is, or staff with the permission over it: the API's pages serve both."""

    def rule(actor: Actor) -> str:
        if not actor.account or actor.name == "the owner":
            return OK if actor.account else SIGN_IN
        return OK if holds(actor, permission, row=True, sector=SECTOR) else NO

    return rule
