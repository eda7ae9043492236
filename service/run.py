"""Takes one portfolio from file to file, project by project: what tagging a portfolio and reporting on it share."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from classifier.errors import PortfolioError, RowError
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import open_portfolio
from classifier.portfolio.writing import Origin
from service.engine import Batch, Tagged, choose_jobs, tag_here, tag_in_processes
from service.naming import keep_source, name_rejections
from service.rejections import RejectionFile
from service.summary import RunSummary

if TYPE_CHECKING:
    from classifier.portfolio.reading import PortfolioReader
    from classifier.project import Project
    from classifier.tagging import Tagging

BATCH = 256
#: So many projects are tagged here sooner than another process is ready for them.
_SMALL_RUN = 8 * BATCH

#: Tags batches in order.
Tag: TypeAlias = Callable[[Iterator[Batch]], Iterator[Tagged]]


@dataclass(frozen=True, slots=True)
class RunOrder:
    """What every run is told.

    Parameters
    ----------
    source
        Path of a portfolio, or ``-`` for standard input.
    model_dir
        The model version to tag with; None lets the ODA rules speak alone.
    target
        Output file, ``-`` for standard output; empty puts it beside the source.
    format, force
        See `WriteOptions`.
    rejected
        File of rejected rows; empty puts ``<target>.rejected.csv`` beside the output.
    read
        What the caller says about the portfolio.
    jobs
        Processes; 0 chooses by the machine and the size of the portfolio.
    source_name
        What the summary and the report call the source; empty is its path.
    """

    source: str
    model_dir: Path | None
    target: str = ""
    format: str = ""
    force: bool = False
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


class Output(Protocol):
    """A file that is there at the end or not at all."""

    def __enter__(self) -> Output: ...

    def __exit__(self, *exc: object) -> None: ...

    def write(self, project: Project, tagging: Tagging) -> None:
        """Write one project."""


class Product(Protocol):
    """What a run makes."""

    def name(self, origin: Origin) -> str:
        """Return the name of the output, ``-`` for standard output."""
        ...

    def open(self, name: str, origin: Origin) -> Output:
        """Return the output, not begun yet."""
        ...

    def finish(self, summary: RunSummary) -> None:
        """Write what stands at the end, and add to the summary what there is to know."""


def run_portfolio(
    order: RunOrder, product: Product, on_progress: Callable[[Progress], None], tag: Tag | None = None
) -> RunSummary:
    """Tag every project of a portfolio and hand it to the product, in order.

    Parameters
    ----------
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
        _run(order, product, summary, on_progress, tag or partial(_tag, order))
    except PortfolioError as fault:
        if fault is not summary.fault or not (summary.projects or summary.rejected_rows):
            raise
    summary.seconds = time.perf_counter() - started
    return summary


def _run(
    order: RunOrder, product: Product, summary: RunSummary, on_progress: Callable[[Progress], None], tag: Tag
) -> None:
    with ExitStack() as stack:
        reader = stack.enter_context(open_portfolio(order.source, order.read))
        origin = Origin(reader.format, reader.columns, reader.spooled)
        name = product.name(origin)
        keep_source(order.source, name, order.rejected)
        output = product.open(name, origin)
        rejected = order.rejected or name_rejections(name)
        rejections = stack.enter_context(RejectionFile(rejected, force=order.force))
        summary.format = reader.format
        tagged = tag(_read_batches(reader, rejections, summary))
        stack.enter_context(output)
        for batch, taggings in tagged:
            for project, tagging in zip(batch, taggings, strict=True):
                output.write(project, tagging)
                summary.count(tagging)
            on_progress(Progress(summary.projects, batch[-1].source.line, origin))
        summary.notes = list(reader.notes)
        if summary.fault is not None:
            raise summary.fault
        product.finish(summary)
    summary.output = name
    summary.rejected_file = rejected if summary.rejected_rows else ""


def _read_batches(reader: PortfolioReader, rejections: RejectionFile, summary: RunSummary) -> Iterator[Batch]:
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


def _tag(order: RunOrder, batches: Iterator[Batch]) -> Iterator[Tagged]:
    """Tag batches in as many processes as asked for, or as suit the machine and the size of the portfolio."""
    if order.model_dir is None:
        return _tag_by_rules(batches)
    jobs = order.jobs or choose_jobs()
    if jobs == 1:
        return tag_here(order.model_dir, batches)
    head = list(islice(batches, _SMALL_RUN // BATCH))
    everything = chain(head, batches)
    if sum(map(len, head)) < _SMALL_RUN:
        return tag_here(order.model_dir, everything)
    return tag_in_processes(order.model_dir, everything, jobs)


def _tag_by_rules(batches: Iterable[Batch]) -> Iterator[Tagged]:
    """Tag batches by the ODA rules alone."""
    from classifier.rules_tagger import RulesTagger

    tagger = RulesTagger.load()
    for batch in batches:
        yield batch, tagger.tag(batch)
