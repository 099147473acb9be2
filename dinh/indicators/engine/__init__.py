"""Counting: definitions as they held in each month, SQL made of them, cells written where they differ."""
