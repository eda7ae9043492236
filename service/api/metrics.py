"""Counts what the service does, for Prometheus."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from classifier.tagging import Decision

if TYPE_CHECKING:
    from classifier.tagging import Tagging

CONTENT_TYPE = CONTENT_TYPE_LATEST
#: Set by ``portolan serve`` before its processes start: where they put their counts together.
FOLDER_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The counters of one process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "portolan_requests_total", "Requests.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "portolan_request_seconds", "Time of a request.", ("route",), buckets=_BUCKETS, registry=self._registry
        )
        self._projects = Counter(
            "portolan_projects_total", "Tagged projects.", ("language", "model_version"), registry=self._registry
        )
        self._abstained = Counter(
            "portolan_abstentions_total",
            "Projects on which the model abstained.",
            ("language",),
            registry=self._registry,
        )
        self._jobs = Gauge(
            "portolan_jobs", "Jobs by state.", ("state",), registry=self._registry, multiprocess_mode="mostrecent"
        )

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def count_taggings(self, taggings: Iterable[Tagging]) -> None:
        """Count tagged projects."""
        for tagging in taggings:
            self._projects.labels(tagging.language, tagging.model_version).inc()
            if tagging.decision is Decision.ABSTAINED:
                self._abstained.labels(tagging.language).inc()

    def show(self, jobs: dict[str, int]) -> bytes:
        """Return everything in the text form of Prometheus.

        Parameters
        ----------
        jobs
            Number of jobs by state.
        """
        for state, count in jobs.items():
            self._jobs.labels(state).set(count)
        registry = self._registry
        if os.environ.get(FOLDER_VARIABLE):
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
