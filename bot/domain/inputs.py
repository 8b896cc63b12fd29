"""What a door can ask for. Doors render inputs, never kinds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Choose:
    """Some of a list of options, by their place in it (0 is the first)."""

    options: tuple[str, ...]
    least: int
    most: int


Input = Choose
