"""Engines beside the embedded one: the same statements, run elsewhere."""
