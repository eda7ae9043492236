"""The models as pages: a training from its start to its verdict, and who may do what."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from desk_case import make_desk, make_judgement
from desk_pages import DeskPages, open_pages
from retraining_case import make_trainable

from classifier.model import current_version
from classifier.taxonomy import LANGUAGES
from service.access.users import add_user
from service.desk import retraining_process
from service.desk.retraining import list_runs
from service.desk.retraining_process import work_on
from service.desk.retraining_steps import _name_fault
from service.desk.states import Seat
from service.pages.desk import retraining_pages
from service.settings import Settings
from service.store.database import Database


@pytest.fixture
def pages(tmp_path: Path, new_url: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Iterator[DeskPages]:
    url = new_url()
    desk = make_desk(tmp_path, url)
    desk.users["ada"] = add_user(desk.database, "ada", "admin", actor="test")
    settings = make_trainable(desk).settings
    monkeypatch.setattr(retraining_pages, "launch", lambda *_: None)
    given = {name: getattr(settings, name) for name in ("labelled_data", "training_configuration")}
    with open_pages(desk, url, **given) as opened:
        yield opened
    desk.database.close()


def settings_of(pages: DeskPages) -> Settings:
    found: Settings = pages.client.app.state.service.settings  # type: ignore[attr-defined]
    return found


def start(pages: DeskPages) -> str:
    answer = pages.post("lea", "/desk/models/start", {"part": "tiny.jsonl"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def finish(pages: DeskPages, path: str) -> None:
    database: Database = pages.desk.database
    work_on(database, settings_of(pages), path.rsplit("/", 1)[1])


def current(pages: DeskPages) -> str:
    return current_version(pages.desk.folder / "models").name


def test_a_training_is_started_watched_compared_and_promoted(pages: DeskPages) -> None:
    listed = pages.get("lea", "/desk/models").text
    assert "tiny.jsonl" in listed
    assert "style=" not in listed
    path = start(pages)
    running = pages.get("lea", path).text
    assert f'hx-get="{path}/progress"' in running
    assert "hx-refresh" not in pages.get("lea", f"{path}/progress", piece=True).headers
    assert 'hx-get="/desk/models/runs"' in pages.get("lea", "/desk/models/runs", piece=True).text
    refused = pages.post("lea", "/desk/models/start", {"part": "tiny.jsonl"})
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text
    finish(pages, path)
    assert pages.get("lea", f"{path}/progress", piece=True).headers["hx-refresh"] == "true"

    done = pages.get("ada", path).text
    assert "3.2" in done
    assert "<svg" in done
    assert re.search(r"English|Anglais", done)
    assert pages.post("lea", f"{path}/promote", {"reason": "mine", "force": "on"}).status_code == 403
    assert pages.post("ada", f"{path}/promote", {"reason": " "}).status_code == 422
    assert current(pages) == "tiny"
    assert pages.post("ada", f"{path}/promote", {"reason": "better", "force": "on"}).status_code == 303
    made = current(pages)
    assert made != "tiny"
    assert pages.client.app.state.service.keeper.tagger.model_version == made  # type: ignore[attr-defined]
    assert "better" in pages.get("lea", path).text
    assert pages.post("lea", "/desk/models/rollback", {"reason": "x"}).status_code == 403
    assert pages.post("ada", "/desk/models/rollback", {"reason": "complaints"}).status_code == 303
    assert current(pages) == "tiny"
    assert "complaints" in pages.get("lea", "/desk/models").text


def test_a_model_that_was_not_compared_is_compared_first_or_declined(pages: DeskPages) -> None:
    path = start(pages)
    finish(pages, path)
    models = pages.desk.folder / "models"
    other = models / "tiny-2"
    other.mkdir()
    for file in (models / "tiny").iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    manifest = (other / "manifest.json").read_text("utf-8").replace('"version": "tiny"', '"version": "tiny-2"')
    (other / "manifest.json").write_text(manifest, "utf-8")
    (models / "current").write_text("tiny-2\n", "utf-8")
    assert f'action="{path}/compare"' in pages.get("ada", path).text
    refused = pages.post("ada", f"{path}/promote", {"reason": "now"})
    assert (refused.status_code, current(pages)) == (422, "tiny-2")
    assert pages.post("lea", f"{path}/compare", {}).status_code == 303
    finish(pages, path)
    assert f'action="{path}/compare"' not in pages.get("ada", path).text
    assert pages.post("ada", f"{path}/decline", {"reason": "not yet"}).status_code == 303
    assert "not yet" in pages.get("lea", path).text


def test_a_training_is_cancelled_and_a_failure_says_why(pages: DeskPages) -> None:
    path = start(pages)
    assert pages.post("lea", f"{path}/cancel", {}).status_code == 303
    assert pages.post("lea", f"{path}/cancel", {}).status_code == 409
    data = settings_of(pages).labelled_data
    assert data is not None
    (data / "parts" / "tiny.jsonl").write_text("{}\n", "utf-8")
    path = start(pages)
    finish(pages, path)
    page = pages.get("lea", path).text
    assert "parts/tiny.jsonl, line 1" in page
    assert current(pages) == "tiny"


def test_a_killed_training_says_so_in_the_language_of_the_page(
    pages: DeskPages, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_killed(*_: object) -> None:
        raise _name_fault(-9, [])

    monkeypatch.setattr(retraining_process, "run_step", be_killed)
    path = start(pages)
    finish(pages, path)
    for address in (path, "/desk/models"):
        shown = pages.client.get(address, headers={**pages.headers("lea"), "Accept-Language": "fr"}).text
        assert "a été tué (signal 9)" in shown
        assert "was killed" not in shown


def test_settled_labels_of_a_campaign_become_a_part(pages: DeskPages) -> None:
    pages.desk.fill(3)
    campaign = {"campaign": pages.desk.campaign_id}
    assert pages.post("lea", "/desk/models/settled", campaign).status_code == 422
    for item in (1, 2, 3):
        pages.desk.judge("rex", item, make_judgement(), seat=Seat.REVIEWER)
    answer = pages.post("lea", "/desk/models/settled", campaign)
    assert answer.status_code == 303, re.findall(r'role="alert">(.*?)<', answer.text)
    assert 'name="settled" value="desk-round-one' in pages.get("lea", "/desk/models").text
    assert pages.post("lea", "/desk/models/settled", {"campaign": "0" * 32}).status_code == 404


def test_only_leads_and_administrators_come_in(pages: DeskPages) -> None:
    path = start(pages)
    for name in ("ann", "rex", "eve"):
        for one in ("/desk/models", path, "/desk/precision"):
            assert pages.get(name, one).status_code == 404
        assert pages.post(name, "/desk/models/start", {"part": "tiny.jsonl"}).status_code == 404
        assert pages.post(name, f"{path}/promote", {"reason": "x"}).status_code == 404
    assert pages.get("ada", "/desk/models").status_code == 200
    assert pages.get("lea", f"/desk/models/{'0' * 32}").status_code == 404
    assert pages.post("lea", "/desk/models/start", {}).status_code == 422
    assert pages.post("lea", "/desk/models/start", {"part": "../frozen/tiny.jsonl"}).status_code == 409
    assert len(list_runs(pages.desk.database)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(pages: DeskPages, language: str) -> None:
    path = start(pages)
    headers = pages.headers("ada", piece=False)
    headers["Cookie"] += f"; portolan_language={language}"
    for one in ("/desk/models", path, "/desk/precision"):
        response = pages.client.get(one, headers=headers)
        assert response.status_code == 200
        assert f'<html lang="{language}">' in response.text
