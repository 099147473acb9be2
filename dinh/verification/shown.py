"""What a decision rests on, as a digest: a page carries it, so that what is confirmed is what was shown.

A verification may find other people for a finding that nobody has decided: "the first", or what is proposed, is then
another one, though the finding itself did not change.
"""

from __future__ import annotations

import hashlib
import json

from dinh.verification.models import Finding, Match


def digest(finding: Finding, match: Match | None) -> str:
    """Return the digest of a finding as it stands: its row, who may be meant, what is proposed or said."""
    told = [match.person_id, match.second_id, match.proposed] if match else []
    text = json.dumps([finding.record.version, finding.says, told], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
