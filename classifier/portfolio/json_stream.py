"""Takes JSON objects out of a text one by one: from a line, or from an array of any size."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import TextIO, TypeAlias

from classifier.errors import PortfolioError, RowError

JsonObject: TypeAlias = dict[str, object]

_CHUNK = 1 << 18
_SPACE = re.compile(r"[\s,]*")
_HEAD = 1 << 16
_LONGEST_LINE = 8_000_000
_DECODER = json.JSONDecoder()


def parse_object(text: str, line: int) -> JsonObject | RowError:
    """Return the object of one line, or the reason why there is none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        return RowError(line, "", "bad-json", f"The line is not valid JSON{_where(error)}.")
    return _checked(found, text, line)


def _checked(found: object, text: str, line: int) -> JsonObject | RowError:
    if not isinstance(found, dict):
        return RowError(line, "", "bad-json", "The line holds JSON, but not an object.")
    return _source_of(_mend(found) if "\\ud" in text or "\\uD" in text else found)


def _source_of(found: JsonObject) -> JsonObject:
    """Return the project inside a line that an earlier run tagged, so that it can be tagged anew."""
    source = found.get("input")
    return source if isinstance(source, dict) and "model_version" in found else found


def _mend(found: JsonObject) -> JsonObject:
    """Replace halves of surrogate pairs, which no file can hold."""
    text = json.dumps(found, ensure_ascii=False)
    mended: JsonObject = json.loads(text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace"))
    return mended


def _where(error: Exception) -> str:
    return f" (column {error.colno}: {error.msg})" if isinstance(error, json.JSONDecodeError) else ""


def starts_with_document(file: TextIO, is_project: Callable[[Sequence[str]], bool]) -> bool:
    """Whether the text is one JSON document (an array, or an object over several lines), not lines.

    `is_project` tells by its keys whether an object on a single line is itself a project.
    """
    first = ""
    while not first and (line := file.readline(_LONGEST_LINE)):
        first = line.strip("\ufeff \t\r\n")
    if first.startswith("["):
        return True
    rest = file.read(_HEAD).lstrip()
    try:
        found = json.loads(first)
    except (ValueError, RecursionError):
        return first.startswith("{") and not rest.startswith("{")
    if not isinstance(found, dict) or rest or is_project(list(found)):
        return False
    return any(_is_table(value) for value in found.values())


def _is_table(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def read_array(file: TextIO, longest: int, name: str) -> Iterator[tuple[int, JsonObject] | RowError]:
    """Yield (line, object) of the array of a document: the document itself, or the first one inside it.

    Raises
    ------
    PortfolioError
        When the document breaks off, or holds no array of objects.
    """
    window = _Window(file, longest, name)
    if window.peek() == "{":
        window.enter_array()
    window.take("[")
    while (character := window.peek()) != "]":
        if not character:
            raise window.fault("the JSON array is not closed")
        line = window.line
        text, found = window.decode()
        checked = _checked(found, text, line)
        yield checked if isinstance(checked, RowError) else (line, checked)


class _Window:
    """The part of a text that is being decoded."""

    def __init__(self, file: TextIO, longest: int, name: str) -> None:
        self.line = 1
        self._file = file
        self._longest = longest
        self._name = name
        self._text = ""
        self._at = 0

    def fault(self, what: str) -> PortfolioError:
        return PortfolioError(
            f"{self._name}, line {self.line}: {what}.",
            code="bad-json",
            remedy="Export the file again, or write one JSON object a line.",
        )

    def peek(self) -> str:
        """Return the next character that is neither white space nor a comma, empty at the end."""
        while True:
            end = _SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]
            self._move(end)
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def take(self, character: str) -> None:
        if self.peek() != character:
            raise self.fault("there is no JSON array of projects")
        self._at += 1

    def enter_array(self) -> None:
        """Go to the first array inside an object, past its other members."""
        self.take("{")
        while self.peek() == '"':
            self.decode()
            self.take(":")
            if self.peek() == "[":
                return
            self.decode()
        raise self.fault("there is no JSON array of projects")

    def decode(self) -> tuple[str, object]:
        """Return the text of the next value and the value, reading on until it is complete."""
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._grow():
                    raise self.fault("the JSON is broken or cut here") from None
                continue
            if end == len(self._text) and self._grow():
                continue  # a number could go on
            text = self._text[self._at : end]
            self._move(end)
            return text, found

    def _move(self, end: int) -> None:
        self.line += self._text.count("\n", self._at, end)
        self._at = end

    def _grow(self) -> bool:
        """Read on; False at the end of the file."""
        if len(self._text) - self._at > self._longest:
            raise self.fault(f"a value is longer than {self._longest:,} characters")
        more = self._file.read(max(_CHUNK, len(self._text) - self._at))
        self._text = self._text[self._at :] + more
        self._at = 0
        return bool(more)
