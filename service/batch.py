"""Tags one portfolio from file to file: the run behind ``portolan tag``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.portfolio.outputs import open_writer, output_format
from classifier.portfolio.writing import Origin, PortfolioWriter, WriteOptions
from classifier.taxonomy import area_name
from service.naming import name_output
from service.run import Progress, RunOrder, Tag, run_portfolio

if TYPE_CHECKING:
    from service.summary import RunSummary


@dataclass(frozen=True, slots=True)
class Order(RunOrder):
    """What to tag, and how: see `RunOrder`; without a target the output is ``<stem>.tagged<suffix>``.

    Parameters
    ----------
    raw_cells
        See `WriteOptions`.
    """

    raw_cells: bool = False


def tag_portfolio(
    order: Order, on_progress: Callable[[Progress], None] = lambda _progress: None, tag: Tag | None = None
) -> RunSummary:
    """Tag every project of a portfolio and write it out; see `run_portfolio`."""
    return run_portfolio(order, _TaggedPortfolio(order), on_progress, tag)


class _TaggedPortfolio:
    """The same portfolio with its labels."""

    def __init__(self, order: Order) -> None:
        self._order = order

    def name(self, origin: Origin) -> str:
        """Return the name of the output."""
        return self._order.target or name_output(self._order.source, self._order.format, origin)

    def open(self, name: str, origin: Origin) -> PortfolioWriter:
        """Return the writer of the format."""
        options = WriteOptions(name, self._order.format, self._order.force, self._order.raw_cells)
        self._format = output_format(options, origin)
        self._writer = open_writer(options, origin, area_name)
        return self._writer

    def finish(self, summary: RunSummary) -> None:
        """Hand the counts to the writer."""
        if self._format == "iati":
            summary.notes.append(
                "IATI has no place for the ODA risk and the decisions: write CSV, Excel or JSON Lines to see them"
            )
        self._writer.finish(summary.facts())
