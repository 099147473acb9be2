"""Pages of the board, one file for each kind of page."""
