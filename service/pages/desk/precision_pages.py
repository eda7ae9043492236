"""The page of live precision and drift."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from service.api.access import Here, people
from service.desk.drift import measure_drift
from service.desk.live_precision import ALL_AREAS, Seen, count_deeds, sum_by_label, sum_by_period
from service.pages.desk.charts import draw_histograms, draw_intervals, draw_series
from service.pages.desk.lead_names import LeadNames, order_of
from service.pages.desk.leading import Leading
from service.pages.rendering import render

if TYPE_CHECKING:
    from service.desk.drift import Drift
    from service.desk.live_precision import Counts

router = APIRouter(include_in_schema=False)


@router.get("/desk/precision")
@people
async def precision(
    request: Request,
    service: Here,
    lead: Leading,
    campaign: str = "",
    label: str = ALL_AREAS,
    version: str = "",
    seen: Seen = Seen.ALL,
) -> Response:
    """Show how often people keep what the model says, and how far what is tagged drifted from the training corpus."""
    ids = [one.id for one in lead.choose(campaign)]
    counts = await run_in_threadpool(count_deeds, service.database, ids, seen)
    versions = sorted({key.version for key in counts})
    newest = version or (versions[-1] if versions else service.keeper.tagger.model_version)
    drift = await run_in_threadpool(measure_drift, service.database, ids, service.keeper.models_dir, newest)
    chosen = label if any(key.label == label for key in counts) else ALL_AREAS
    names = LeadNames.of(request)
    return render(
        request,
        "desk/precision.html",
        campaigns=lead.campaigns,
        campaign=campaign,
        version=version,
        versions=versions,
        drift_version=newest,
        seen=seen,
        views=list(Seen),
        label=chosen,
        names=names,
        **_describe_counts(counts, chosen, version, names),
        drift=None if drift is None else [_describe_drift(one, names) for one in drift],
    )


def _describe_counts(counts: Counts, label: str, version: str, names: LeadNames) -> dict[str, Any]:
    by_label = sum_by_label(counts, version)
    lines = [(name, names.label(name), by_label[name]) for name in sorted(by_label, key=order_of)]
    series = {
        one: [(day, deeds.precision) for day, deeds in periods.items() if deeds.precision.total]
        for one, periods in sum_by_period(counts, label).items()
        if version in {"", one}
    }
    return {
        "lines": lines,
        "labels": sorted({key.label for key in counts}, key=order_of),
        "series": list(series),
        "intervals": draw_intervals(
            names.translate("desk.precision.kept_share"),
            [(name, deeds.precision) for _, name, deeds in lines if deeds.precision.total],
        ),
        "over_time": draw_series(names.label(label), series) if any(series.values()) else "",
    }


def _describe_drift(drift: Drift, names: LeadNames) -> dict[str, Any]:
    title = names.translate(f"desk.precision.drift.{drift.name}")
    kinds = (names.translate("desk.precision.training"), names.translate("desk.precision.tagged"))
    return {"drift": drift, "title": title, "plot": draw_histograms(title, kinds, drift.training, drift.tagged)}
