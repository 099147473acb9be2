"""Reads of papers: the paper behind a code, those of a dossier, and whether a file is genuine."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.db.models import UUIDField

from dinh.database.prepared import Prepared
from dinh.papers import rules
from dinh.papers.models import Paper
from dinh.papers.signing.examine import Examined, examine

PUBLIC = (Paper.State.ISSUED, Paper.State.REVOKED)
# How the code stands in the metadata of a PDF that we issued: typst writes them uncompressed.
CODE_IN_FILE = re.compile(rb"[0-9A-HJKMNP-TV-Z]{5}-[0-9A-HJKMNP-TV-Z]{5}")


class State(StrEnum):
    """What a check finds."""

    GENUINE = "genuine"  # byte for byte the file that was issued, and in force
    REVOKED = "revoked"  # the file that was issued, since taken back
    ALTERED = "altered"  # made from a paper of ours and changed after
    UNKNOWN = "unknown"  # not ours


@dataclass(frozen=True)
class Verdict:
    """What is known of a file that somebody brought.

    paper       the paper it is, or was made from; None when unknown
    signatures  what its signatures are worth; for a file that is byte for byte ours, as applied
    """

    state: State
    paper: Paper | None = None
    signatures: tuple[Examined, ...] = ()


def find_by_code(text: str) -> Paper | None:
    """Return the issued or revoked paper with this check code, however it was typed; None when there is none."""
    code = rules.normalise(text)
    if code is None:
        return None
    return Paper.objects.filter(check_code=code, state__in=PUBLIC).prefetch_related("signatures").first()


def papers_of(subject: UUID) -> list[Paper]:
    """Return the papers about a dossier, newest first, whatever their state; what they show is not read. One query."""
    return _papers(subject=subject)


_papers = Prepared(
    lambda subject: (
        Paper.objects.filter(subject=subject).defer("data", "signers").order_by("-requested_at", "-id")
    ),
    subject=UUIDField(),
)


def check_file(data: bytes) -> Verdict:
    """Say what a file is: the one we issued, one made from it, or none of ours.

    Costs one query when it is ours. Else its signatures are examined in a
    process of its own (some two seconds), which only happens when the file
    names the code of a paper of ours or bears a signature.
    """
    issued = Paper.objects.filter(blob=hashlib.sha256(data).hexdigest(), state__in=PUBLIC)
    paper = issued.prefetch_related("signatures").first()
    if paper is not None:
        state = State.REVOKED if paper.state == Paper.State.REVOKED else State.GENUINE
        return Verdict(state, paper, _as_applied(paper))
    named = _paper_named_in(data)
    signatures = _examined(data) if named or b"/ByteRange" in data else ()
    ours = named is not None or any(one.trusted for one in signatures)
    return Verdict(State.ALTERED if ours else State.UNKNOWN, named, signatures)


def _paper_named_in(data: bytes) -> Paper | None:
    codes = {code for found in CODE_IN_FILE.findall(data) if (code := rules.normalise(found.decode()))}
    if not codes:
        return None
    return Paper.objects.filter(check_code__in=list(codes)[:50], state__in=PUBLIC).first()


def _examined(data: bytes) -> tuple[Examined, ...]:
    from dinh.papers.signing import authority

    return examine(data, authority.root_path())


def _as_applied(paper: Paper) -> tuple[Examined, ...]:
    agency = str((paper.data.get("agency") or {}).get("name", ""))
    return tuple(
        Examined(one.name, agency, True, True, True, one.signed_at.isoformat())
        for one in sorted(paper.signatures.all(), key=lambda one: one.order)
    )
