"""The evidence of a small shop that is broken on purpose, and the generator of logs with known faults."""

from __future__ import annotations

from .shop import write_shop

__all__ = ["write_shop"]
