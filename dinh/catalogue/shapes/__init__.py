"""Shapes of declarations, one file per kind. See docs/reference/catalogue.md, generated from here."""
