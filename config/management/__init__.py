"""The installation's own commands."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import Progress

from config.archive import Manifest, Step


@contextmanager
def with_progress() -> Iterator[Step]:
    """Show each step as a bar where somebody watches."""
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:

        def step(name: str, total: int) -> Callable[[int], object]:
            bar = progress.add_task(name, total=total or None)
            return lambda count: progress.advance(bar, count)

        yield step


def summary(manifest: Manifest) -> dict[str, Any]:
    """Return what a program wants to know of an archive."""
    return {
        "made_at": manifest.made_at,
        "product": manifest.product,
        "postgresql": manifest.postgresql,
        "heads": manifest.state["heads"],
        "files": len(manifest.files),
        "damaged": manifest.damaged,
    }
