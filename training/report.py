"""Writes an evaluation as a page that people read and argue with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

from classifier.taxonomy import area_name
from training.labels import RISKS
from training.metrics import MIN_SUPPORT
from training.page import make_confusion, make_page, make_table, make_text, show_figure, show_share
from training.plots import draw_acceptance, draw_area_bars, draw_reliability

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Evidence, Tagging
    from training.declared import DeclaredComparison
    from training.evaluation import Evaluation
    from training.mistakes import Mistake

_SCORES: Final = ("0", "1", "2")
_GROUP_FIGURES: Final = {
    "areas_macro_f1": "areas macro-F1",
    "areas_micro_f1": "areas micro-F1",
    "areas_exact_set": "exact set",
    "areas_none_kept_none": "none kept none",
    "gender_macro_f1": "gender macro-F1",
    "human_rights_macro_f1": "human rights macro-F1",
    "risk_high_recall": "high recall",
    "risk_low_kept_low": "low kept low",
}
_HEADLINES: Final = {
    "areas_macro_f1": f"Result areas, macro-F1 (areas with {MIN_SUPPORT} or more projects)",
    "areas_micro_f1": "Result areas, micro-F1",
    "areas_micro_precision": "Result areas, precision",
    "areas_micro_recall": "Result areas, recall",
    "areas_exact_set": "Projects with exactly the right areas",
    "areas_none_kept_none": "Projects without area left without area",
    "gender_macro_f1": "Gender, macro-F1",
    "gender_targeted_f1": "Gender, F1 of 1 or 2 against 0",
    "gender_coverage": "Gender, share that gets a score",
    "human_rights_macro_f1": "Human rights, macro-F1",
    "human_rights_targeted_f1": "Human rights, F1 of 1 or 2 against 0",
    "human_rights_coverage": "Human rights, share that gets a score",
    "risk_accuracy": "ODA risk, share right",
    "risk_high_recall": "ODA risk high: found",
    "risk_high_precision": "ODA risk high: right when said",
    "risk_high_missed_as_low": "ODA risk high: taken for low",
    "risk_low_kept_low": "ODA risk low: left low",
}
_DIFFERENCES_SHOWN: Final = 60


def render_evaluation(
    evaluation: Evaluation, projects: Sequence[Project], taggings: Sequence[Tagging], *, subject: str
) -> str:
    """Return the report as a self-contained HTML page.

    Parameters
    ----------
    evaluation
        The figures.
    projects, taggings
        What was evaluated, for the texts and evidence of the worst errors.
    subject
        What was evaluated, in words: a file name, ``the frozen part``.
    """
    lead = (
        f"Model {evaluation.model_version or '–'}, rules {evaluation.rules_version or '–'}: "
        f"{evaluation.cases:,} projects of {evaluation.families:,} families. "
        "Small figures are 95% intervals from resampling whole families."
    )
    by_id = {project.id: (project, tagging) for project, tagging in zip(projects, taggings, strict=True)}
    return make_page(
        f"How good the model is on {subject}",
        lead,
        [
            ("In short", _headlines(evaluation)),
            ("Result areas", _areas(evaluation)),
            ("Languages, lengths and manners", _groups(evaluation)),
            ("What may be accepted without review", _acceptance(evaluation)),
            ("Are the probabilities true?", _reliability(evaluation)),
            ("Neighbouring areas taken for one another", _neighbours(evaluation)),
            ("Markers and risk: people against model", _confusions(evaluation)),
            ("Where the model was sure and wrong", "".join(_mistakes(evaluation.mistakes, by_id))),
        ],
    )


def render_declared(comparison: DeclaredComparison, projects: Sequence[Project], *, subject: str) -> str:
    """Return a page on where declared and predicted marker scores differ."""
    by_id = {project.id: project for project in projects}
    sections = []
    for one in comparison.markers:
        kappa = show_share(one.agreement.kappa)
        intro = (
            f"<p>{sum(one.declared.values()):,} declared scores; weighted kappa with the model {kappa}, "
            f"equal {show_share(one.agreement.equal)}; {one.agreement.abstained:,} without a predicted score. "
            "Rows: declared, columns: predicted.</p>"
        )
        articles = "".join(
            f"<article><h3>{escape(two.id)} <small>declared {two.declared}, predicted {two.said} "
            f"({two.confidence:.2f})</small></h3>{make_text(by_id[two.id], two.evidence)}</article>"
            for two in one.differences[:_DIFFERENCES_SHOWN]
        )
        more = f"<p>{len(one.differences):,} differences, the clearest {_DIFFERENCES_SHOWN} shown at most.</p>"
        matrix = make_confusion(_SCORES, _SCORES, one.agreement.confusion)
        sections.append((one.marker.replace("_", " ").capitalize(), intro + matrix + more + articles))
    lead = f"{comparison.projects:,} projects. Declared scores are noisy: either side may be wrong."
    return make_page(f"Declared and predicted markers of {subject}", lead, sections)


def _headlines(evaluation: Evaluation) -> str:
    return make_table(
        ("figure", "value"),
        [(escape(name), show_figure(evaluation.figures[key])) for key, name in _HEADLINES.items()],
    )


def _areas(evaluation: Evaluation) -> str:
    names = [area_name(area.code, "en") for area in evaluation.areas]
    rows = [
        (
            f"{area.code} {escape(name)}",
            f"{area.support:,}",
            f"{area.said:,}",
            show_figure(area.precision),
            show_figure(area.recall),
            show_figure(area.f1),
        )
        for area, name in zip(evaluation.areas, names, strict=True)
    ]
    header = ("area", "projects", "selected", "precision", "recall", "F1")
    return draw_area_bars(evaluation.areas, names) + make_table(header, rows)


def _groups(evaluation: Evaluation) -> str:
    rows = [
        (
            f"{escape(group.by)}: {escape(group.value)}",
            f"{group.cases:,}",
            *(show_figure(group.figures[key]) for key in _GROUP_FIGURES),
        )
        for group in evaluation.groups
    ]
    return make_table(("group", "projects", *_GROUP_FIGURES.values()), rows) if rows else ""


def _acceptance(evaluation: Evaluation) -> str:
    plots = "".join(
        f"<figure>{draw_acceptance(curve)}<figcaption>{escape(_words(curve.name))}: {curve.count:,}. At a precision of "
        f"0.95, {curve.share_at_promise:.0%} could be accepted.</figcaption></figure>"
        for curve in evaluation.curves
    )
    rows = [
        (_words(one.part), f"{one.count:,}", f"{one.accepted:,}", show_share(one.share), show_share(one.precision))
        for one in evaluation.acceptance
    ]
    table = make_table(("decided by the model", "outputs", "accepted", "share", "right"), rows)
    return f'{table}<div class="plots">{plots}</div>'


def _reliability(evaluation: Evaluation) -> str:
    plots = "".join(
        f"<figure>{draw_reliability(head)}<figcaption>{escape(_words(head.head))}: {head.count:,} forecasts, "
        f"calibration error {show_share(head.error)}</figcaption></figure>"
        for head in evaluation.reliability
        if head.count
    )
    return f'<div class="plots">{plots}</div>'


def _neighbours(evaluation: Evaluation) -> str:
    rows = [
        (
            f"{one.first} and {one.second}",
            f"{one.first_said_second} of {one.first_support}",
            f"{one.second_said_first} of {one.second_support}",
        )
        for one in evaluation.neighbours
    ]
    return make_table(("pair", "first taken for second", "second taken for first"), rows)


def _confusions(evaluation: Evaluation) -> str:
    parts = [
        f"<h3>{_words(name)}</h3>{make_confusion(_SCORES, (*_SCORES, 'no score'), evaluation.confusions[name])}"
        for name in ("gender", "human_rights")
    ]
    risks = [risk.value for risk in RISKS]
    return "".join([*parts, f"<h3>ODA risk</h3>{make_confusion(risks, risks, evaluation.confusions['risk'])}"])


def _mistakes(mistakes: Sequence[Mistake], by_id: Mapping[str, tuple[Project, Tagging]]) -> Iterator[str]:
    for one in mistakes:
        project, tagging = by_id[one.id]
        what = f"{one.label} {area_name(one.label, 'en')}" if one.kind == "area" else _words(one.label)
        yield (
            f"<article><h3>{escape(what)} <small>people: {escape(one.gold)}, model: "
            f'<span class="bad">{escape(one.said)}</span>, {one.surprise:.2f} sure; {escape(one.id)}</small></h3>'
            f"{make_text(project, _evidence(one, tagging))}</article>"
        )


def _evidence(mistake: Mistake, tagging: Tagging) -> Sequence[Evidence]:
    if mistake.kind == "area":
        return next((tag.evidence for tag in tagging.areas if tag.code == mistake.label), ())
    if mistake.kind == "risk":
        return [one for finding in tagging.oda.findings for one in finding.evidence]
    return (tagging.gender if mistake.kind == "gender" else tagging.human_rights).evidence


def _words(name: str) -> str:
    return name.replace("_", " ").capitalize()
