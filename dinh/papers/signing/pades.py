"""Applies signatures to a PDF, each as an incremental update: what was signed before stays as it was.

The visible mark is drawn by the template; the signature field itself has no
appearance and lies outside the page, as PDF/UA asks of a widget without a tag.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dinh.lib.dates import VIETNAM
from dinh.papers.signing.base import Signer

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_signer import PdfSigner

RESERVED_BYTES = 8192  # for one signature with two certificates; they take about 2,000
REASONS = {"leader": "Ký duyệt", "agency": "Ký số của cơ quan"}


def sign(pdf: bytes, signers: Sequence[Signer], *, at: datetime, place: str = "") -> bytes:
    """Return the PDF with one more signature per signer, in their order. The time is the caller's."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    for signer in signers:
        out = io.BytesIO()
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        field = f"ChuKy{len(writer.prev.embedded_signatures) + 1}"
        _pdf_signer(signer, field, at, place).sign_pdf(writer, bytes_reserved=RESERVED_BYTES, output=out)
        pdf = out.getvalue()
    return pdf


def _pdf_signer(signer: Signer, field: str, at: datetime, place: str) -> PdfSigner:
    from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
    from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner

    class AtGivenTime(PdfSigner):
        """The library reads the clock; here the caller gives the time, as everywhere in the house."""

        def init_signing_session(self, *args: Any, **kwargs: Any) -> Any:
            session = super().init_signing_session(*args, **kwargs)
            session.system_time = at.astimezone(VIETNAM).replace(microsecond=0)
            return session

    meta = PdfSignatureMetadata(
        field_name=field,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=signer.name,
        reason=REASONS.get(signer.role, ""),
        location=place or None,
    )
    outside = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)
    spec = SigFieldSpec(sig_field_name=field, invis_sig_settings=outside)
    return AtGivenTime(meta, signer.cms(), new_field_spec=spec)
