"""How the house asks its database where every millisecond counts. Knows no table of its own."""
