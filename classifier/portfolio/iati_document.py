"""Finds the activities of an IATI document, as exact source bytes, in one pass and in flat memory."""

from __future__ import annotations

import codecs
import contextlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from xml.parsers import expat

from classifier.errors import PortfolioError, RowError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from classifier.portfolio.reading import Limits

ROOT = "iati-activities"
ACTIVITY = "iati-activity"

#: Large, because the parser looks again at an unfinished token each time that bytes arrive.
CHUNK_BYTES = 1 << 20
#: One activity, or one comment between activities, may not be larger.
ACTIVITY_BYTES = 64 << 20
#: Elements in one activity; the largest real ones hold some ten thousand.
ACTIVITY_ELEMENTS = 500_000

_DECLARED_ENCODING = re.compile(rb"^(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_NEXT = re.compile(rb"<(?:iati-activity[\s>/]|/iati-activities[\s>])")
_NEXT_BYTES = 64
_WIDE_MARKS = (
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """How the bytes of a document become text.

    Parameters
    ----------
    codec
        Python codec of everything after the byte order mark.
    override
        What the parser must be told; None when it finds out by itself.
    """

    codec: str
    override: str | None

    @property
    def is_wide(self) -> bool:
        """Return whether a character takes more than one byte even in markup."""
        return self.codec.startswith("utf-16")


@dataclass(frozen=True, slots=True)
class ActivityElement:
    """One activity: the offset and line of its first byte, and its bytes from ``<`` to ``>``."""

    start: int
    line: int
    xml: bytes


@dataclass(frozen=True, slots=True)
class _Fault:
    """Where the markup broke: absolute byte offset, line and the parser's reason."""

    start: int
    line: int
    reason: str


class _NestedActivityError(Exception):
    """An activity starts inside another one: the end tag of the first is missing."""


Found: TypeAlias = ActivityElement | RowError


class IatiDocument:
    """An IATI activity file.

    Parameters
    ----------
    path
        The file, uncompressed.
    limits
        Caps that keep a hostile file harmless.

    Attributes
    ----------
    encoding
        How the bytes become text.
    version
        The ``version`` of the root element, empty when it has none; known once `elements` has begun.
    prefixes
        The namespace prefixes that the root element declares, with their names.
    """

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.version = ""
        self.prefixes: Mapping[str, str] = {}
        self._limits = limits
        with path.open("rb") as file:
            self.encoding = sniff_encoding(file.read(512), path.name)

    def elements(self) -> Iterator[Found]:
        """Yield each activity in file order, and a row error for each one that is not well-formed.

        Raises
        ------
        PortfolioError
            When the file is not IATI, is cut, declares entities, or breaks outside of its activities.
        """
        scan = _Scan(self, self._limits)
        with self.path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                yield from scan.feed(chunk)
        yield from scan.close()

    def remember_root(self, attributes: Mapping[str, str]) -> None:
        """Keep what the root element says."""
        self.version = attributes.get("version", "").strip()
        self.prefixes = {name[6:]: uri for name, uri in attributes.items() if name.startswith("xmlns:")}


def sniff_encoding(head: bytes, name: str) -> Encoding:
    """Return the encoding of a document that starts with `head`."""
    for mark, codec in _WIDE_MARKS:
        if head.startswith(mark):
            return Encoding(codec, None)
    declared = _DECLARED_ENCODING.match(head)
    label = declared.group(1).decode("ascii") if declared else "utf-8"
    try:
        codec = codecs.lookup(label).name
        narrow = codec == "utf-8" or len(bytes(range(256)).decode(codec, "replace")) == 256
    except LookupError:
        narrow = False
    if not narrow:
        raise PortfolioError(
            f"{name} declares the encoding {label}, which cannot be read.",
            code="xml-encoding",
            remedy="Save it as UTF-8.",
        )
    return Encoding(codec, "UTF-8" if codec == "utf-8" else None)


def end_of_element(buffer: bytes | bytearray, index: int, name: str, codec: str = "utf-8") -> int:
    """Return the offset after an element whose end event came at `index`.

    The event of an end tag points at its ``<``; that of an empty element points behind its ``/>``.
    """
    tag = f"</{name}".encode(codec)
    if not buffer.startswith(tag, index):
        return index
    close = ">".encode(codec)
    after = buffer.find(close, index + len(tag))
    is_this_tag = not buffer[index + len(tag) : after].decode(codec).strip()
    return after + len(close) if is_this_tag else index


class _Scan:
    """One pass over the bytes: what is open, what is kept, what was found."""

    def __init__(self, document: IatiDocument, limits: Limits) -> None:
        self._document = document
        self._limits = limits
        self._codec = document.encoding.codec
        self._buffer = bytearray()
        self._base = 0
        self._found: list[Found] = []
        self._count = 0
        self._broken: _Fault | None = None
        self._finished = False
        self._seen = 0
        self._elements = 0
        self._start_parser(offset=0, line=0)

    def _start_parser(self, *, offset: int, line: int) -> None:
        self._parser = expat.ParserCreate(self._document.encoding.override)
        self._parser.StartElementHandler = self._on_start
        self._parser.EndElementHandler = self._on_end
        self._parser.StartDoctypeDeclHandler = self._on_doctype
        self._offset = offset
        self._line = line
        self._depth = 0
        self._activity: tuple[int, int] | None = None

    # ---- bytes in

    def feed(self, chunk: bytes) -> list[Found]:
        self._buffer += chunk
        rest = self._resync() if self._broken else chunk
        while rest and not self._finished:
            rest = self._parse(rest, is_final=False)
        self._trim()
        found, self._found = self._found, []
        return found

    def close(self) -> list[Found]:
        if self._broken:
            raise self._file_fault(self._broken)
        if not self._finished:
            self._parse(b"", is_final=True)
        if not self._count:
            raise PortfolioError(
                f"{self._document.path.name} holds no activity.",
                code="no-projects",
                remedy="Give an IATI file with iati-activity elements.",
            )
        found, self._found = self._found, []
        return found

    def _parse(self, data: bytes, *, is_final: bool) -> bytes:
        """Parse, and return the bytes after a broken activity that remain to be parsed."""
        try:
            with contextlib.suppress(_NestedActivityError):
                self._parser.Parse(data, is_final)
        except expat.ExpatError as error:
            self._broken = self._fault(self._parser.ErrorByteIndex, expat.ErrorString(error.code) or "fault")
        if self._broken is None:
            return b""
        if is_final or self._activity is None or self._document.encoding.is_wide:
            raise self._file_fault(self._broken)
        return self._resync()

    def _fault(self, index: int, reason: str) -> _Fault:
        return _Fault(self._offset + index, self._line + self._parser.ErrorLineNumber, reason)

    def _resync(self) -> bytes:
        """Look for the next activity after a broken one, and start again there."""
        fault = self._broken
        assert fault is not None
        at = fault.start - self._base
        match = _NEXT.search(self._buffer, at)
        if match is None:
            skip = max(at, len(self._buffer) - _NEXT_BYTES)
            lines = self._buffer.count(b"\n", at, skip)
            self._broken = _Fault(self._base + skip, fault.line + lines, fault.reason)
            return b""
        self._reject(fault.reason)
        self._broken = None
        if match.group().startswith(b"</"):
            self._finished = True
            return b""
        line = fault.line + self._buffer.count(b"\n", at, match.start())
        opening = self._opening()
        self._seen = self._base + match.start()
        self._start_parser(offset=self._seen - len(opening), line=line - 1)
        self._parser.Parse(opening, False)
        return bytes(self._buffer[match.start() :])

    def _opening(self) -> bytes:
        # The codec's name is what the document declared, so that the same bytes mean the same text.
        return f'<?xml version="1.0" encoding="{self._codec}"?><{ROOT}>'.encode("ascii")

    def _reject(self, reason: str) -> None:
        assert self._activity is not None
        line = self._activity[1]
        self._count += 1
        self._found.append(RowError(line, ACTIVITY, "bad-element", f"The activity is not well-formed: {reason}."))

    def _trim(self) -> None:
        """Forget the bytes that no open activity needs."""
        keep = self._seen if self._activity is None else self._activity[0]
        if self._broken:
            keep = self._broken.start
        if self._finished:
            keep = self._base + len(self._buffer)
        del self._buffer[: keep - self._base]
        self._base = keep
        if len(self._buffer) > ACTIVITY_BYTES:
            line = self._activity[1] if self._activity else self._line + self._parser.CurrentLineNumber
            raise PortfolioError(
                f"{self._document.path.name}, line {line}: an element is larger than {ACTIVITY_BYTES >> 20} MB.",
                code="element-too-large",
                remedy="Split the activity, or take it out of the file.",
            )

    def _file_fault(self, fault: _Fault) -> PortfolioError:
        return PortfolioError(
            f"{self._document.path.name}, line {fault.line}: the XML is cut or broken ({fault.reason}).",
            code="xml-broken",
            remedy="Fetch the file again, or repair it at that line.",
        )

    # ---- events

    def _on_start(self, name: str, attributes: dict[str, str]) -> None:
        depth = self._depth
        if depth == 0:
            self._check_root(name, attributes)
        elif name == ACTIVITY and self._activity:
            # Noted here: the parser runs on to the end of its bytes before it lets the exception out.
            self._broken = self._fault(self._parser.CurrentByteIndex, "an activity starts inside of it")
            raise _NestedActivityError
        elif name == ACTIVITY and depth == 1:
            self._elements = 0
            self._activity = (self._position(), self._line + self._parser.CurrentLineNumber)
        if depth >= self._limits.xml_depth:
            raise PortfolioError(
                f"{self._document.path.name}, line {self._line + self._parser.CurrentLineNumber}: elements are"
                f" nested more than {self._limits.xml_depth} deep.",
                code="xml-depth",
            )
        self._depth = depth + 1
        self._elements += 1

    def _on_end(self, name: str) -> None:
        self._depth -= 1
        if self._depth > 1:
            return
        start = self._position()
        self._seen = start
        if name == ACTIVITY and self._activity:
            end = end_of_element(self._buffer, start - self._base, name, self._codec)
            first, line = self._activity
            if self._elements > ACTIVITY_ELEMENTS:
                message = f"The activity has more than {ACTIVITY_ELEMENTS:,} elements."
                self._found.append(RowError(line, ACTIVITY, "element-too-large", message))
            else:
                xml = bytes(self._buffer[first - self._base : end])
                self._found.append(ActivityElement(first, line, xml))
            self._count += 1
            self._activity = None

    def _position(self) -> int:
        return self._offset + self._parser.CurrentByteIndex

    def _check_root(self, name: str, attributes: dict[str, str]) -> None:
        if name != ROOT:
            raise PortfolioError(
                f"{self._document.path.name} is XML, but not an IATI activity file: it starts with <{name[:60]}>.",
                code="not-iati",
                remedy=f"Give a file that starts with <{ROOT}>.",
            )
        if self._count == 0:
            self._document.remember_root(attributes)

    def _on_doctype(self, _name: str, system: str | None, public: str | None, has_subset: bool) -> None:
        if system or public or has_subset:
            raise PortfolioError(
                f"{self._document.path.name} declares a document type of its own, which may hide entities.",
                code="xml-entities",
                remedy="Take the DOCTYPE out of the file: IATI needs none.",
            )
