"""What figures and labels are called on the leads' pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from classifier.taxonomy import LANGUAGES
from service.desk.labels import AREAS, MAIN_AREA, MARKERS, RISK
from service.desk.live_precision import ALL_AREAS
from service.pages.catalogue import choose_language, translator
from service.pages.desk.naming import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request


@dataclass(frozen=True, slots=True)
class LeadNames:
    """Names in the language of a request."""

    translate: Callable[..., str]
    names: Names

    @classmethod
    def of(cls, request: Request) -> LeadNames:
        """Return the names for a request."""
        language = choose_language(request)
        translate = translator(language)
        return cls(translate, Names(translate, language))

    def figure(self, name: str) -> str:
        """Return the name of a figure: ``area 3.2``, ``gender macro``, ``risk high``, ``language fr``."""
        kind, _, rest = name.partition(" ")
        if kind == "area":
            return self.names.full(rest)
        if kind == "language":
            return self.language(rest)
        if rest == "macro":
            return f"{self.names.label(kind)}: {self.translate('desk.retrain.mean')}"
        return self.label(name)

    def label(self, name: str) -> str:
        """Return the name of a label: ``3.2``, ``gender 2``, ``risk high``, ``main_area``, a rule, ``areas``."""
        if name == ALL_AREAS:
            return self.translate("desk.precision.all_areas")
        label, _, value = name.partition(" ")
        if label in AREAS or label == MAIN_AREA or not value:
            return self.names.full(label)
        shown = self.names.value(RISK, value) if label == RISK else value
        return f"{self.names.label(label)}: {shown}"

    def language(self, code: str) -> str:
        """Return the name of a language."""
        return self.translate(f"language_{code if code in LANGUAGES else 'other'}")


def order_of(name: str) -> tuple[int, str]:
    """Return where a label stands in a list: all areas, the areas, the main one, markers, risk, rules."""
    label = name.partition(" ")[0]
    groups = ((ALL_AREAS,), AREAS, (MAIN_AREA,), MARKERS, (RISK,))
    return next((place for place, group in enumerate(groups) if label in group), len(groups)), name
