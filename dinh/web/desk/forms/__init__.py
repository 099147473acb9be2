"""Small forms of the desk. What a citizen answers is not here: it is declared in the catalogue."""
