"""Taking portfolios in: whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from desk_case import Desk
from serving_case import make_case
from sqlalchemy import func, select, update
from tiny_model import write_tiny_model

from classifier.project import Project, Source
from classifier.tagger import Tagger
from service.clock import now
from service.desk import imports, vetting
from service.desk.campaigns import count_states, set_closed
from service.desk.faults import DeskMissingError, DeskStateError, ImportRefusedError
from service.desk.from_jobs import upload_of_job
from service.desk.frozen import FrozenTexts, hash_text, load_frozen_texts
from service.desk.imports import cancel_import, find_import, import_portfolio, list_imports, run_import
from service.desk.items import ItemFilter, list_items, read_content
from service.desk.opening import open_item
from service.desk.queue import take_next
from service.desk.retagging import retag_open
from service.desk.states import ImportState, ItemState, Seat
from service.desk.vetting import Upload
from service.jobs.desk import JobDesk, JobOrder, JobStateError
from service.jobs.states import State
from service.store.desk_tables import DeskContent, DeskImport, DeskItem
from service.store.tables import Job

ROWS: list[dict[str, object]] = [
    {
        "id": "A-1",
        "title": "Shelter for refugees",
        "description": "Refugees receive shelter and food near the border.",
        "recipient": "Uganda",
        "amount": 1000,
    },
    {"id": "A-2", "title": "Bruggen", "description": "Het project herstelt bruggen en wegen in vier districten."},
]


def count(desk: Desk, table: type[DeskItem] | type[DeskContent]) -> int:
    with desk.database.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def take_in(desk: Desk, path: Path, *, skip_rejected: bool = False) -> DeskImport:
    upload = Upload(path, path.name, skip_rejected=skip_rejected)
    return import_portfolio(desk.database, desk.access("lea"), upload, desk.tagger, actor="lea")


def test_every_project_comes_in_as_it_was_read(desk: Desk) -> None:
    done = take_in(desk, desk.write_portfolio(ROWS))
    assert (done.state, done.projects, done.model_version) == (ImportState.DONE, 2, "tiny")
    first, second = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert (first.project_id, first.language, first.areas, first.countries) == ("A-1", "en", " 3.2 ", " UG ")
    assert (second.project_id, second.language, second.areas) == ("A-2", "nl", "")
    assert sorted((first.rank, second.rank)) == [1, 2]
    with desk.database.reading() as session:
        project, tagging = read_content(session, first.id)
    assert project.columns["title"] == "Shelter for refugees"
    assert tagging == desk.tagger.tag([project])[0]
    assert [one.id for one in list_imports(desk.database, desk.access("lea"))] == [done.id]
    assert done.repeated is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"id": "A-1", "title": "One bridge"}\n{"id": "P-1", "title": "Two bridges"}\n', "ids-present"),
        ('{"id": "A-1", "title": "One bridge"}\n{"id": "A-2", "title"\n', "rejected-rows"),
        ('{"id": "%s", "title": "One bridge"}\n' % ("x" * 300), "id-too-long"),
        ("\x00\x01\x02", ""),
        ("", ""),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(desk: Desk, content: str, code: str) -> None:
    desk.fill(2)
    path = desk.folder / "bad.jsonl"
    path.write_text(content)
    with pytest.raises(ImportRefusedError) as refused:
        take_in(desk, path)
    assert refused.value.code == code or not code
    assert "bridge" not in str(refused.value)
    assert (count(desk, DeskItem), count(desk, DeskContent)) == (2, 2)
    [failed, _] = list_imports(desk.database, desk.access("lea"))
    assert failed.state == ImportState.FAILED
    assert failed.problem is not None


def test_projects_of_one_identifier_are_kept_apart(desk: Desk) -> None:
    rows = [{**ROWS[number % 2], "id": name} for number, name in enumerate(("A-1", "A-2", "A-1", "A-3", "A-1", "A-3"))]
    done = take_in(desk, desk.write_portfolio(rows))
    assert done.repeated == {"identifiers": 2, "projects": 5, "first": ["A-1", "A-3"]}
    items = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert [one.reference for one in items] == ["A-1", "A-2", "A-1 (2)", "A-3", "A-1 (3)", "A-3 (2)"]
    with desk.database.reading() as session:
        texts = [read_content(session, one.id)[0].title for one in items]
    assert texts == [row["title"] for row in rows]


def test_an_identifier_stands_twice_in_chunks_of_their_own(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_CHUNK", 1)
    take_in(desk, desk.write_portfolio([ROWS[0], ROWS[1], ROWS[0]]))
    items = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert [one.occurrence for one in items] == [1, 1, 2]


def test_a_portfolio_is_not_taken_in_twice(desk: Desk) -> None:
    path = desk.write_portfolio([ROWS[0], ROWS[0]])
    take_in(desk, path)
    with pytest.raises(ImportRefusedError) as refused:
        take_in(desk, path)
    assert (refused.value.code, count(desk, DeskItem)) == ("ids-present", 2)


def test_rows_that_cannot_be_read_may_be_left_out(desk: Desk) -> None:
    path = desk.folder / "bad.jsonl"
    path.write_text('{"id": "A-1", "title": "One bridge"}\n{"id": "A-2", "title"\n')
    done = take_in(desk, path, skip_rejected=True)
    assert (done.projects, done.rejected_rows) == (1, 1)


def test_too_many_projects_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vetting, "MOST_PROJECTS", 3)
    desk.fill(2)
    with pytest.raises(ImportRefusedError) as refused:
        take_in(desk, desk.write_portfolio(ROWS))
    assert refused.value.code == "too-many-projects"
    assert count(desk, DeskItem) == 2


class BreakingTagger:
    """Tags one batch, then breaks."""

    def __init__(self, tagger: Tagger, deed: Callable[[], None]) -> None:
        self.tagger, self.deed, self.calls = tagger, deed, 0
        self.model, self.model_version = tagger.model, tagger.model_version

    def tag(self, projects: list[Project]) -> object:
        self.calls += 1
        if self.calls == 2:
            self.deed()
        return self.tagger.tag(projects)


def test_what_breaks_off_leaves_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_CHUNK", 1)

    def fail() -> None:
        assert count(desk, DeskItem) == 1
        assert list_items(desk.database, desk.access("lea"), ItemFilter()).count == 0
        assert take_next(desk.database, desk.access("ann")) is None
        raise RuntimeError("broken")

    path = desk.write_portfolio(ROWS)
    with pytest.raises(RuntimeError):
        import_portfolio(
            desk.database,
            desk.access("lea"),
            Upload(path, path.name),
            BreakingTagger(desk.tagger, fail),  # type: ignore[arg-type]
            actor="lea",
        )
    assert (count(desk, DeskItem), count(desk, DeskContent)) == (0, 0)
    assert count_states(desk.database, desk.access("lea")) == {}


def test_a_cancelled_import_takes_nothing_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "_CHUNK", 1)
    lead = desk.access("lea")
    path = desk.write_portfolio(ROWS)
    started = imports.start_import(desk.database, lead, path.name)
    with pytest.raises(DeskStateError) as refused:
        imports.start_import(desk.database, lead, path.name)
    assert refused.value.code == "import-running"
    breaking = BreakingTagger(desk.tagger, lambda: cancel_import(desk.database, lead, started.id))
    done = run_import(
        desk.database,
        lead,
        started.id,
        Upload(path, path.name),
        breaking,  # type: ignore[arg-type]
        FrozenTexts(),
        actor="lea",
    )
    assert done.state == ImportState.CANCELLED
    assert count(desk, DeskItem) == 0


def test_a_dead_import_is_cleared_away(desk: Desk) -> None:
    lead = desk.access("lea")
    started = imports.start_import(desk.database, lead, "dead.jsonl")
    with desk.database.writing() as session:
        session.execute(update(DeskImport).values(alive=now() - timedelta(hours=1)))
    assert imports.sweep_imports(desk.database) == 1
    assert find_import(desk.database, lead, started.id).state == ImportState.FAILED
    with pytest.raises(DeskMissingError):
        find_import(desk.database, lead, "none")


@pytest.mark.parametrize("state", [ImportState.CANCELLED, ImportState.FAILED])
def test_what_nobody_cleared_away_does_not_bar_the_file_for_ever(desk: Desk, state: ImportState) -> None:
    path = desk.write_portfolio(ROWS)
    left = take_in(desk, path)
    with desk.database.writing() as session:
        session.execute(update(DeskItem).values(state=ItemState.STAGED))
        session.execute(update(DeskImport).values(state=state, ended=None, alive=now() - timedelta(hours=1)))
    assert take_in(desk, path).state == ImportState.DONE
    assert count(desk, DeskItem) == 2
    swept = find_import(desk.database, desk.access("lea"), left.id)
    assert (swept.state, swept.ended is None) == (state, False)


def test_a_sweep_leaves_an_import_that_ended_meanwhile(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    done = take_in(desk, desk.write_portfolio(ROWS))
    with desk.database.writing() as session:
        session.execute(update(DeskImport).values(alive=now() - timedelta(hours=1), ended=None))
    clear = imports._clear

    def end_first(*given: Any) -> None:  # noqa: ANN401 - whatever `_clear` takes
        with desk.database.writing() as session:
            session.execute(update(DeskImport).values(ended=now()))
        clear(*given)

    monkeypatch.setattr(imports, "_clear", end_first)
    assert imports.sweep_imports(desk.database) == 1
    assert find_import(desk.database, desk.access("lea"), done.id).state == ImportState.DONE
    assert count_states(desk.database, desk.access("lea")) == {ItemState.OPEN: 2}


def test_only_leads_take_in_and_only_while_the_campaign_is_open(desk: Desk) -> None:
    with pytest.raises(DeskMissingError):
        imports.start_import(desk.database, desk.access("ann"), "mine.jsonl")
    set_closed(desk.database, desk.access("lea"), closed=True, actor="lea")
    with pytest.raises(DeskStateError):
        imports.start_import(desk.database, desk.access("lea"), "late.jsonl")


def test_frozen_projects_are_known_by_id_and_by_text(desk: Desk) -> None:
    same = Project(id="F-9", source=Source(1), title="Shelter  for REFUGEES Refugees receive shelter and food")
    frozen = FrozenTexts(frozenset({"P-1"}), frozenset({hash_text(same)}))
    rows = [{"id": "A-1", "title": "Shelter for refugees", "description": "Refugees receive shelter and food"}]
    path = desk.write_portfolio(rows)
    import_portfolio(desk.database, desk.access("lea"), Upload(path, path.name), desk.tagger, frozen, actor="lea")
    desk.fill(2, frozen=frozen)
    found = list_items(desk.database, desk.access("lea"), ItemFilter(frozen=True)).items
    assert {one.project_id for one in found} == {"A-1", "P-1"}


def test_the_frozen_part_of_the_corpus_is_read() -> None:
    frozen = load_frozen_texts(Path(__file__).parents[3] / "labelled_data")
    assert len(frozen.ids) == len(frozen.hashes) or len(frozen.hashes) > 100


def test_another_model_retags_what_nobody_has_seen(desk: Desk) -> None:
    desk.fill(4)
    task = take_next(desk.database, desk.access("ann"))
    assert task is not None
    desk.judge("ann", task.item_id)
    held = take_next(desk.database, desk.access("bob"))
    assert held is not None
    other = Tagger.load(write_tiny_model(desk.folder / "models", "other"))
    assert retag_open(desk.database, desk.access("lea"), other, actor="lea") == 2
    assert retag_open(desk.database, desk.access("lea"), other, actor="lea") == 0
    items = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert {one.id for one in items if one.model_version == "tiny"} == {task.item_id, held.item_id}
    tagging = open_item(desk.database, desk.access("bob"), held.item_id, Seat.ANNOTATOR).tagging
    assert tagging is not None
    assert tagging.model_version == "tiny"


def test_a_finished_job_gives_its_portfolio(tmp_path: Path) -> None:
    case = make_case(tmp_path)
    jobs = JobDesk(case.database, case.settings)
    with case.database.reading() as session:
        from service.access.users import find_user

        owner = find_user(session, "ann").id
    with (tmp_path / "p.csv").open("wb+") as file:
        file.write(b"id,name\nA-1,One bridge\n")
        file.seek(0)
        job = jobs.submit(JobOrder("p.csv", "csv", columns={"title": "name"}), file, owner)
    with pytest.raises(JobStateError):
        upload_of_job(jobs, case.settings, job.id, owner)
    with case.database.writing() as session:
        session.execute(update(Job).values(state=State.DONE, model_version="tiny"))
    upload, version = upload_of_job(jobs, case.settings, job.id, owner)
    assert (upload.file_name, dict(upload.read.columns), version) == ("p.csv", {"title": "name"}, "tiny")
    upload.path.unlink()
    with pytest.raises(JobStateError):
        upload_of_job(jobs, case.settings, job.id, owner)
    case.database.close()


def test_staged_items_are_hidden(desk: Desk) -> None:
    desk.fill(2)
    with desk.database.writing() as session:
        session.execute(update(DeskItem).values(state=ItemState.STAGED))
    assert list_items(desk.database, desk.access("lea"), ItemFilter(states=tuple(ItemState))).count == 0
    with pytest.raises(DeskMissingError):
        open_item(desk.database, desk.access("lea"), 1, Seat.ADJUDICATOR)
