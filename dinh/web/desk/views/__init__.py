"""Pages of the desk, one file per page; `base` holds what they share."""
