"""Floor 4: what touches the world and writes evidence. Nothing here judges."""
