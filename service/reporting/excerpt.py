"""Shows evidence in the sentence that it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from classifier.portfolio.serialise import Json
    from classifier.project import Project, TextField
    from classifier.tagging import Evidence
    from classifier.text import Text

#: So much of a long sentence is shown on either side of the words.
_AROUND: Final = 240
ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text field with the words that count in it.

    Parameters
    ----------
    field, start
        The text field, and where the piece begins in it.
    text
        The piece, exactly as it stands in the project.
    spans
        The words, as offsets into `text`, in order and apart from each other.
    cut_before, cut_after
        The sentence goes on there.
    """

    field: TextField
    start: int
    text: str
    spans: tuple[tuple[int, int], ...]
    cut_before: bool = False
    cut_after: bool = False

    def quotes(self) -> tuple[str, ...]:
        """Return the words."""
        return tuple(self.text[start:end] for start, end in self.spans)

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """Yield the text in pieces, each with whether it counts."""
        position = 0
        if self.cut_before:
            yield ELLIPSIS, False
        for start, end in self.spans:
            if start > position:
                yield self.text[position:start], False
            yield self.text[start:end], True
            position = end
        if position < len(self.text):
            yield self.text[position:], False
        if self.cut_after:
            yield ELLIPSIS, False

    def marked(self) -> str:
        """Return the text in one line with the words in angle quotes."""
        return " ".join("".join(f"«{text}»" if counts else text for text, counts in self.pieces()).split())

    def to_json(self) -> dict[str, Json]:
        """Return plain data; the offsets are those of the text field."""
        return {
            "field": self.field,
            "sentence": self.text,
            "words": [
                {"start": self.start + start, "end": self.start + end, "quote": self.text[start:end]}
                for start, end in self.spans
            ],
        }


def make_excerpts(project: Project, text: Text, evidence: Iterable[Evidence]) -> tuple[Excerpt, ...]:
    """Return one excerpt for each sentence that holds evidence, in reading order of the evidence."""
    by_sentence: dict[tuple[TextField, int, int], list[Evidence]] = {}
    for one in evidence:
        by_sentence.setdefault((one.field, *_sentence(text, one)), []).append(one)
    return tuple(_make_excerpt(project, field, start, end, found) for (field, start, end), found in by_sentence.items())


def _sentence(text: Text, evidence: Evidence) -> tuple[int, int]:
    """Return the span of the sentence around evidence, at least that of the evidence itself."""
    for one in text.sentences:
        if one.field == evidence.field and one.start <= evidence.start < one.end:
            return one.start, max(one.end, evidence.end)
    return evidence.start, evidence.end


def _make_excerpt(project: Project, field: TextField, start: int, end: int, evidence: list[Evidence]) -> Excerpt:
    spans = _merge(sorted((one.start, one.end) for one in evidence))
    first, last = max(start, spans[0][0] - _AROUND), min(end, spans[-1][1] + _AROUND)
    return Excerpt(
        field,
        first,
        project.text(field)[first:last],
        tuple((one - first, other - first) for one, other in spans),
        cut_before=first > start,
        cut_after=last < end,
    )


def _merge(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged = [spans[0]]
    for start, end in spans[1:]:
        if start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
