"""A desk with a campaign and a few people, for the tests of everything around it."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from tiny_model import write_tiny_model

from classifier.tagger import Tagger
from service.access.users import add_user
from service.desk.access import Access, enter
from service.desk.campaigns import CampaignPlan, make_campaign
from service.desk.events import Form, Saved, save
from service.desk.frozen import FrozenTexts
from service.desk.imports import import_portfolio
from service.desk.judgement import Answer, Judgement
from service.desk.labels import AREAS, NO, NONE, YES
from service.desk.members import set_member
from service.desk.opening import open_item
from service.desk.states import Role, Seat
from service.desk.vetting import Upload
from service.settings import Settings
from service.store.database import Database
from service.store.tables import User
from service.store.upkeep import upgrade

TEXTS = (
    "Refugees receive shelter and food near the border of the district.",
    "A lawyer defends asylum seekers in the courts of the province.",
    "The ministry repairs bridges and rural roads in four districts.",
    "Le projet construit six ponts et forme une équipe locale d'entretien.",
    "Het project herstelt waterpunten voor boeren in drie dorpen van de streek.",
)


@dataclass(slots=True)
class Desk:
    """A database with the people lea (lead), ann and bob (annotators), rex (reviewer), eve (outside)."""

    database: Database
    folder: Path
    tagger: Tagger
    users: dict[str, User]
    campaign_id: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def access(self, name: str, campaign_id: str = "", *, is_admin: bool = False) -> Access:
        return enter(self.database, campaign_id or self.campaign_id, self.users[name].id, is_admin=is_admin)

    def campaign(self, **plan: Any) -> str:  # noqa: ANN401 - the fields of a `CampaignPlan`
        """Make a campaign with everybody in it but eve, and make it the current one."""
        chosen = replace(CampaignPlan("Round one"), **plan)
        made = make_campaign(self.database, chosen, user_id=self.users["lea"].id, actor="lea")
        self.campaign_id = made.id
        for name, role in (("ann", Role.ANNOTATOR), ("bob", Role.ANNOTATOR), ("rex", Role.REVIEWER)):
            set_member(self.database, self.access("lea"), name, role, actor="lea")
        return made.id

    def write_portfolio(self, rows: Sequence[Mapping[str, object]], name: str = "portfolio.jsonl") -> Path:
        path = self.folder / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    def fill(self, count: int = 5, *, first: int = 1, frozen: FrozenTexts | None = None) -> None:
        """Import so many invented projects into the current campaign."""
        rows = [
            {"id": f"P-{number}", "title": f"Project {number}", "description": TEXTS[number % len(TEXTS)]}
            for number in range(first, first + count)
        ]
        path = self.write_portfolio(rows)
        access = self.access("lea")
        upload = Upload(path, path.name)
        import_portfolio(self.database, access, upload, self.tagger, frozen or FrozenTexts(), actor="lea")

    def judge(
        self,
        name: str,
        item_id: int,
        judgement: Judgement | None = None,
        *,
        seat: Seat = Seat.ANNOTATOR,
        token: str = "",
        revision: int | None = None,
    ) -> Saved:
        """Open an item and save a judgement of it."""
        access = self.access(name)
        if revision is None:
            revision = open_item(self.database, access, item_id, seat).revision
        form = Form(token or str(uuid.uuid4()), item_id, seat, revision, judgement or make_judgement())
        return save(self.database, access, form)


def make_desk(folder: Path, url: str = "", **plan: Any) -> Desk:  # noqa: ANN401 - the fields of a `CampaignPlan`
    """Make a desk with one campaign."""
    settings = Settings.model_validate({"data_dir": folder / "data", "database_url": url})
    database = Database(settings.database)
    upgrade(database)
    users = {name: add_user(database, name, "annotator", actor="test") for name in ("lea", "ann", "bob", "rex", "eve")}
    desk = Desk(database, folder, Tagger.load(write_tiny_model(folder / "models")), users)
    desk.campaign(**plan)
    return desk


def make_judgement(
    *areas: str, gender: str = "0", human_rights: str = "0", risk: str = "low", note: str = ""
) -> Judgement:
    """Return a judgement that answers what campaigns usually ask."""
    answers = {code: Answer(YES if code in areas else NO) for code in AREAS}
    answers["main_area"] = Answer(areas[0] if areas else NONE)
    answers |= {"gender": Answer(gender), "human_rights": Answer(human_rights), "risk": Answer(risk)}
    return Judgement(answers, note)
