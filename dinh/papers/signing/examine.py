"""Says what the signatures of a PDF are worth: intact, trusted, how much they cover.

A file that somebody uploads is hostile until shown otherwise, and pyHanko is
heavy: `examine` runs in a process of its own, with limits on time and memory.
`python -m dinh.papers.signing.examine ROOT.pem` reads the PDF from standard input
and writes JSON; it knows nothing of Django.
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS = 15


@dataclass(frozen=True)
class Examined:
    """One signature found in a file.

    name, organisation   as its certificate says
    intact   the bytes it covers are those that were signed, and the signature is that key's
    trusted  its certificate comes from our authority
    whole    nothing but later signatures came after it
    signed_at  ISO time that the signer claims
    """

    name: str
    organisation: str
    intact: bool
    trusted: bool
    whole: bool
    signed_at: str


def examine(pdf: bytes, root: Path) -> tuple[Examined, ...]:
    """Return the signatures of a PDF in the order of their fields; empty when it has none or cannot be read.

    root  certificate to trust, PEM
    """
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "dinh.papers.signing.examine", str(root)],
            input=pdf,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=Path(__file__).parents[3],
        )
    except subprocess.TimeoutExpired:
        return ()
    if done.returncode != 0:
        return ()
    return tuple(Examined(**one) for one in json.loads(done.stdout))


def _signatures(pdf: bytes, root: bytes) -> list[Examined]:
    from pyhanko.keys import load_certs_from_pemder_data
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko_certvalidator import ValidationContext

    reader = PdfFileReader(io.BytesIO(pdf))
    context = ValidationContext(
        trust_roots=list(load_certs_from_pemder_data(root)), allow_fetching=False, revocation_mode="soft-fail"
    )
    return [_one(signature, context) for signature in reader.embedded_regular_signatures]


def _one(signature: Any, context: Any) -> Examined:
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation import validate_pdf_signature

    status = validate_pdf_signature(signature, signer_validation_context=context)
    subject = status.signing_cert.subject.native
    harmless = status.modification_level in (ModificationLevel.NONE, ModificationLevel.FORM_FILLING)
    return Examined(
        name=str(subject.get("common_name", "")),
        organisation=str(subject.get("organization_name", "")),
        intact=bool(status.intact and status.valid),
        trusted=bool(status.trusted),
        whole=bool(status.coverage is not None and harmless),
        signed_at=status.signer_reported_dt.isoformat() if status.signer_reported_dt else "",
    )


def main() -> int:
    """Read a PDF, write what its signatures are worth."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    found = _signatures(sys.stdin.buffer.read(), Path(sys.argv[1]).read_bytes())
    sys.stdout.write(json.dumps([asdict(one) for one in found]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
