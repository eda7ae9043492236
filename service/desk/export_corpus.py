"""Settled labels as a new part of the labelled data; what is frozen goes into a file apart that no training reads."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from service.desk.corpus_records import LeftOutError, make_record
from service.desk.families import Families
from service.records import read_cited
from service.store.desk_tables import DeskContent
from training.schema import parse_line, write_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from typing import Any

    from sqlalchemy.orm import Session

    from service.desk.settled import Settled

_NO_SLUG: Final = re.compile(r"[^a-z0-9]+")
_LONGEST_SLUG: Final = 40


class PartFiles:
    """Writes a part and the file apart into a folder.

    Parameters
    ----------
    folder
        A folder of our own.
    brief
        Slug under which the records stand.
    corpus
        The labelled data that the part shall stand beside: families and frozen texts are those of both.
    borrows
        Whether words that nobody cited are taken from the model where it said the same.
    """

    def __init__(self, folder: Path, brief: str, corpus: Path | None, *, borrows: bool) -> None:
        self.part = folder / "part.jsonl"
        self.apart = folder / "apart.jsonl"
        self.records = 0
        self.kept_apart = 0
        self.left_out: Counter[str] = Counter()
        self.left = folder / "left.jsonl"
        self._brief = brief
        self._borrows = borrows
        self._families = Families(corpus)

    def write(self, session: Session, lines: Iterable[Settled]) -> None:
        """Write what can be a record, and count what cannot.

        Families are known only at the end, so the records wait in a file of their own until then.
        """
        waiting = self.part.with_name("waiting.jsonl")
        borrow = partial(_cited, session) if self._borrows else None
        with waiting.open("w", encoding="utf-8") as spool, self.left.open("w", encoding="utf-8") as left:
            for line in lines:
                try:
                    record = make_record(line, self._brief, borrow)
                except LeftOutError as reason:
                    self.left_out[str(reason)] += 1
                    entry = {"id": line.project_id, "occurrence": line.occurrence, "reason": str(reason)}
                    left.write(json.dumps(entry) + "\n")
                    continue
                place = self._families.add(record.id, record.text, project_id=line.project_id)
                spool.write(f"{place} {int(line.frozen)} {write_line(record)}\n")
        self._sort(waiting)
        waiting.unlink()

    def _sort(self, waiting: Path) -> None:
        """Part the records by split, each with the family that it has by now."""
        with (
            waiting.open(encoding="utf-8", newline="\n") as spool,
            self.part.open("w", encoding="utf-8", newline="\n") as part,
            self.apart.open("w", encoding="utf-8", newline="\n") as apart,
        ):
            for entry in spool:
                number, frozen, line = entry.split(" ", 2)
                place = int(number)
                if frozen == "1" or self._families.is_frozen(place):
                    self.kept_apart += 1
                    apart.write(self._in_family(line, place))
                else:
                    self.records += 1
                    part.write(self._in_family(line, place))

    def _in_family(self, line: str, place: int) -> str:
        family = self._families.family(place)
        if f'"family": {json.dumps(family)}, "brief"' in line[: len(family) * 2 + 200]:
            return line
        return write_line(replace(parse_line(line), family=family)) + "\n"


def slug_of(name: str) -> str:
    """Return a name in letters that files and briefs take."""
    slug = _NO_SLUG.sub("-", name.casefold()).strip("-")[:_LONGEST_SLUG].strip("-")
    return f"desk-{slug}" if slug else "desk"


def _cited(session: Session, item_id: int) -> dict[str, list[list[Any]]]:
    return read_cited(session.scalar(select(DeskContent.tagging).where(DeskContent.item_id == item_id)))
