"""What a job makes of its portfolio: the same portfolio with its labels, or a report on it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from classifier.portfolio.outputs import OUTPUT_FORMATS
from classifier.portfolio.reading import ReadOptions
from classifier.portfolio.registry import format_of_suffix
from service.batch import Order, tag_portfolio
from service.reporting.forms import FORMATS
from service.reporting.run import Kind, ReportOrder, report_portfolio

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from service.jobs.folders import JobFolder
    from service.run import Progress, Tag
    from service.store.tables import Job
    from service.summary import RunSummary

#: The reports by the name of the command that writes them.
REPORTS: Final[Mapping[str, Kind]] = {"oda": "eligibility", "portfolio": "overview"}
_SUFFIXES = {"iati": ".xml"}


def formats_of(report: str) -> Sequence[str]:
    """Return the formats of a report, those of a tagged portfolio for an empty name."""
    return FORMATS if report else tuple(OUTPUT_FORMATS)


def usual_format(report: str, file_name: str) -> str:
    """Return the format of the result when nobody says which."""
    if report:
        return FORMATS[0]
    suggested = format_of_suffix(file_name)
    return suggested.name if suggested else "jsonl"


def name_result(job: Job) -> str:
    """Return the file name of the result: safe in any folder, and without the folders of the upload."""
    stem = Path(job.file_name).stem or "portfolio"
    safe = "".join(character if character.isalnum() or character in " ._-" else "_" for character in stem)
    kind = REPORTS[job.report] if job.report else "tagged"
    suffix = _SUFFIXES.get(job.output_format, f".{job.output_format}")
    return f"{safe.lstrip('.-') or 'portfolio'}.{kind}{suffix}"


def make_result(
    job: Job, folder: JobFolder, model_dir: Path, on_progress: Callable[[Progress], None], tag: Tag
) -> RunSummary:
    """Make the result of a job; two runs of one job make the same bytes."""
    told: dict[str, Any] = {
        "source": str(folder.upload(job.file_name)),
        "model_dir": model_dir,
        "target": str(folder.result / name_result(job)),
        "format": job.output_format,
        "force": True,
        "source_name": job.file_name,
        "read": ReadOptions(columns=job.columns, sheet=job.sheet, format=job.input_format),
    }
    if job.report:
        # The day of the upload, so that a job that goes on after midnight stays the same.
        return report_portfolio(ReportOrder(**told, kind=REPORTS[job.report], day=job.created.date()), on_progress, tag)
    return tag_portfolio(Order(**told), on_progress, tag)
