"""Floor 0: the nouns and the pure arithmetic. Standard library only."""
