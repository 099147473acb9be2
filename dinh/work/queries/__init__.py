"""Reads of work: the tasks of a day, the goals of a month, questions to answer."""
