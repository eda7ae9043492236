"""How long 50,000 settled projects take to leave the desk, in every format, and a file of labels to come in.

Run ``python -m benchmarks.desk_export [PROJECTS]`` from the checkout; others on the machine change the processor time
less than the other one. Each project has some 650 characters and two cited quotes, as the labelled data have; a fifth
was judged by two people.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from sqlalchemy import insert, select, update

from benchmarks.desk import make_people
from classifier.model import current_version, find_models_dir
from classifier.project import Project, Source
from classifier.tagger import Tagger
from classifier.tagging import Evidence
from service.clock import now
from service.desk.access import Access, enter
from service.desk.agreement import measure_campaign
from service.desk.exchange.intake import ExchangeFormat, import_labels
from service.desk.exchange.vetting import MOST_JUDGEMENTS
from service.desk.export import ExportFormat, export_file, export_part
from service.desk.frozen import FrozenTexts
from service.desk.imports import start_import
from service.desk.judgement import Answer, write_answers
from service.desk.labels import AREAS, NO, NONE, YES
from service.desk.reviewed_file import write_reviewed
from service.desk.staging import stage
from service.desk.states import ImportState, ItemState, SaveKind, Seat, SettledBy
from service.desk.suspects import find_suspects
from service.store.database import Database
from service.store.desk_tables import DeskImport, DeskItem, DeskSave, LabelView
from service.store.upkeep import upgrade

_CHUNK = 1_000
_PATTERNS = 300
_WORDS = 95


def describe(number: int, words: list[str]) -> Project:
    chance = random.Random(number)
    text = " ".join(chance.choices(words, k=_WORDS))
    title = f"Support of district {number}"
    return Project(f"P-{number}", Source(number), title=title, description=text, purpose_codes=("15190",), year=2021)


def fill(database: Database, access: Access, count: int) -> None:
    """Stage invented projects, each with the tagging of one of some hundreds."""
    chance = random.Random(7)
    words = ["".join(chance.choices("abcdefghilmnoprstu", k=chance.randint(2, 9))) for _ in range(20_000)]
    words += ["refugees", "lawyers", "border", "return", "skills", "police"] * 300
    tagger = Tagger.load(current_version(find_models_dir()))
    samples = [describe(number, words) for number in range(_PATTERNS)]
    taggings = [replace(one, language="en") for one in tagger.tag(samples)]
    started = start_import(database, access, "invented.jsonl")
    for first in range(0, count, _CHUNK):
        numbers = range(first, min(first + _CHUNK, count))
        rows = [
            (describe(number, words), replace(taggings[number % _PATTERNS], project_id=f"P-{number}"), 0.0)
            for number in numbers
        ]
        with database.writing() as session:
            stage(session, access.campaign, started.id, rows, FrozenTexts(), first, [1] * len(rows))
            session.get_one(DeskImport, started.id).alive = now()
    with database.writing() as session:
        session.get_one(DeskImport, started.id).state = ImportState.DONE


def settle(database: Database, access: Access, people: list[str]) -> None:
    """Write the rows that judgements leave, without judging one by one."""
    quote = "Support of"
    answers = {area: Answer(YES if area in {"3.2", "4.1"} else NO) for area in AREAS}
    answers |= dict.fromkeys(("3.2", "4.1"), Answer(YES, (Evidence("title", 0, len(quote), quote),)))
    rest = {"main_area": "3.2", "gender": "0", "human_rights": "0", "risk": "low", "rules": NONE}
    answers |= {label: Answer(value) for label, value in rest.items() if label in access.questions.labels}
    written, moment = write_answers(answers), now()
    other = write_answers({**answers, "gender": Answer("1"), "4.1": Answer(NO)})
    with database.writing() as session:
        mine = DeskItem.campaign_id == access.campaign.id
        ids = session.scalars(select(DeskItem.id).where(mine).order_by(DeskItem.id)).all()
        for start in range(0, len(ids), _CHUNK):
            saves, views = [], []
            for item_id in ids[start : start + _CHUNK]:
                for user in people[: 2 if item_id % 5 == 0 else 1]:
                    key = {"campaign_id": access.campaign.id, "item_id": item_id, "user_id": user, "note": ""}
                    saves.append(
                        key
                        | {"token": str(uuid.uuid4()), "seat": Seat.ANNOTATOR, "kind": SaveKind.JUDGEMENT}
                        | {"at": moment, "seconds": None, "undoes": None, "revision": 1, "state": ItemState.SETTLED}
                    )
                    said = other if user == people[1] and item_id % 10 == 0 else written
                    views.append(key | {"seat": Seat.ANNOTATOR, "owner": user, "answers": said, "saved": moment})
            made = session.scalars(insert(DeskSave).returning(DeskSave.id, sort_by_parameter_order=True), saves).all()
            session.execute(insert(LabelView), [view | {"save_id": one} for view, one in zip(views, made, strict=True)])
        done = {"state": ItemState.SETTLED, "settled_by": SettledBy.ANNOTATOR, "revision": 1, "judged": 1}
        session.execute(update(DeskItem).where(mine).values(**done, changed=moment))
        session.execute(update(DeskItem).where(mine, DeskItem.id % 5 == 0).values(judged=2, wanted=2))


def write_labels(path: Path, count: int) -> Path:
    labels = ["3.2", "gender:0", "human_rights:0", "risk:low"]
    with path.open("w") as file:
        for number in range(count):
            text = f"Refugees receive shelter and food in district {number}."
            file.write(json.dumps({"id": number, "text": text, "label": labels}) + "\n")
    return path


@contextmanager
def measure(what: str) -> Iterator[None]:
    started, busy = time.perf_counter(), time.process_time()
    yield
    seconds, busy = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{what:<24}{seconds:8.2f} s  processor {busy:8.2f} s   peak {peak:,} MB", flush=True)


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    with tempfile.TemporaryDirectory(prefix="portolan-bench-") as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder / 'portolan.db'}")
        upgrade(database)
        campaign, users = make_people(database, 2)
        lead = enter(database, campaign.id, users[0].id)
        fill(database, lead, count)
        settle(database, lead, [users[1].id, users[2].id])
        print(f"{count:,} settled projects")
        for form in ExportFormat:
            with measure(form.value):
                export_file(database, lead, form, folder / form.value, actor="bench")
        (folder / "parts").mkdir()
        with measure("labelled-data"):
            done = export_part(database, lead, folder / "parts", actor="bench")
        assert done.projects == count, done
        with measure("reviewed portfolio"):
            write_reviewed(database, lead, folder / "reviewed.csv", "csv", actor="bench")
        with measure("agreement"):
            measure_campaign(database, lead)
        with measure("suspects"):
            find_suspects(database, lead, actor="bench")
        tagger = Tagger.load(current_version(find_models_dir()))
        path = write_labels(folder / "in.jsonl", min(count, MOST_JUDGEMENTS))
        with measure(f"import of {MOST_JUDGEMENTS:,} labels"):
            import_labels(database, lead, path, ExchangeFormat.DOCCANO, tagger, actor="bench")
        database.close()


if __name__ == "__main__":
    main()
