"""The desk under load: the next project out of a large store, and many annotators at once.

Run ``python -m benchmarks.desk`` from the checkout: it fills a database with invented projects, measures one
annotator alone, then lets many work at once, and checks in the end that every acknowledged save is there once and
that what is now said follows from the events. ``--database`` names an empty PostgreSQL database in place of SQLite, as
``createdb`` makes it: ``--minutes 30 --database postgresql+psycopg://portolan@127.0.0.1:5432/bench``.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import quantiles
from typing import TypeVar

from sqlalchemy import func, select

from classifier.model import current_version, find_models_dir
from classifier.project import Project, Source
from classifier.tagger import Tagger
from classifier.tagging import Tagging
from service.access.users import add_user
from service.clock import now
from service.desk.access import Access, enter
from service.desk.campaigns import CampaignPlan, make_campaign
from service.desk.drafts import keep_draft
from service.desk.events import Form, Saved, save, undo
from service.desk.frozen import FrozenTexts
from service.desk.imports import start_import
from service.desk.judgement import Answer, Judgement
from service.desk.labels import AREAS, MAIN_AREA, suggested_values
from service.desk.members import set_member
from service.desk.opening import OpenItem, open_item
from service.desk.order import order_queue
from service.desk.queue import skip, take_next
from service.desk.staging import stage
from service.desk.states import ImportState, ItemState, Role, Seat, SkipReason
from service.desk.views import replay
from service.store.database import Database
from service.store.desk_tables import Campaign, DeskImport, DeskItem, DeskSave, LabelEvent, LabelView
from service.store.tables import User
from service.store.upkeep import upgrade

_Result = TypeVar("_Result")
_SENTENCES = (
    "The project trains {n} social workers who help displaced families to find shelter, school and work.",
    "Lawyers defend {n} asylum seekers in the courts of the province and inform them about their rights.",
    "The ministry repairs {n} bridges and rural roads in four districts, with a fund for maintenance.",
    "Le projet construit {n} points d'eau et forme des comités de gestion dans les villages d'accueil.",
    "Het project steunt {n} teruggekeerde migranten met een opleiding en een startkapitaal.",
    "The fund helps {n} members of the diaspora to invest in small firms of their region of origin.",
)
_CHUNK = 1_000


@dataclass(slots=True)
class Times:
    """How long calls took, in milliseconds, by what they were."""

    found: dict[str, list[float]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def measure(self, what: str, call: Callable[[], _Result]) -> _Result:
        started = time.perf_counter()
        result = call()
        took = (time.perf_counter() - started) * 1_000
        with self.lock:
            self.found.setdefault(what, []).append(took)
        return result

    def show(self, title: str) -> None:
        print(title)
        for what, values in self.found.items():
            cuts = quantiles(values, n=100) if len(values) > 1 else values * 99
            print(
                f"  {what:<22}{len(values):>8,}  median {cuts[49]:7.1f} ms  p95 {cuts[94]:7.1f} ms  "
                f"p99 {cuts[98]:7.1f} ms  worst {max(values):7.1f} ms"
            )


def describe(number: int) -> Project:
    text = " ".join(one.format(n=number % 997) for one in random.Random(number).sample(_SENTENCES, 3))
    return Project(id=f"P-{number}", source=Source(number), title=f"Support {number}", description=text * 2)


def fill(database: Database, access: Access, count: int) -> None:
    """Stage projects with the taggings of a few hundred that were tagged; the scores are spread by chance."""
    tagger = Tagger.load(current_version(find_models_dir()))
    patterns = list(zip(samples := [describe(one) for one in range(300)], tagger.tag(samples), strict=True))
    started = start_import(database, access, "invented.jsonl")
    chance = random.Random(7)
    for first in range(0, count, _CHUNK):
        rows = [_vary(patterns, number, chance) for number in range(first, min(first + _CHUNK, count))]
        with database.writing() as session:
            stage(session, access.campaign, started.id, rows, FrozenTexts(), first, [1] * len(rows))
            session.get_one(DeskImport, started.id).alive = now()
    with database.writing() as session:
        session.query(DeskItem).update({DeskItem.state: ItemState.OPEN, DeskItem.uncertainty: func.abs(func.random())})
        session.get_one(DeskImport, started.id).state = ImportState.DONE


def _vary(
    patterns: Sequence[tuple[Project, Tagging]], number: int, chance: random.Random
) -> tuple[Project, Tagging, float]:
    project, tagging = patterns[number % len(patterns)]
    name = f"P-{number}"
    return replace(project, id=name), replace(tagging, project_id=name), chance.random() if number % 7 == 0 else 0.0


def answer(opened: OpenItem, access: Access, chance: random.Random) -> Judgement:
    """Say what the model says, but for one area."""
    values = suggested_values(opened.tagging) if opened.tagging else {}
    answers = {label: Answer(values[label]) for label in access.questions.labels}
    area = chance.choice(AREAS)
    answers[area] = Answer("no" if answers[area].value == "yes" else "yes")
    given = [code for code in AREAS if answers[code].value == "yes"]
    answers[MAIN_AREA] = Answer(given[0] if given else "none")
    return Judgement(answers, "A note of some words about why this is so.")


@dataclass(slots=True)
class Annotator:
    """One person who judges, undoes, skips, sends the same save twice, and leaves drafts."""

    database: Database
    access: Access
    times: Times
    chance: random.Random
    think: float
    acknowledged: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def work(self, until: float) -> None:
        time.sleep(self.chance.uniform(0, self.think))
        while time.perf_counter() < until:
            try:
                if not self.step():
                    return
            except Exception as fault:  # noqa: BLE001 - counted and shown: nothing may go wrong
                self.faults.append(f"{type(fault).__name__}: {fault}")
            if self.think:
                time.sleep(self.chance.uniform(0.5, 1.5) * self.think)

    def step(self) -> bool:
        database, access, times = self.database, self.access, self.times
        task = times.measure("take_next", lambda: take_next(database, access))
        if task is None:
            return False
        opened = times.measure("open_item", lambda: open_item(database, access, task.item_id, Seat.ANNOTATOR))
        turn = self.chance.random()
        if turn < 0.03:
            times.measure("skip", lambda: skip(database, access, task.item_id, SkipReason.TOO_HARD))
            return True
        if turn < 0.3:
            draft = {"note": "half a sentence"}
            times.measure(
                "keep_draft",
                lambda: keep_draft(database, access, task.item_id, Seat.ANNOTATOR, opened.revision, draft),
            )
        saved = self.save(opened)
        if turn > 0.95:
            self.undo(saved)
        return True

    def save(self, opened: OpenItem) -> Saved:
        judgement = answer(opened, self.access, self.chance)
        form = Form(str(uuid.uuid4()), opened.item.id, Seat.ANNOTATOR, opened.revision, judgement, 12.5)
        started = time.perf_counter()
        saved = self.times.measure("save", lambda: save(self.database, self.access, form))
        self.acknowledged.append(form.token)
        if self.chance.random() < 0.05 and not save(self.database, self.access, form).repeated:
            self.faults.append("a token was saved twice")
        if self.chance.random() < 0.2:
            task = take_next(self.database, self.access)
            if task is not None:
                open_item(self.database, self.access, task.item_id, Seat.ANNOTATOR)
                with self.times.lock:
                    took = (time.perf_counter() - started) * 1_000
                    self.times.found.setdefault("save to next shown", []).append(took)
        return saved

    def undo(self, saved: Saved) -> None:
        token = str(uuid.uuid4())
        self.times.measure(
            "undo",
            lambda: undo(
                self.database,
                self.access,
                token=token,
                item_id=saved.item_id,
                seat=Seat.ANNOTATOR,
                revision=saved.revision,
            ),
        )
        self.acknowledged.append(token)


def check(database: Database, annotators: Sequence[Annotator]) -> list[str]:
    """Return what is wrong with the store after the work."""
    found = [f"{one.faults[0]} ({len(one.faults)} of one annotator)" for one in annotators if one.faults]
    tokens = Counter(token for one in annotators for token in one.acknowledged)
    with database.reading() as session:
        kept = set(session.scalars(select(DeskSave.token)))
        twice = select(func.count()).select_from(DeskItem).where(DeskItem.judged > DeskItem.wanted)
        doubled = select(LabelEvent.save_id).group_by(LabelEvent.save_id, LabelEvent.label).having(func.count() > 1)
        views = session.scalars(select(LabelView)).all()
        if lost := set(tokens) - kept:
            found.append(f"{len(lost)} acknowledged saves are lost")
        if kept - set(tokens):
            found.append(f"{len(kept - set(tokens))} saves were never acknowledged")
        if session.scalar(twice):
            found.append("items have more judges than they want")
        if session.execute(doubled).first():
            found.append("a save holds a label twice")
        for view in random.Random(1).sample(views, min(len(views), 500)):
            answers = replay(session, view.item_id, Seat(view.seat), view.owner).answers
            if {label: one.value for label, one in answers.items()} != {k: v[0] for k, v in view.answers.items()}:
                found.append(f"the view of item {view.item_id} does not follow from its events")
        events = session.scalar(select(func.count()).select_from(LabelEvent))
    print(f"  {len(kept):,} saves, {events:,} label events, {len(views):,} views")
    return found


@contextmanager
def open_store(url: str) -> Iterator[Database]:
    with tempfile.TemporaryDirectory(prefix="portolan-bench-") as folder:
        database = Database(url or f"sqlite:///{Path(folder) / 'portolan.db'}")
        upgrade(database)
        yield database
        database.close()


def make_people(database: Database, count: int) -> tuple[Campaign, list[User]]:
    users = [add_user(database, f"annotator {number}", "annotator", actor="bench") for number in range(count + 1)]
    plan = CampaignPlan("Bench", doubled=0.2, guideline_version="1.1")
    campaign = make_campaign(database, plan, user_id=users[0].id, actor="bench")
    lead = enter(database, campaign.id, users[0].id)
    for user in users[1:]:
        set_member(database, lead, user.name, Role.ANNOTATOR, actor="bench")
    return campaign, users


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--projects", type=int, default=100_000)
    parser.add_argument("--annotators", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--think", type=float, default=3.0, help="mean seconds between two projects of one annotator")
    parser.add_argument("--database", default="", help="URL of an empty PostgreSQL database")
    given = parser.parse_args()
    with open_store(given.database) as database:
        campaign, users = make_people(database, given.annotators)
        lead = enter(database, campaign.id, users[0].id)
        started = time.perf_counter()
        fill(database, lead, given.projects)
        filled = time.perf_counter()
        order_queue(database, lead)
        print(f"{given.projects:,} projects staged in {filled - started:.1f} s, ordered in ", end="")
        print(f"{time.perf_counter() - filled:.1f} s")
        alone = Annotator(database, lead, Times(), random.Random(0), 0.0)
        for _ in range(300):
            alone.step()
        alone.times.show("one annotator, no pause")
        times, until = Times(), time.perf_counter() + given.minutes * 60
        crew = [
            Annotator(database, enter(database, campaign.id, user.id), times, random.Random(number), given.think)
            for number, user in enumerate(users[1:])
        ]
        threads = [threading.Thread(target=one.work, args=(until,)) for one in crew]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times.show(f"{given.annotators} annotators, a pause of {given.think} s")
        wrong = check(database, [alone, *crew])
        print("\n".join(wrong) or "  nothing lost, nothing doubled, no error")
        if wrong:
            raise SystemExit(1)


if __name__ == "__main__":
    main()
