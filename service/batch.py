"""Tags one portfolio from file to file: the run behind ``portolan tag``."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.outputs import open_writer, output_format
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from classifier.portfolio.writing import Origin, WriteOptions
from classifier.taxonomy import area_name
from service.engine import Batch, Tagged, choose_jobs, tag_here, tag_in_processes
from service.naming import keep_source, name_output, name_rejections
from service.rejections import RejectionFile
from service.summary import RunSummary

if TYPE_CHECKING:
    from classifier.portfolio.reading import PortfolioReader

BATCH = 256
#: So many projects are tagged here sooner than another process is ready for them.
_SMALL_RUN = 8 * BATCH


@dataclass(frozen=True, slots=True)
class Order:
    """What to tag, and how.

    Parameters
    ----------
    source
        Path of a portfolio, or ``-`` for standard input.
    model_dir
        The model version to tag with.
    target
        Output file, ``-`` for standard output; empty puts ``<stem>.tagged<suffix>`` beside the source.
    format, force, raw_cells
        See `WriteOptions`.
    rejected
        File of rejected rows; empty puts ``<target>.rejected.csv`` beside the output.
    read
        What the caller says about the portfolio.
    jobs
        Processes; 0 chooses by the machine and the size of the portfolio.
    source_name
        What the summary calls the source; empty is its path.
    """

    source: str
    model_dir: Path
    target: str = ""
    format: str = ""
    force: bool = False
    raw_cells: bool = False
    rejected: str = ""
    read: ReadOptions = field(default_factory=ReadOptions)
    jobs: int = 0
    source_name: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: projects written, where the last one stands, and the portfolio that is read."""

    projects: int
    line: int
    origin: Origin


def tag_portfolio(
    order: Order,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    tag: Callable[[Iterator[Batch]], Iterator[Tagged]] | None = None,
) -> RunSummary:
    """Tag every project of a portfolio and write it out, in order.

    Parameters
    ----------
    order
        What to tag, and how.
    on_progress
        Called after each batch.
    tag
        Tags the batches in order; None loads the model of the order, here or in processes.

    Returns
    -------
    RunSummary
        With a `fault` and without an output when the portfolio breaks off in the middle.

    Raises
    ------
    PortolanError
        When the portfolio cannot be read at all, the output cannot be written or the model cannot be used.
    """
    started = time.perf_counter()
    summary = RunSummary(order.source_name or order.source)
    try:
        _run(order, summary, on_progress, tag or partial(_tag, order))
    except PortfolioError as fault:
        if fault is not summary.fault or not (summary.projects or summary.rejected_rows):
            raise
    summary.seconds = time.perf_counter() - started
    return summary


def _run(
    order: Order,
    summary: RunSummary,
    on_progress: Callable[[Progress], None],
    tag: Callable[[Iterator[Batch]], Iterator[Tagged]],
) -> None:
    with ExitStack() as stack:
        reader = stack.enter_context(open_portfolio(order.source, order.read))
        origin = Origin(reader.format, reader.columns, reader.spooled)
        keep_source(order.source, order.target, order.rejected)
        options = WriteOptions(
            order.target or name_output(order.source, order.format, origin), order.format, order.force, order.raw_cells
        )
        writer = open_writer(options, origin, area_name)
        rejected = order.rejected or name_rejections(options.target)
        rejections = stack.enter_context(RejectionFile(rejected, force=order.force))
        summary.format = reader.format
        tagged = tag(read_batches(reader, rejections, summary))
        stack.enter_context(writer)
        for batch, taggings in tagged:
            for project, tagging in zip(batch, taggings, strict=True):
                writer.write(project, tagging)
                summary.count(tagging)
            on_progress(Progress(summary.projects, batch[-1].source.line, origin))
        summary.notes = [*reader.notes, *_remarks(options, origin)]
        if summary.fault is not None:
            raise summary.fault
        writer.finish(summary.facts())
    summary.output = options.target
    summary.rejected_file = rejected if summary.rejected_rows else ""


def _tag(order: Order, batches: Iterator[Batch]) -> Iterator[Tagged]:
    return tag_batches(order.model_dir, batches, order.jobs)


def read_batches(reader: PortfolioReader, rejections: RejectionFile, summary: RunSummary) -> Iterator[Batch]:
    """Yield the projects in batches; rejected rows are put aside, a fault in the middle is kept for the end."""
    batch: Batch = []
    try:
        for row in reader:
            if isinstance(row, RowError):
                rejections.add(row)
                summary.reject(row)
                continue
            batch.append(row)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except PortfolioError as fault:
        summary.fault = fault
    if batch:
        yield batch


def tag_batches(model_dir: Path, batches: Iterator[Batch], jobs: int = 0) -> Iterator[Tagged]:
    """Tag batches in as many processes as asked for, or as suit the machine and the size of the portfolio."""
    jobs = jobs or choose_jobs()
    if jobs == 1:
        return tag_here(model_dir, batches)
    head = list(islice(batches, _SMALL_RUN // BATCH))
    small = sum(map(len, head)) < _SMALL_RUN
    everything = chain(head, batches)
    if small:
        return tag_here(model_dir, everything)
    return tag_in_processes(model_dir, everything, jobs)


def _remarks(options: WriteOptions, origin: Origin) -> list[str]:
    if output_format(options, origin) == "iati":
        return ["IATI has no place for the ODA risk and the decisions: write CSV, Excel or JSON Lines to see them"]
    return []
