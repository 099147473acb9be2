"""Writes about figures: told values, months on their way to being final, answers. Each is one entry of the journal."""
