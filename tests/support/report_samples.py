"""Invented projects for the tests of the reports."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from importlib.resources import files
from typing import TypedDict, Unpack

from classifier.oda.rulebook import RuleBook, read_rules
from classifier.project import Amount, Project, Recipient, Source
from classifier.rules_tagger import RulesTagger
from service.reporting.about import About
from service.reporting.eligibility import Eligibility
from service.reporting.money import Rates

DAY = date(2026, 10, 1)
FORCED = "The project pays charter flights for removals of migrants. A school is built in the district."
FORCED_FR = "Le projet finance l'escorte lors des retours forcés. Une école est construite."
HARMLESS = "The project builds three schools for refugee children in the camps and trains forty teachers."
HOSTILE = "<script>alert(1)</script> & =HYPERLINK(1) <b>charter flights for removals of migrants</b>"


@lru_cache(maxsize=1)
def tagger() -> RulesTagger:
    return RulesTagger.load()


@lru_cache(maxsize=1)
def book() -> RuleBook:
    return read_rules(files("classifier").joinpath("oda", "rules"))


class Given(TypedDict, total=False):
    """What a test says of a project."""

    source: Source
    title: str
    amounts: tuple[Amount, ...]
    recipients: tuple[Recipient, ...]
    year: int | None
    donor: str
    agency: str
    flow_type: str
    declared_gender: int | None


def make_project(
    identifier: str = "P-1", text: str = FORCED, money: float | None = 1000.0, **more: Unpack[Given]
) -> Project:
    given: Given = {
        "source": Source(2),
        "title": f"Title of {identifier}",
        "amounts": () if money is None else (Amount("commitment", str(money), money, "EUR", 2024),),
        "recipients": (Recipient("UGA", "Uganda"),),
        "year": 2024,
        "donor": "Belgium",
        "agency": "DGD",
        "flow_type": "11",
    }
    given.update(more)
    return Project(id=identifier, description=text, **given)


def gather(*projects: Project, rates: Rates | None = None) -> Eligibility:
    report = Eligibility(book(), rates)
    for project, tagging in zip(projects, tagger().tag(projects), strict=True):
        report.count(project, tagging)
    report.close()
    return report


def make_about(projects: int = 1, model_version: str = "") -> About:
    return About("portfolio.csv", DAY, projects, 0, model_version, book().version)


def query(markup: str, path: str) -> list[str]:
    """Return the texts of the elements, or the attributes, that an XPath finds."""
    from lxml import html

    found = html.fromstring(markup).xpath(path)
    assert isinstance(found, list)
    return [one if isinstance(one, str) else str(one.text_content()) for one in found]  # type: ignore[union-attr]
