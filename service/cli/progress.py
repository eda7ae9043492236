"""Shows how far a run is, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from service.extent import measure_extent

if TYPE_CHECKING:
    from service.run import Progress


def _be_quiet(_progress: Progress) -> None:
    """Show nothing."""


@contextmanager
def show_progress(on_terminal: bool) -> Iterator[Callable[[Progress], None]]:
    """Yield what to call after each batch; it draws a bar with rate and time left on standard error."""
    if not on_terminal:
        yield _be_quiet
        return
    from rich.console import Console
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    bar = Bar(
        SpinnerColumn(),
        TextColumn("{task.fields[projects]:,} projects"),
        BarColumn(),
        TextColumn("{task.fields[rate]:,.0f}/s"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None, projects=0, rate=0.0)
        known: list[int | None] = []

        def advance(progress: Progress) -> None:
            if not known:
                known.append(measure_extent(progress.origin))
            elapsed = bar.tasks[0].elapsed or 1.0
            bar.update(
                task,
                total=known[0],
                completed=progress.line if known[0] else progress.projects,
                projects=progress.projects,
                rate=progress.projects / elapsed,
            )

        yield advance
