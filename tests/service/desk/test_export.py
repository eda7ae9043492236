"""Settled labels on their way out: files for people, a part of the labelled data, and what is written down."""

from __future__ import annotations

import csv
import hashlib
import json
from dataclasses import replace
from pathlib import Path

import pytest
from desk_case import TEXTS, Desk, make_judgement
from openpyxl import load_workbook
from sqlalchemy import select
from tiny_corpus import tiny_corpus

from classifier.errors import UsageError
from classifier.project import Project, Source
from classifier.tagging import Evidence
from service.access.audit import Action
from service.desk.adjudication import decide, open_dispute
from service.desk.corpus_records import record_id
from service.desk.export import APART, ExportFormat, export_file, export_part
from service.desk.faults import DeskMissingError
from service.desk.frozen import FrozenTexts, hash_text
from service.desk.imports import import_portfolio
from service.desk.items import ItemFilter, list_items
from service.desk.judgement import Answer, Judgement
from service.desk.members import list_members
from service.desk.vetting import Upload
from service.store.desk_tables import DeskExport
from service.store.tables import AuditEntry
from training.corpus import load_corpus, write_corpus
from training.corpus_check import check_corpus

TOKEN = "0" * 32
#: Which of the invented projects say something about refugees, and the words.
SHELTER = Evidence("description", 0, 8, TEXTS[0][:8])


def cited(**labels: str) -> Judgement:
    judgement = make_judgement("3.2", **labels)
    return Judgement({**judgement.answers, "3.2": Answer("yes", (SHELTER,))}, "=1+1")


def judge_all(desk: Desk) -> list[int]:
    """Import five projects, and let ann and bob settle four of them: one by decision, one not at all."""
    desk.campaign(doubled=1.0, guideline_version="1.1")
    desk.fill(5)
    items = [item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items]
    for item_id in items[:4]:
        desk.judge("ann", item_id, make_judgement())
        desk.judge("bob", item_id, make_judgement(risk="high" if item_id == items[3] else "low"))
    # The fifth speaks of refugees.
    desk.judge("ann", items[4], cited())
    desk.judge("bob", items[4], cited(gender="1"))
    lead = desk.access("lea")
    dispute = open_dispute(desk.database, lead, items[4])
    decide(desk.database, lead, dispute, {"gender": "0"}, revision=dispute.opened.revision, token=TOKEN, note="=1+1")
    return items


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_table_holds_what_is_settled(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    done = export_file(desk.database, desk.access("lea"), ExportFormat.CSV, tmp_path / "labels.csv", actor="lea")
    rows = rows_of(tmp_path / "labels.csv")
    assert done.projects == len(rows) == 4
    assert [row["id"] for row in rows] == ["P-1", "P-2", "P-3", "P-5"]
    last = rows[-1]
    assert (last["areas"], last["main_area"], last["gender"], last["settled_by"]) == ("3.2", "3.2", "0", "adjudicator")
    assert last["description"] == TEXTS[0]
    assert last["note"] == "'=1+1"
    assert last["guideline_version"] == "1.1"


def test_people_are_called_by_the_same_pseudonyms_in_all_exports(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    lead = desk.access("lea")
    for number in (1, 2):
        export_file(desk.database, lead, ExportFormat.CSV, tmp_path / f"{number}.csv", actor="lea")
    pseudonyms = {one.name: one.pseudonym for one in list_members(desk.database, lead)}
    first, second = (rows_of(tmp_path / f"{number}.csv") for number in (1, 2))
    assert first == second
    assert first[0]["judges"] == f"{pseudonyms['ann']} {pseudonyms['bob']}"
    assert not {"ann", "bob", "lea"} & set(" ".join(row["judges"] for row in first).split())
    export_file(desk.database, lead, ExportFormat.CSV, tmp_path / "named.csv", actor="lea", pseudonyms=False)
    assert rows_of(tmp_path / "named.csv")[-1]["judges"] == "ann bob lea"


def test_lines_hold_the_words_and_what_everybody_said(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    path = tmp_path / "labels.jsonl"
    export_file(desk.database, desk.access("lea"), ExportFormat.JSONL, path, actor="lea", pseudonyms=False)
    last = json.loads(path.read_text("utf-8").splitlines()[-1])
    assert last["areas"] == ["3.2"]
    assert last["evidence"] == [{"label": "3.2", "field": "description", "start": 0, "end": 8, "quote": "Refugees"}]
    said = {one["name"]: (one["as"], one["labels"]["gender"]) for one in last["judges"]}
    assert said == {"ann": ("annotator", "0"), "bob": ("annotator", "1"), "lea": ("adjudicator", "0")}


def test_a_workbook_holds_the_same_and_no_formula(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    path = tmp_path / "labels.xlsx"
    export_file(desk.database, desk.access("lea"), ExportFormat.XLSX, path, actor="lea")
    rows = list(load_workbook(path)["Labels"].iter_rows(values_only=True))
    assert len(rows) == 5
    assert dict(zip(rows[0], rows[4], strict=True))["note"] == "=1+1"


def test_an_export_is_written_down_with_its_hash(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    path = tmp_path / "labels.csv"
    export_file(desk.database, desk.access("lea"), ExportFormat.CSV, path, actor="lea")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with desk.database.reading() as session:
        [kept] = session.scalars(select(DeskExport)).all()
        [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == Action.EXPORT)).all()
    assert (kept.sha256, kept.projects, kept.format, kept.pseudonymised) == (digest, 4, "csv", True)
    assert (entry.actor, entry.subject) == ("lea", desk.campaign_id)
    assert digest in entry.detail


def test_a_file_that_exists_stays(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists"):
        export_file(desk.database, desk.access("lea"), ExportFormat.CSV, path, actor="lea")
    assert path.read_text() == "mine"
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".portolan")] == []


def test_only_leads_let_labels_out(desk: Desk, tmp_path: Path) -> None:
    for name in ("ann", "rex"):
        with pytest.raises(DeskMissingError):
            export_file(desk.database, desk.access(name), ExportFormat.CSV, tmp_path / "x.csv", actor=name)
        with pytest.raises(DeskMissingError):
            export_part(desk.database, desk.access(name), tmp_path, actor=name)


def part_of(desk: Desk, folder: Path, **options: object) -> Path:
    parts = folder / "parts"
    parts.mkdir(exist_ok=True)
    done = export_part(desk.database, desk.access("lea"), parts, actor="lea", **options)  # type: ignore[arg-type]
    return done.paths[0]


def test_a_part_is_accepted_by_the_check_of_the_corpus(desk: Desk, tmp_path: Path) -> None:
    judge_all(desk)
    path = part_of(desk, tmp_path)
    report = check_corpus(tmp_path)
    assert report.is_sound, report.to_json()
    records = {one.id: one for one in load_corpus(tmp_path)}
    assert list(records) == ["P-1", "P-2", "P-3", "P-5"]
    assert records["P-5"].areas == ("3.2",)
    assert [one.quote for one in records["P-5"].evidence] == ["Refugees"]
    assert records["P-5"].brief == "desk-round-one"
    assert path.name.startswith("desk-round-one-20")
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(path.stem.rsplit("-", 1)[1])


def test_texts_that_say_the_same_are_of_one_family(desk: Desk, tmp_path: Path) -> None:
    desk.fill(10)
    for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items:
        desk.judge("ann", item.id, make_judgement())
    part_of(desk, tmp_path)
    assert check_corpus(tmp_path).is_sound
    families = {one.id: one.family for one in load_corpus(tmp_path)}
    assert families["P-6"] == families["P-1"] == "P-1"
    assert len(set(families.values())) == 5


def judge_twins(desk: Desk) -> None:
    """Import three projects, of which the first and the last bear one identifier, and settle them."""
    rows = [{"id": name, "title": "Project", "description": TEXTS[place]} for place, name in enumerate("ABA")]
    path = desk.write_portfolio(rows)
    import_portfolio(desk.database, desk.access("lea"), Upload(path, path.name), desk.tagger, actor="lea")
    for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items:
        desk.judge("ann", item.id, make_judgement())


def test_projects_of_one_identifier_leave_with_their_occurrence(desk: Desk, tmp_path: Path) -> None:
    judge_twins(desk)
    export_file(desk.database, desk.access("lea"), ExportFormat.CSV, tmp_path / "labels.csv", actor="lea")
    found = [(row["id"], row["occurrence"], row["description"]) for row in rows_of(tmp_path / "labels.csv")]
    assert found == [("A", "1", TEXTS[0]), ("B", "1", TEXTS[1]), ("A", "2", TEXTS[2])]


def test_projects_of_one_identifier_are_records_of_one_family(desk: Desk, tmp_path: Path) -> None:
    judge_twins(desk)
    part_of(desk, tmp_path)
    assert check_corpus(tmp_path).is_sound
    first, other, second = load_corpus(tmp_path)
    assert (first.id, other.id, second.id) == ("A", "B", record_id("A", 2))
    assert (first.family, other.family, second.family) == ("A", "B", "A")


def test_frozen_projects_never_come_into_a_part(desk: Desk, tmp_path: Path) -> None:
    text = Project("x", Source(1), title="Project 1", description=TEXTS[1])
    desk.fill(3, frozen=FrozenTexts(frozenset({"P-2"}), frozenset({hash_text(text)})))
    for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items:
        desk.judge("ann", item.id, make_judgement())
    part_of(desk, tmp_path)
    assert [one.id for one in load_corpus(tmp_path)] == ["P-3"]
    [apart] = (tmp_path / "parts" / APART).iterdir()
    assert [json.loads(line)["id"] for line in apart.read_text("utf-8").splitlines()] == ["P-1", "P-2"]


def test_texts_near_to_a_frozen_one_are_kept_apart_too(desk: Desk, tmp_path: Path) -> None:
    near = TEXTS[1].replace("province", "region")
    frozen = replace(tiny_corpus()[2], title=near)
    corpus = tmp_path / "corpus"
    (corpus / "frozen").mkdir(parents=True)
    write_corpus([frozen], corpus / "frozen" / "f.jsonl")
    desk.fill(3)
    for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items:
        desk.judge("ann", item.id, make_judgement())
    part_of(desk, tmp_path, corpus=corpus)
    assert [one.id for one in load_corpus(tmp_path)] == ["P-2", "P-3"]


def test_what_cannot_be_a_record_is_left_out_and_named(desk: Desk, tmp_path: Path) -> None:
    desk.fill(4)
    items = [item.id for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items]
    unsure = make_judgement()
    desk.judge("ann", items[0], Judgement({**unsure.answers, "3.1": Answer("unknown")}))
    desk.judge("ann", items[1], Judgement({**unsure.answers, "risk": Answer("unknown")}))
    desk.judge("ann", items[2], make_judgement("4.1"))
    desk.judge("ann", items[3], make_judgement())
    parts = tmp_path / "parts"
    parts.mkdir()
    done = export_part(desk.database, desk.access("lea"), parts, actor="lea")
    assert done.left_out == {"area-unknown": 1, "no-risk": 1, "no-evidence": 1}
    rows = [json.loads(line) for line in done.paths[-1].read_text("utf-8").splitlines()]
    assert {row["id"]: row["reason"] for row in rows} == {
        "P-1": "area-unknown",
        "P-2": "no-risk",
        "P-3": "no-evidence",
    }


def test_a_part_without_a_record_says_why(desk: Desk, tmp_path: Path) -> None:
    desk.fill(1)
    parts = tmp_path / "parts"
    parts.mkdir()
    with pytest.raises(UsageError, match="none is settled"):
        export_part(desk.database, desk.access("lea"), parts, actor="lea")
    [item] = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    desk.judge("ann", item.id, make_judgement("4.1"))
    with pytest.raises(UsageError, match="no-evidence 1"):
        export_part(desk.database, desk.access("lea"), parts, actor="lea")
    assert not list(parts.iterdir())


def test_words_come_from_the_model_where_it_said_the_same(desk: Desk, tmp_path: Path) -> None:
    desk.fill(1, first=5)
    [item] = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    desk.judge("ann", item.id, make_judgement("3.2"))
    with pytest.raises(UsageError, match="No settled project"):
        part_of(desk, tmp_path, borrows=False)
    part_of(desk, tmp_path)
    [found] = load_corpus(tmp_path)
    assert [one.label for one in found.evidence] == ["3.2"]
    assert replace(found, evidence=()).areas == ("3.2",)
