"""What a telephone carries of its member's villages: the whole, and what changed since it asked last."""
