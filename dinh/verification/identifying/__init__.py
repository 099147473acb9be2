"""One person told from all others at a counter, by the engine's rules in plain Python: the parts of `identify`."""
