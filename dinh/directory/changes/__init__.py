"""Changes of places as decided by a decree: drafted, previewed, applied in one step, proved, undone.

`decisions` says what a decree may say, `plans` what it means for the units there are, `touched` which tables point
at units, `applying` and `undoing` do and undo it, `proving` counts before and after, `history` tells what became
of what. Rows that say what was done somewhere (a dossier, a line of a book, a paper) stay where they were written
and belong by succession to the heir (`directory.tree`); rows that say who lives or works where follow.
"""
