"""Floor 1: one file per ad platform, one PLATFORM value each. Nothing else in the project names a platform."""
