"""Lets settled labels out of the desk: one file or one part, known by its hash, and written down in the audit log."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from classifier.errors import OutputError, UsageError
from service.clock import now
from service.desk.exchange.doccano import DoccanoFile
from service.desk.exchange.label_studio import LabelStudioFile
from service.desk.export_corpus import PartFiles, slug_of
from service.desk.export_record import record_export
from service.desk.export_tables import CsvFile, JsonLinesFile, TableRows, XlsxFile
from service.desk.members import list_members
from service.desk.settled import iterate_settled
from service.desk.streaming import uncollected

if TYPE_CHECKING:
    from service.desk.access import Access
    from service.desk.settled import Settled
    from service.store.database import Database

#: Folder inside the place of the parts for relabelled frozen projects: neither split of a corpus.
APART = "kept_apart"


class ExportFormat(StrEnum):
    """What a file of settled labels can be."""

    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"
    LABEL_STUDIO = "label-studio"
    DOCCANO_CLASSES = "doccano-classes"
    DOCCANO_SPANS = "doccano-spans"


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote.

    Parameters
    ----------
    paths
        The files, the one that `sha256` belongs to first.
    kept_apart
        Frozen projects, which stand in a file of their own.
    left_out
        Settled projects that cannot be records of the labelled data, by reason.
    """

    paths: tuple[Path, ...]
    projects: int
    sha256: str
    kept_apart: int = 0
    left_out: Mapping[str, int] = field(default_factory=dict)


class LabelFile(Protocol):
    """A form of settled labels."""

    def begin(self, stream: IO[bytes]) -> None:
        """Write what stands before the first project."""

    def add(self, line: Settled) -> None:
        """Write one project."""

    def end(self) -> None:
        """Write what stands after the last project; the stream stays open."""

    def discard(self) -> None:
        """Remove what was kept beside the stream."""


def export_file(
    database: Database,
    access: Access,
    form: ExportFormat,
    target: Path,
    *,
    actor: str,
    pseudonyms: bool = True,
    force: bool = False,
) -> Exported:
    """Write the settled labels of a campaign into a file.

    Parameters
    ----------
    pseudonyms
        Call annotators by their pseudonyms, which stay the same in all exports of the campaign; else by name.
    force
        Replace a file that exists.

    Raises
    ------
    UsageError
        ``output-exists``.
    OutputError
        The file cannot be written. Nothing is left behind.
    """
    access.require_lead()
    _require_free(target, force=force)
    with _workshop(target.parent) as folder:
        made = folder / "labels"
        sink = _open_form(form, database, access, folder, pseudonyms=pseudonyms)
        with database.reading() as session, uncollected():
            with_tagging = form is ExportFormat.LABEL_STUDIO
            count = _write(sink, iterate_settled(session, access.campaign.id, with_tagging=with_tagging), made)
        done = Exported((target,), count, _hash(made))
        _write_down(database, access, form.value, done, actor, pseudonyms=pseudonyms)
        made.replace(target)
    return done


def export_part(
    database: Database, access: Access, parts: Path, *, actor: str, corpus: Path | None = None, borrows: bool = True
) -> Exported:
    """Write the settled labels of a campaign as a new part of the labelled data.

    The part is called by campaign, day and hash and never replaces another; frozen projects go to the folder
    ``kept_apart``, with the ids of what cannot be a record. No person is named in it.

    Parameters
    ----------
    parts
        Folder for the part.
    corpus
        Labelled data that it shall stand beside: texts near to a frozen one are kept apart too.
    borrows
        Whether words that nobody cited are taken from the model where it said the same; else such projects are
        left out where the schema needs words.

    Raises
    ------
    UsageError
        ``nothing-settled`` when no settled project can be a record.
    OutputError
        The files cannot be written. Nothing is left behind.
    """
    access.require_lead()
    with _workshop(parts) as folder:
        brief = slug_of(access.campaign.name)
        files = PartFiles(folder, brief, corpus, borrows=borrows)
        with database.reading() as session, uncollected():
            files.write(session, iterate_settled(session, access.campaign.id))
        if not files.records + files.kept_apart:
            raise _nothing_settled(files.left_out)
        paths = _name_files(files, parts, brief)
        digest = _hash(next(iter(paths)))
        done = Exported(tuple(paths.values()), files.records, digest, files.kept_apart, dict(files.left_out))
        _write_down(database, access, "labelled-data", done, actor, pseudonyms=True)
        for made, target in paths.items():
            target.parent.mkdir(exist_ok=True)
            made.replace(target)
    return done


def _nothing_settled(left_out: Mapping[str, int]) -> UsageError:
    """Say why there is no part: nothing is settled, or the reasons for which every project was left out."""
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in sorted(left_out.items()))
    detail = f"No settled project can be a record of the labelled data: {reasons or 'none is settled'}."
    remedy = "docs/desk-exchange.md explains the reasons." if reasons else "Settle some projects first."
    return UsageError(detail, code="nothing-settled", remedy=remedy)


def _name_files(files: PartFiles, parts: Path, brief: str) -> dict[Path, Path]:
    """Return where each written file goes: those that hold nothing go nowhere."""
    made = [path for path, count in ((files.part, files.records), (files.apart, files.kept_apart)) if count]
    name = f"{brief}-{now():%Y-%m-%d}-{_hash(made[0])[:8]}"
    places = {files.part: parts / f"{name}.jsonl", files.apart: parts / APART / f"{name}.jsonl"}
    found = {path: places[path] for path in made}
    if files.left_out:
        found[files.left] = parts / APART / f"{name}.left-out.jsonl"
    return found


def _open_form(form: ExportFormat, database: Database, access: Access, folder: Path, *, pseudonyms: bool) -> LabelFile:
    members = list_members(database, access)
    names = {one.user_id: one.pseudonym if pseudonyms else one.name for one in members}
    rows = TableRows(names, access.campaign.guideline_version)
    if form is ExportFormat.CSV:
        return CsvFile(rows)
    if form is ExportFormat.XLSX:
        return XlsxFile(rows, folder)
    if form is ExportFormat.LABEL_STUDIO:
        return LabelStudioFile(names)
    if form in {ExportFormat.DOCCANO_CLASSES, ExportFormat.DOCCANO_SPANS}:
        return DoccanoFile(spans=form is ExportFormat.DOCCANO_SPANS)
    return JsonLinesFile(rows)


def _write(sink: LabelFile, lines: Iterable[Settled], path: Path) -> int:
    count = 0
    with path.open("wb", buffering=1 << 18) as stream:
        try:
            sink.begin(stream)
            for count, line in enumerate(lines, 1):  # noqa: B007 - the last number is the count
                sink.add(line)
            sink.end()
        except BaseException:
            sink.discard()
            raise
    return count


def _write_down(database: Database, access: Access, form: str, done: Exported, actor: str, *, pseudonyms: bool) -> None:
    """Write down what goes out, before it does."""
    projects = done.projects + done.kept_apart
    people = "pseudonyms" if pseudonyms else "names"
    record_export(
        database,
        access,
        actor,
        f"{form}, {projects} projects, {people}, sha256 {done.sha256}",
        form=form,
        file_name=done.paths[0].name[:255],
        projects=projects,
        sha256=done.sha256,
        pseudonymised=pseudonyms,
    )


@contextmanager
def _workshop(parent: Path) -> Iterator[Path]:
    """Make a folder beside the target for what is not complete yet; it always goes again."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".portolan-", dir=parent))
    except OSError as error:
        raise _unwritable(parent, error) from None
    try:
        yield folder
    except OSError as error:
        raise _unwritable(parent, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unwritable(place: Path, error: OSError) -> OutputError:
    reason = error.strerror or type(error).__name__
    return OutputError(f"Nothing can be written to {place}: {reason}.", code="output-unwritable")


def _require_free(target: Path, *, force: bool) -> None:
    if target.is_dir() or (target.exists() and not force):
        raise UsageError(f"{target} exists already.", code="output-exists", remedy="Name another, or use --force.")


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
