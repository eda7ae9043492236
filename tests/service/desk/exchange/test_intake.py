"""Tasks and labels that come into a campaign: all of them, or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from desk_case import TEXTS, Desk, make_judgement
from sqlalchemy import func, select

from service.desk.exchange import vetting
from service.desk.exchange.intake import ExchangeFormat, TakenIn, import_labels
from service.desk.export import ExportFormat, export_file
from service.desk.faults import DeskMissingError, ImportRefusedError
from service.desk.imports import import_portfolio
from service.desk.items import ItemFilter, list_items
from service.desk.states import ItemState, SaveKind
from service.desk.vetting import Upload
from service.desk.views import history, iterate_views
from service.store.desk_tables import DeskItem, DeskSave, LabelEvent

LABEL = ["3.2", "gender:0", "human_rights:0", "risk:low"]


def row(number: int, *labels: Any, text: str = TEXTS[0]) -> dict[str, Any]:  # noqa: ANN401
    return {"id": number, "project_id": f"P-{number}", "text": text, "label": list(labels)}


def bring(
    desk: Desk,
    *rows: object,
    form: ExchangeFormat = ExchangeFormat.DOCCANO,
    judges: Mapping[str, str] | None = None,
    name: str = "lea",
) -> TakenIn:
    path = desk.folder / "labels.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    access = desk.access(name)
    return import_labels(desk.database, access, path, form, desk.tagger, judges=judges or {}, actor=name)


def count(desk: Desk) -> tuple[int, int, int]:
    with desk.database.reading() as session:
        tables = (DeskItem, DeskSave, LabelEvent)
        items, saves, events = (session.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    return items, saves, events


def test_new_projects_come_with_their_labels(desk: Desk) -> None:
    taken = bring(desk, row(1, *LABEL), row(2))
    assert taken == TakenIn(2, 1)
    first, second = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    assert (first.state, first.settled_by, second.state) == (ItemState.SETTLED, "annotator", ItemState.OPEN)
    [entry] = history(desk.database, desk.access("lea"), first.id)
    assert (entry.user_name, entry.save.kind) == ("lea", SaveKind.IMPORT)
    assert not any(event.shown for event in entry.events)


def test_projects_of_the_campaign_get_the_labels(desk: Desk) -> None:
    desk.fill(2)
    assert bring(desk, row(1, *LABEL)) == TakenIn(0, 1)
    states = [item.state for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items]
    assert states == [ItemState.SETTLED, ItemState.OPEN]


def task(number: int, *said: tuple[object, str]) -> dict[str, Any]:
    def result(area: str) -> list[dict[str, Any]]:
        kinds = [("areas", area), ("gender", "0"), ("human_rights", "0"), ("risk", "low")]
        return [{"from_name": name, "type": "choices", "value": {"choices": [value]}} for name, value in kinds]

    annotations = [{"completed_by": judge, "result": result(area)} for judge, area in said]
    data = {"project_id": f"P-{number}", "title": f"Project {number}", "text": TEXTS[number % 5]}
    return {"data": data, "annotations": annotations}


def test_each_judge_keeps_what_they_said(desk: Desk) -> None:
    judges = {"7": "ann"}
    rows = (task(1, (7, "3.2"), ("bob", "3.1")), task(2, (7, "3.2"), ("bob", "3.2")))
    assert bring(desk, *rows, form=ExchangeFormat.LABEL_STUDIO, judges=judges) == TakenIn(2, 4)
    lead = desk.access("lea")
    items = list_items(desk.database, lead, ItemFilter()).items
    assert [item.state for item in items] == [ItemState.DISPUTED, ItemState.SETTLED]
    assert [entry.user_name for entry in history(desk.database, lead, items[0].id)] == ["ann", "bob"]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ((row(1, *LABEL), row(2, "positive")), "unknown-label"),
        ((row(1, *LABEL), row(1, *LABEL)), "duplicate-ids"),
        ((row(1, *LABEL), {"text": "x"}), "wrong-format"),
        ((row(1, *LABEL), row(2, [0, 99, "3.2"])), "evidence-invalid"),
        ((row(1, *LABEL), row(2, "3.1", "3.2", "main_area:3.3")), "main-area"),
        ((row(1, *LABEL), row(2, "rules:BOR-10")), "label-unknown"),
        ((row(1, *LABEL), {**row(2), "project_id": "x" * 300}), "id-too-long"),
    ],
)
def test_a_file_with_a_fault_changes_nothing(desk: Desk, rows: tuple[object, ...], code: str) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, *rows)
    assert refused.value.code == code
    assert refused.value.detail.startswith("Line 2: ")
    assert count(desk) == (0, 0, 0)


def twins(desk: Desk) -> None:
    """Import two projects of one identifier, and one of another."""
    rows = [{"id": "P-1", "title": "Project", "description": text} for text in TEXTS[:2]] + [
        {"id": "P-2", "title": "x"}
    ]
    path = desk.write_portfolio(rows)
    import_portfolio(desk.database, desk.access("lea"), Upload(path, path.name), desk.tagger, actor="lea")


def test_an_identifier_that_several_projects_bear_comes_with_its_occurrence(desk: Desk) -> None:
    twins(desk)
    first = {**row(1, *LABEL), "occurrence": 1.0}
    second = {**row(1, "3.1", "gender:0", "human_rights:0", "risk:low"), "occurrence": "2"}
    assert bring(desk, second, first, row(2, *LABEL)) == TakenIn(0, 3)
    with desk.database.reading() as session:
        said = [
            (item.reference, [area for area in ("3.1", "3.2") if views[0].judgement.values[area] == "yes"])
            for item, views in iterate_views(session, desk.campaign_id)
        ]
    assert said == [("P-1", ["3.2"]), ("P-1 (2)", ["3.1"]), ("P-2", ["3.2"])]


@pytest.mark.parametrize(
    ("rows", "code", "line"),
    [
        ((row(2, *LABEL), row(1, *LABEL)), "ambiguous-id", 2),
        (({**row(1, *LABEL), "occurrence": 3},), "occurrence-missing", 1),
        (({**row(1, *LABEL), "occurrence": 2}, {**row(1, *LABEL), "occurrence": 2}), "duplicate-ids", 2),
        (({**row(1, *LABEL), "occurrence": 2}, row(1, *LABEL)), "duplicate-ids", 2),
        ((row(7, *LABEL), {**row(7, *LABEL), "occurrence": 2}), "duplicate-ids", 2),
        (({**row(1, *LABEL), "occurrence": 0},), "wrong-format", 1),
        (({**row(1, *LABEL), "occurrence": True},), "wrong-format", 1),
        (({**row(1, *LABEL), "occurrence": 1.5},), "wrong-format", 1),
        (({**row(1, *LABEL), "occurrence": float("inf")},), "wrong-format", 1),
    ],
)
def test_an_identifier_that_may_mean_several_projects_is_named(
    desk: Desk, rows: tuple[object, ...], code: str, line: int
) -> None:
    twins(desk)
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, *rows)
    assert (refused.value.code, refused.value.detail.split(":")[0]) == (code, f"Line {line}")
    assert count(desk) == (3, 0, 0)


@pytest.mark.parametrize(
    ("form", "exported"),
    [
        (ExchangeFormat.LABEL_STUDIO, ExportFormat.LABEL_STUDIO),
        (ExchangeFormat.DOCCANO, ExportFormat.DOCCANO_CLASSES),
    ],
)
def test_projects_of_one_identifier_go_to_another_tool_and_come_back(
    desk: Desk, form: ExchangeFormat, exported: ExportFormat
) -> None:
    twins(desk)
    items = list_items(desk.database, desk.access("lea"), ItemFilter()).items
    desk.judge("ann", items[1].id, make_judgement("3.1"))
    desk.judge("ann", items[2].id, make_judgement("3.2"))
    path = desk.folder / "out.json"
    export_file(desk.database, desk.access("lea"), exported, path, actor="lea")
    desk.campaign()
    lead = desk.access("lea")
    assert import_labels(desk.database, lead, path, form, desk.tagger, actor="lea") == TakenIn(2, 2)
    items = list_items(desk.database, lead, ItemFilter()).items
    assert [one.reference for one in items] == ["P-1 (2)", "P-2"]


def test_an_empty_file_is_named(desk: Desk) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk)
    assert refused.value.code == "no-projects"


@pytest.mark.parametrize(
    ("limit", "code"), [("MOST_PROJECTS", "too-many-projects"), ("MOST_JUDGEMENTS", "too-many-judgements")]
)
def test_a_file_that_is_too_large_is_named(desk: Desk, monkeypatch: pytest.MonkeyPatch, limit: str, code: str) -> None:
    monkeypatch.setattr(vetting, limit, 3)
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, *(row(number, *LABEL) for number in range(1, 6)))
    assert refused.value.code == code
    assert refused.value.detail.startswith("Line 4: ")
    assert count(desk) == (0, 0, 0)


def test_what_was_judged_at_the_desk_stays(desk: Desk) -> None:
    desk.fill(2)
    first = list_items(desk.database, desk.access("lea"), ItemFilter()).items[0].id
    desk.judge("ann", first, make_judgement("3.1"))
    before = count(desk)
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, row(2, *LABEL), row(1, *LABEL))
    assert (refused.value.code, count(desk)) == ("item-taken", before)


def test_two_unknown_judges_of_one_project_are_named(desk: Desk) -> None:
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, task(1, (7, "3.2"), (8, "3.1")), form=ExchangeFormat.LABEL_STUDIO)
    assert refused.value.code == "judged-twice"
    with pytest.raises(ImportRefusedError) as refused:
        bring(desk, task(1, (7, "3.2")), form=ExchangeFormat.LABEL_STUDIO, judges={"7": "eve"})
    assert refused.value.code == "judge-unknown"
    assert count(desk) == (0, 0, 0)


def test_only_leads_bring_labels_in(desk: Desk) -> None:
    with pytest.raises(DeskMissingError):
        bring(desk, row(1, *LABEL), name="ann")


def test_labels_go_to_label_studio_and_into_another_campaign(desk: Desk) -> None:
    desk.campaign(doubled=1.0)
    desk.fill(3)
    for item in list_items(desk.database, desk.access("lea"), ItemFilter()).items:
        desk.judge("ann", item.id, make_judgement("3.2", note="Same."))
        desk.judge("bob", item.id, make_judgement("3.2"))
    path = desk.folder / "out.json"
    lead = desk.access("lea")
    export_file(desk.database, lead, ExportFormat.LABEL_STUDIO, path, actor="lea", pseudonyms=False)
    assert json.loads(path.read_text("utf-8"))[0]["predictions"][0]["model_version"] == "tiny"
    desk.campaign()
    lead = desk.access("lea")
    taken = import_labels(desk.database, lead, path, ExchangeFormat.LABEL_STUDIO, desk.tagger, actor="lea")
    assert taken == TakenIn(3, 6)
    with desk.database.reading() as session:
        found = [
            (item.state, [view.judgement for view in views]) for item, views in iterate_views(session, lead.campaign.id)
        ]
    expected = [make_judgement("3.2", note="Same."), make_judgement("3.2")]
    assert [(state, [one.values for one in said]) for state, said in found] == [
        (ItemState.SETTLED, [one.values for one in expected])
    ] * 3
