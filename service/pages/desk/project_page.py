"""Shows one project: its text, what is asked of it, what the model says, and what has just happened."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from classifier.oda.shipped import load_rules
from classifier.tagging import Decision
from classifier.taxonomy import load_areas, load_markers
from service.desk.states import ItemState, Reason, Seat, SettledBy, SkipReason
from service.pages.catalogue import choose_language, translator
from service.pages.desk.forms import Filled
from service.pages.desk.naming import Names
from service.pages.desk.showing import SheetMaker, begin
from service.pages.desk.words import evidence_by_label, keep_exact, mark_texts
from service.pages.rendering import is_piece, render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from classifier.project import Amount, Project
    from classifier.tagging import Tagging
    from classifier.taxonomy import Marker, ResultArea
    from service.desk.access import Access
    from service.desk.opening import OpenItem
    from service.store.desk_tables import DeskItem

_DECISIONS = frozenset({SettledBy.ADJUDICATOR, SettledBy.REVIEWER})


@dataclass(frozen=True, slots=True)
class Notice:
    """What the page says above the form: a text of the catalogue; `wrong` is the label that does not fit."""

    key: str
    is_bad: bool = False
    wrong: str = ""
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Done:
    """What the person has just done with another project, so that it can be taken back."""

    deed: str
    item_id: int
    title: str
    revision: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A project on its way to the page.

    Parameters
    ----------
    filled
        What stands in the form; None takes the draft, what was saved, or what the model says.
    compares
        Whether the page shows what is saved beside the form.
    """

    access: Access
    opened: OpenItem
    filled: Filled | None = None
    notice: Notice | None = None
    done: Done | None = None
    compares: bool = False
    status: int = 200


def address(access: Access, item_id: int) -> str:
    """Return the address of the page of a project."""
    return f"/desk/c/{access.campaign.id}/p/{item_id}"


def show_project(request: Request, shown: Shown) -> Response:
    """Return the page of a project, or for htmx its changing part."""
    language = choose_language(request)
    opened, access = shown.opened, shown.access
    names = Names(translator(language), language)
    filled = shown.filled or begin(opened, access.questions.labels)
    saved = opened.own.judgement if shown.compares and opened.own else None
    maker = SheetMaker(opened.project, opened.tagging, filled, saved, names)
    has_draft = opened.draft is not None
    response = render(
        request,
        "desk/work.html" if is_piece(request) else "desk/project.html",
        shown.status,
        campaign=access.campaign,
        opened=opened,
        item=opened.item,
        sheet=maker.make(access.questions.labels, language),
        filled=filled,
        texts=mark_texts(opened.project, evidence_by_label(opened.tagging)),
        exact=keep_exact,
        doubtful=_list_doubtful(opened),
        facts=list_facts(opened.project, opened.item),
        fired=_list_fired(opened.tagging, language),
        notice=shown.notice or _usual_notice(shown),
        done=shown.done,
        names=names,
        token=str(uuid.uuid4()),
        undo_token=str(uuid.uuid4()),
        can_save=_can_save(access, opened),
        is_draft=has_draft and shown.filled is None,
        old_draft=has_draft and opened.draft is not None and opened.draft.revision != opened.revision,
        guides=guides(),
        skip_reasons=list(SkipReason),
        address=address(access, opened.item.id),
        rule_ids=sorted(load_rules().rules) if "rules" in access.questions.labels else [],
    )
    if is_piece(request):
        response.headers["HX-Push-Url"] = address(access, opened.item.id)
    return response


def show_nothing(request: Request, access: Access, done: Done | None) -> Response:
    """Say that nothing is left, with what was done last."""
    language = choose_language(request)
    response = render(
        request,
        "desk/nothing_piece.html" if is_piece(request) else "desk/nothing.html",
        campaign=access.campaign,
        done=done,
        undo_token=str(uuid.uuid4()),
        guides=guides(),
        names=Names(translator(language), language),
    )
    if is_piece(request):
        response.headers["HX-Push-Url"] = f"/desk/c/{access.campaign.id}/next"
    return response


def guides() -> dict[str, ResultArea | Marker]:
    """Return the guideline by label: result areas and markers as the reference data define them."""
    return {area.code: area for area in load_areas()} | {marker.code: marker for marker in load_markers()}


def list_facts(project: Project, item: DeskItem) -> list[tuple[str, str]]:
    """Return what else the source says of a project, by key."""
    amounts = [_write_amount(one) for one in project.amounts[:3]]
    facts: dict[str, Sequence[str]] = {
        "id": [project.id],
        "recipients": [one.name or one.code for one in project.recipients],
        "year": [str(project.year)] if project.year else [],
        "amount": amounts,
        "purpose": project.purpose_codes,
        "aid_type": project.aid_types,
        "donor": [one for one in (project.donor, project.agency) if one],
        "channel": [one for one in (project.channel_name or project.channel_code,) if one],
        "implementers": project.implementers[:5],
        "flags": ["frozen"] if item.frozen else [],
    }
    return [(key, ", ".join(values)) for key, values in facts.items() if values]


def _write_amount(amount: Amount) -> str:
    """Return money in units of its currency, for CRS columns hold millions; as the source wrote it when unreadable."""
    number = amount.text if amount.value is None else f"{amount.value:,.0f}"
    return f"{number} {amount.currency}".strip()


def _list_doubtful(opened: OpenItem) -> list[str]:
    """Return the areas on which the model wants to be checked, where that is why the project came."""
    if opened.tagging is None or opened.item.reason != Reason.UNCERTAINTY:
        return []
    return [one.code for one in opened.tagging.areas if one.decision is Decision.TO_REVIEW]


@dataclass(frozen=True, slots=True)
class FiredRule:
    """A rule that fired, once or more often in the same way, with why and what would settle the doubt."""

    rule: str
    verdict: str
    polarity: str
    counts: bool
    reason: str
    question: str
    words: Sequence[str]


def _list_fired(tagging: Tagging | None, language: str) -> list[FiredRule]:
    """Return the rules that fired; those that count first."""
    found: dict[tuple[bool, str, str, str], list[str]] = {}
    for one in () if tagging is None else tagging.oda.findings:
        words = found.setdefault((not one.counts, one.rule, one.verdict.value, one.polarity.value), [])
        words += [evidence.quote for evidence in one.evidence] + [one.given] * bool(one.given)
    fired = []
    rules = load_rules().rules
    for (idle, name, verdict, polarity), words in sorted(found.items()):
        rule = rules.get(name)
        reason, question = (rule.reason, rule.questions(language)) if rule else ("", "")
        fired.append(FiredRule(name, verdict, polarity, not idle, reason, question, list(dict.fromkeys(words))))
    return fired


def _can_save(access: Access, opened: OpenItem) -> bool:
    if not access.may_sit(opened.seat) or access.campaign.closed is not None:
        return False
    if opened.seat is not Seat.ANNOTATOR:
        return True
    is_decided = opened.item.settled_by in _DECISIONS
    is_taken = opened.item.state != ItemState.OPEN and opened.own is None
    return not (is_decided or is_taken)


def _usual_notice(shown: Shown) -> Notice | None:
    access, opened = shown.access, shown.opened
    if not _can_save(access, opened):
        return Notice("desk.only_reading")
    return None if opened.is_held else Notice("desk.held_by_other", is_bad=True)
