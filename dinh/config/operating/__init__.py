"""What an operator does to a node: keep copies, bring them back, upgrade, and ask how it is."""
