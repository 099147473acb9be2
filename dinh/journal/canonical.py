"""The one byte string that a body is hashed as."""

from __future__ import annotations

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder


class CanonicalEncoder(DjangoJSONEncoder):
    """Writes JSON with sorted keys, no spaces and plain letters, whoever calls it.

    Bodies are stored with it too: SQLite then keeps the very bytes that were
    hashed, and `verify` need not parse them (jsonb on PostgreSQL keeps its own form).
    """

    def __init__(self, **options: Any) -> None:
        fixed = {"sort_keys": True, "separators": (",", ":"), "ensure_ascii": False, "allow_nan": False}
        super().__init__(**(options | fixed))
