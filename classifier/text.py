"""The text of a project: cleaned sentences, each with the way back to the characters of the source."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from classifier.language import (
    LANGUAGES,
    OTHER,
    SAMPLE_CHARACTERS,
    count_function_words,
    letter_words,
    settle_language,
)
from classifier.project import Project, TextField
from classifier.tagging import Evidence

# Everything that cleaning replaces: tags, entities, markdown emphasis, invisible characters, runs of white space.
_NOISE: Final = re.compile(
    r"<[a-zA-Z/!][^<>]{0,300}>|&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10}\d?);"
    r"|\*{2,}|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\ufeff]+"
    r"|[^\S\n]*\n\s*|[^\S\n ]+[^\S\n]*| {2,}[^\S\n]*"
)
_INVISIBLE: Final = re.compile(r"[\u00ad\u200b-\u200f\ufeff]")
_BLOCK_TAG: Final = re.compile(r"</?(?:p|br|div|li|ul|ol|h\d|tr|td|table)\b", re.IGNORECASE)
_ABBREVIATION: Final = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|approx|incl|vs|no|nr|art|st|mr|mrs|dr|prof|mio|bijv|bv|o\.a|m\.b\.t|d\.w\.z|nl|p\.ex"
    r"|cf|ex|env|mln|govt|dept|vol|fig|inc|ltd)"
    r"|\b[^\W\d_]|\b(?:[^\W\d_]\.){1,4}[^\W\d_])\.$",
    re.IGNORECASE,
)
# Where a sentence ends. It begins with a class of characters, so that the search passes over all others at once.
_STOP: Final = re.compile(r"[.!?…\n](?:(?<=\n)|[\"»”’)\]]*\s+(?=[\"«“‘(\[]?[A-ZÀ-ÝŒ0-9•\-–*]))")
# The same where signs of lists divide sentences too; slower, for it looks at every blank.
_STOP_OR_ITEM: Final = re.compile(_STOP.pattern + r"|(?<![^\S\n])\s+(?=[•▪·●◦‣])|(?<![^\S\n])\s+/\s+(?=[A-ZÀ-Ý])")
_ITEM_SIGNS: Final = "/·•▪●◦‣"
_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_NOT_ALPHANUMERIC: Final = re.compile(r"\W+")
_NOT_ALPHANUMERIC_ASCII: Final = bytes(code for code in range(128) if _NOT_ALPHANUMERIC.match(chr(code)))
_MIN_REPEAT: Final = 12
_FOREIGN_HITS: Final = 3
_SENTENCE_CHARACTERS: Final = 2_000
#: No abbreviation reaches further back from its full stop.
_ABBREVIATION_CHARACTERS: Final = 16


@dataclass(frozen=True, slots=True)
class CleanText:
    """A cleaned text with the pieces that lead back to the original.

    Piece ``k`` covers ``starts[k]`` up to the next start in the cleaned text and begins at ``origins[k]`` in
    the original; ``lengths[k]`` is its original length where it was replaced, 0 where it was kept as it stood.
    """

    text: str
    starts: tuple[int, ...]
    origins: tuple[int, ...]
    lengths: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of the cleaned text to the span of the original that it came from."""
        return self._origin(start), self._origin_end(end)

    def _origin(self, position: int) -> int:
        piece = bisect_right(self.starts, position) - 1
        if self.lengths[piece]:
            return self.origins[piece]
        return self.origins[piece] + position - self.starts[piece]

    def _origin_end(self, end: int) -> int:
        piece = bisect_right(self.starts, end - 1) - 1
        if self.lengths[piece]:
            return self.origins[piece] + self.lengths[piece]
        return self.origins[piece] + end - self.starts[piece]


def _replacement(noise: str) -> str:
    if noise.startswith("<"):
        return "\n" if _BLOCK_TAG.match(noise) else ""
    if noise.startswith("&"):
        plain = html.unescape(noise)
        return "" if _INVISIBLE.fullmatch(plain) else " " if plain.isspace() else plain
    if noise.startswith("*"):
        return ""
    if "\n" in noise:
        return "\n"
    return " " if noise[0].isspace() or noise[0] == "\u00a0" else ""


def _pieces(original: str) -> Iterator[tuple[str, int, int]]:
    """Yield (text, origin, replaced length or 0) for every stretch of the original that leaves text behind."""
    position = 0
    for match in _NOISE.finditer(original):
        if match.start() > position:
            yield original[position : match.start()], position, 0
        if replacement := _replacement(match[0]):
            yield replacement, match.start(), len(match[0])
        position = match.end()
    if position < len(original):
        yield original[position:], position, 0


def _is_clean(text: str) -> bool:
    """Tell at a glance that there is no noise; all white space but the plain blank is unprintable, for one."""
    return bool(text) and text.isprintable() and not any(noise in text for noise in ("<", "&", "**", "  "))


def clean_text(original: str) -> CleanText:
    """Take out markup, entities and superfluous white space, keeping the way back to every character."""
    if _is_clean(original):
        return CleanText(original, (0,), (0,), (0,))
    texts: list[str] = []
    starts, origins, lengths = [], [], []
    length = 0
    for text, origin, replaced in _pieces(original):
        starts.append(length)
        origins.append(origin)
        lengths.append(replaced)
        texts.append(text)
        length += len(text)
    return CleanText("".join(texts), tuple(starts), tuple(origins), tuple(lengths))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence or list item of one text field.

    Parameters
    ----------
    field
        The text field of the project that it stands in.
    start, end
        Its span in the original field.
    text
        The cleaned sentence.
    language
        Language of this sentence: ``en``, ``fr``, ``nl`` or ``other``.
    clean, offset
        The cleaned field and where the sentence begins in it.
    """

    field: TextField
    start: int
    end: int
    text: str
    language: str
    clean: CleanText
    offset: int

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Map a span of `text` to the original field."""
        return self.clean.span(self.offset + start, self.offset + end)

    def evidence(self, project: Project, start: int = 0, end: int | None = None) -> Evidence:
        """Cite a span of `text`, the whole sentence by default, in the words of the original."""
        first, last = self.span(start, len(self.text) if end is None else end)
        return Evidence(self.field, first, last, project.text(self.field)[first:last])


@dataclass(frozen=True, slots=True)
class Text:
    """All sentences of a project, repeats left out.

    `language` is that of most of the text (empty when there is no word); `words` counts the words read.
    """

    language: str
    sentences: tuple[Sentence, ...]
    words: int


def _sentence_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of sentences and list items in a cleaned text."""
    start = 0
    has_items = any(sign in text for sign in _ITEM_SIGNS)
    for boundary in (_STOP_OR_ITEM if has_items else _STOP).finditer(text):
        end = boundary.start()
        # The mark belongs to the sentence, white space does not.
        end += not text[end].isspace()
        if text[end - 1] == "." and _ABBREVIATION.search(text, max(start, end - _ABBREVIATION_CHARACTERS), end):
            continue
        yield from _trimmed(text, start, end)
        start = boundary.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Strip blanks off a span and cut what is too long to be a sentence at a blank."""
    while start < end:
        while start < end and text[start].isspace():
            start += 1
        stop = end
        if stop - start > _SENTENCE_CHARACTERS:
            blank = text.rfind(" ", start + 1, start + _SENTENCE_CHARACTERS)
            stop = blank if blank > start else start + _SENTENCE_CHARACTERS
        last = stop
        while last > start and text[last - 1].isspace():
            last -= 1
        if last > start:
            yield start, last
        start = stop


def _sentence_language(text: str, language: str) -> str:
    """Return the language of a sentence: the text's own, unless its function words clearly say otherwise."""
    counts = count_function_words(letter_words(text))
    best = max(counts, key=counts.__getitem__, default=language)
    if best != language and best in LANGUAGES and counts[best] >= _FOREIGN_HITS + 2 * counts.get(language, 0.0):
        return best
    return language


def _bare(text: str) -> str:
    """Return the letters and digits of a text, without case."""
    if text.isascii():
        return text.encode().translate(None, _NOT_ALPHANUMERIC_ASCII).decode().lower()
    return _NOT_ALPHANUMERIC.sub("", text).casefold()


class _Repeats:
    """Remembers the sentences already read, in alphabetical order, to leave out a title that is said again."""

    def __init__(self) -> None:
        self._seen: list[str] = []

    def check_and_add(self, text: str) -> bool:
        """Tell whether the text, or a longer one that begins like it, was read before; remember it."""
        key = _bare(text)
        place = bisect_left(self._seen, key)
        # In order, the first text that is not before the key begins like it if any does.
        following = self._seen[place] if place < len(self._seen) else ""
        repeated = following == key if len(key) < _MIN_REPEAT else following.startswith(key)
        if not repeated and key:
            self._seen.insert(place, key)
        return repeated and bool(key)


def read_text(project: Project) -> Text:
    """Clean, split and identify the texts of a project."""
    cleaned = [(field, clean_text(original)) for field, original in project.texts()]
    whole = ". ".join(clean.text for _, clean in cleaned)
    letters = letter_words(whole)
    counts = count_function_words(letters)
    language = settle_language(whole, letters, counts)
    may_switch = len(whole) > SAMPLE_CHARACTERS or _may_switch(counts, language)
    repeats = _Repeats()
    sentences = []
    for field, clean in cleaned:
        for start, end in _sentence_spans(clean.text):
            text = clean.text[start:end]
            if repeats.check_and_add(text):
                continue
            own = _sentence_language(text, language) if may_switch else language
            sentences.append(Sentence(field, *clean.span(start, end), text, own, clean, start))
    words = sum(len(_WORD.findall(sentence.text)) for sentence in sentences)
    return Text(_main_language(sentences, language), tuple(sentences), words)


def _may_switch(counts: Mapping[str, float], language: str) -> bool:
    """Tell whether a text holds enough function words of another language for a sentence in it."""
    return any(count >= _FOREIGN_HITS for spoken, count in counts.items() if spoken != language)


def _main_language(sentences: list[Sentence], language: str) -> str:
    """Prefer the supported language with most sentences' text over a verdict of another language."""
    if language != OTHER:
        return language
    sizes = {code: sum(len(s.text) for s in sentences if s.language == code) for code in (*LANGUAGES, OTHER)}
    return max(sizes, key=lambda code: sizes[code])
