"""Reads what two judges said of the same records: ``labelled_data/second_labels/*.jsonl``.

Each line holds an id, the labels of the first judge and those of a second who had not seen them; the record
itself carries what was settled afterwards.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from classifier.errors import CorpusError
from classifier.tagging import Risk
from training.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SECOND_LABELS: Final = "second_labels"


def load_second_labels(folder: Path) -> tuple[list[Labels], list[Labels]]:
    """Return the labels of the first and of the second judge, in one order.

    Raises
    ------
    CorpusError
        There is no such file, or a line breaks the schema.
    """
    first, second = [], []
    paths = sorted((folder / SECOND_LABELS).glob("*.jsonl"))
    if not paths:
        raise CorpusError(f"{folder / SECOND_LABELS} holds no second labels.", code="labels-missing")
    for path in paths:
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                first.append(_labels(row["id"], row["first"]))
                second.append(_labels(row["id"], row["second"]))
            except (ValueError, KeyError, TypeError) as error:
                raise CorpusError(f"{path.name}, line {number}: {error}.", code="labels-invalid") from None
    return first, second


def _labels(identifier: str, row: Mapping[str, Any]) -> Labels:
    return Labels(identifier, frozenset(row["areas"]), row["gender"], row["human_rights"], Risk(row["risk"]))
