"""Asking the data: figures put side by side as one wants them, and read-only SQL over the published views."""
