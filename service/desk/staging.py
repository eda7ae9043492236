"""Turns tagged projects into the rows of a campaign, invisible until their import ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import insert

from classifier.oda.recipients import resolve
from service.desk.frozen import FrozenTexts, hash_text
from service.desk.order import draw_lot
from service.desk.scores import disagreement, likely_areas, uncertainty
from service.desk.states import CampaignKind, ItemState, Reason
from service.records import write_project, write_tagging
from service.reporting.money import choose_money
from service.store.desk_tables import DeskContent, DeskItem

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from classifier.project import Project
    from classifier.tagging import Tagging
    from service.store.desk_tables import Campaign

_LONGEST_TITLE: Final = 300
_LONGEST_CURRENCY: Final = 8


def stage(
    session: Session,
    campaign: Campaign,
    import_id: str,
    tagged: Sequence[tuple[Project, Tagging, float]],
    frozen: FrozenTexts,
    first_place: int,
    occurrences: Sequence[int],
) -> None:
    """Add the items of some projects, each with its tagging and how far the members of the model are apart.

    Parameters
    ----------
    occurrences
        Which of the projects that bear its identifier each of them is.
    """
    rows = [
        {
            "campaign_id": campaign.id,
            "import_id": import_id,
            "place": first_place + number,
            "frozen": frozen.holds(project),
            "rank": first_place + number,
            "reason": Reason.UNCERTAINTY,
            "occurrence": occurrence,
            "wanted": count_wanted(campaign, project.id, occurrence),
            "state": ItemState.STAGED,
            **describe_project(project),
            **describe_tagging(tagging, gap),
        }
        for number, ((project, tagging, gap), occurrence) in enumerate(zip(tagged, occurrences, strict=True), 1)
    ]
    ids = session.scalars(insert(DeskItem).returning(DeskItem.id, sort_by_parameter_order=True), rows).all()
    contents = [
        {"item_id": item_id, "project": write_project(project), "tagging": write_tagging(tagging)}
        for item_id, (project, tagging, _) in zip(ids, tagged, strict=True)
    ]
    session.execute(insert(DeskContent), contents)


def describe_project(project: Project) -> dict[str, Any]:
    """Return the columns that a project fills."""
    totals = choose_money(project).totals()
    currency, amount = max(totals.items(), key=lambda one: one[1]) if totals else ("", None)
    countries = dict.fromkeys(
        place.country.iso2 for place in resolve(project) if place.country is not None and place.country.iso2
    )
    title = next((" ".join(text.split()) for _, text in project.texts()), "")
    return {
        "project_id": project.id,
        "title": plain(title)[:_LONGEST_TITLE],
        "text_hash": hash_text(project),
        "characters": sum(len(text) for _, text in project.texts()),
        "countries": _listed(tuple(countries)),
        "year": project.year,
        "amount": amount,
        "currency": plain(currency)[:_LONGEST_CURRENCY],
    }


def describe_tagging(tagging: Tagging, gap: float) -> dict[str, Any]:
    """Return the columns that a tagging fills; `gap` is how far the members of the model are apart, from 0 to 1."""
    return {
        "language": tagging.language,
        "areas": _listed(tagging.selected_areas()),
        "main_area": tagging.main_area or "",
        "gender": tagging.gender.score,
        "human_rights": tagging.human_rights.score,
        "risk": tagging.oda.risk.value,
        "decision": tagging.decision.value,
        "model_version": tagging.model_version,
        "rules_version": tagging.rules_version,
        "uncertainty": uncertainty(tagging),
        "disagreement": max(disagreement(tagging), gap),
        "likely": " ".join(f"{code}:{probability}" for code, probability in likely_areas(tagging)),
    }


def plain(text: str) -> str:
    """Return a text that every database keeps: without NUL and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def count_wanted(campaign: Campaign, project_id: str, occurrence: int) -> int:
    """Return how many annotators judge a project: drawn by lot, so that the doubled share stands for all."""
    if campaign.kind == CampaignKind.REVIEW:
        return 1
    return 2 if draw_lot(campaign.seed, project_id, "doubled", occurrence) < campaign.doubled else 1


def _listed(codes: Sequence[str]) -> str:
    return f" {' '.join(codes)} " if codes else ""
