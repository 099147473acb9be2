"""Draws and signs a paper that was asked for. Runs in the worker alone; doing it twice does it once."""

from __future__ import annotations

import logging
import time
from datetime import datetime
from uuid import UUID

from django.conf import settings

from dinh.lib.errors import DinhError, Stale
from dinh.papers import actions
from dinh.papers.models import Paper
from dinh.papers.signing.base import signer_for

log = logging.getLogger("dinh.papers")
WAITING = (Paper.State.REQUESTED, Paper.State.FAILED)


def issue_paper(paper_id: UUID, *, at: datetime) -> Paper:
    """Draw, sign and issue a paper; return it as it is afterwards. A paper already issued is left alone.

    When it fails, the paper's state says so and the error goes on to the caller, who tries again.
    """
    paper = Paper.objects.select_related("replaces").get(pk=paper_id)
    if paper.state not in WAITING:
        return paper
    began = time.perf_counter()
    try:
        _issue(paper, at)
    except Stale:
        paper.refresh_from_db()
        if (
            paper.state in WAITING
        ):  # not this paper changed, but the one that it replaces: the next try sees it
            raise
        return paper  # another worker was quicker
    except Exception as error:
        code = error.code if isinstance(error, DinhError) else type(error).__name__
        log.warning("paper failed", extra={"paper": paper.pk, "template": paper.template, "code": code})
        if paper.state == Paper.State.REQUESTED:
            actions.mark_failed(paper=paper, code=code, at=at)
        raise
    ms = round((time.perf_counter() - began) * 1000)
    log.info("paper issued", extra={"paper": paper.pk, "template": paper.template, "ms": ms})
    return paper


def check_url(code: str) -> str:
    """Return the address that the QR code of a paper leads to."""
    return f"{settings.DINH_PUBLIC_URL.rstrip('/')}/k/{code}"


def _issue(paper: Paper, at: datetime) -> None:
    from dinh.papers import render
    from dinh.papers.signing import pades

    agency = paper.data.get("agency") or {}
    name = str(agency.get("name", ""))
    signers = [signer_for(one, paper.unit, name) for one in paper.signers]
    demonstration = bool(paper.data.get("demonstration")) or any(one.demonstration for one in signers)
    # A demonstration's papers carry the dates of their story; any other is signed when it is signed.
    signed_at = paper.requested_at if demonstration else at
    pdf = render.render(
        template=paper.template,
        title=paper.title,
        number=paper.number,
        language=paper.language,
        data={**paper.data, "demonstration": demonstration},
        signers=paper.signers,
        check_code=paper.check_code,
        check_url=check_url(paper.check_code),
        at=signed_at,
    )
    signed = pades.sign(pdf, signers, at=signed_at, place=str(agency.get("place", "")))
    actions.issue(paper=paper, pdf=signed, signed_by=signers, signed_at=signed_at, at=at)
