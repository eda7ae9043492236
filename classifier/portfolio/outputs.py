"""Opens the writer of an output: its format comes from the caller, the suffix, or the input, in this order."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import UsageError
from classifier.portfolio.label_names import no_names
from classifier.portfolio.target import STANDARD_OUTPUT, Target

if TYPE_CHECKING:
    from classifier.portfolio.label_names import LabelNames
    from classifier.portfolio.writing import Origin, PortfolioWriter, WriteOptions

_SUFFIXES = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xml": "iati",
    ".iati": "iati",
}
#: Names of the formats that can be written.
OUTPUT_FORMATS = tuple(dict.fromkeys(_SUFFIXES.values()))


def output_format(options: WriteOptions, origin: Origin) -> str:
    """Return the name of the format that an output gets.

    Raises
    ------
    UsageError
        When the suffix or the name says nothing that can be written.
    """
    if options.format:
        chosen = options.format.lower()
        if chosen not in OUTPUT_FORMATS:
            raise _unknown_format(f"The format {options.format} cannot be written.")
        return chosen
    if options.target == STANDARD_OUTPUT:
        return origin.format
    path = Path(options.target)
    suffix = Path(path.stem).suffix if path.suffix.lower() == ".gz" else path.suffix
    if not suffix:
        return origin.format
    if suffix.lower() not in _SUFFIXES:
        raise _unknown_format(f"The suffix {suffix} names no format that can be written.")
    return _SUFFIXES[suffix.lower()]


def _unknown_format(detail: str) -> UsageError:
    return UsageError(detail, code="unknown-format", remedy=f"Choose one of {', '.join(OUTPUT_FORMATS)}.")


def open_writer(options: WriteOptions, origin: Origin, names: LabelNames | None = None) -> PortfolioWriter:
    """Return the writer of an output, not yet entered.

    Parameters
    ----------
    options
        What the caller says about the output.
    origin
        What the output must know of the input.
    names
        Names of the result areas, for outputs that show them.

    Raises
    ------
    UsageError
        When the output exists, its format is unknown, or IATI is asked for from another format.
    OutputError
        When the folder of the output is missing.
    """
    chosen = output_format(options, origin)
    target = Target(options.target, force=options.force)
    names = names or no_names
    if chosen in {"jsonl", "json"}:
        from classifier.portfolio.jsonl_writer import JsonlWriter

        return JsonlWriter(target, is_array=chosen == "json")
    if chosen == "iati":
        from classifier.portfolio.iati_writer import IatiWriter

        return IatiWriter(target, origin, names)
    return _open_table(chosen, options, origin, target, names)


def _open_table(
    chosen: str, options: WriteOptions, origin: Origin, target: Target, names: LabelNames
) -> PortfolioWriter:
    from classifier.portfolio.table_writer import TableSink, TableWriter

    sink: TableSink
    if chosen == "parquet":
        from classifier.portfolio.parquet_writer import ParquetSink

        sink = ParquetSink()
    elif chosen == "xlsx":
        from classifier.portfolio.xlsx_writer import XlsxSink

        sink = XlsxSink(names, target.folder)
    else:
        from classifier.portfolio.csv_writer import CsvSink

        sink = CsvSink("\t" if chosen == "tsv" else ",", raw_cells=options.raw_cells)
    return TableWriter(target, origin, sink)
