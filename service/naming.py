"""What outputs are called when the caller does not say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from classifier.errors import UsageError
from classifier.portfolio.outputs import output_format
from classifier.portfolio.target import STANDARD_OUTPUT
from classifier.portfolio.writing import WriteOptions

if TYPE_CHECKING:
    from classifier.portfolio.writing import Origin

_SUFFIXES = {
    "csv": ".csv",
    "tsv": ".tsv",
    "xlsx": ".xlsx",
    "jsonl": ".jsonl",
    "json": ".json",
    "parquet": ".parquet",
    "iati": ".xml",
}


def name_output(source: str, format_name: str, origin: Origin) -> str:
    """Return ``<stem>.tagged<suffix>`` beside the source, ``-`` for standard input.

    The suffix is the source's own where that can be written, else that of the format.
    """
    if source == STANDARD_OUTPUT:
        return STANDARD_OUTPUT
    path = Path(source)
    packed = ".gz" if path.suffix.lower() == ".gz" else ""
    plain = path.with_suffix("") if packed else path
    if format_name:
        suffix = _SUFFIXES.get(format_name.lower(), plain.suffix)
        return str(plain.with_name(f"{plain.stem}.tagged{suffix}"))
    named = plain.with_name(f"{plain.stem}.tagged{plain.suffix}")
    if plain.suffix and not plain.is_dir() and _can_be_written(str(named), origin):
        return f"{named}{packed}"
    return str(plain.with_name(f"{plain.stem}.tagged{_SUFFIXES[origin.format]}"))


def name_rejections(target: str) -> str:
    """Return the name of the file of rejected rows, empty beside standard output."""
    return "" if target == STANDARD_OUTPUT else f"{target}.rejected.csv"


def keep_source(source: str, *outputs: str) -> None:
    """Refuse an output over its source, even with force: what stands beside the projects there would be lost."""
    for name in outputs:
        if STANDARD_OUTPUT in {source, name} or not name or not Path(name).exists():
            continue
        if Path(name).samefile(source):
            raise UsageError(
                f"{name} is the portfolio itself.", code="output-is-source", remedy="Give the output another name."
            )


def _can_be_written(target: str, origin: Origin) -> bool:
    try:
        chosen = output_format(WriteOptions(target), origin)
    except UsageError:
        return False
    return chosen != "iati" or origin.format == "iati"
