"""Writes a tagging as IATI elements, in the form that each version of the standard has for it.

=========  ================================================================================================
2.03       a `tag` for each result area; `policy-marker` for gender and human rights
2.02       no `tag` yet: `policy-marker` of vocabulary 99 for each result area (a `sector` would need shares)
2.01       the same; `vocabulary-uri` stands in our namespace, where the schema lets foreign attributes be
1.0x       the same with the vocabularies of that time, ``RO`` and ``DAC``, and the label as text
=========  ================================================================================================

The ODA risk is never written: it is a working opinion, not something to publish.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from classifier.portfolio.iati_vocabulary import (
    GENDER_CODE,
    HUMAN_RIGHTS_CODE,
    MARKERS_URI,
    NAMESPACE,
    RESULT_AREA_PREFIX,
    RESULT_AREAS_URI,
    is_own,
)
from classifier.tagging import Decision

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.portfolio.iati_markup import Child
    from classifier.portfolio.label_names import LabelNames
    from classifier.tagging import MarkerTag, Tagging

_HUMAN_RIGHTS = {"en": "Human rights", "fr": "Droits humains", "nl": "Mensenrechten"}


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of the standard: 2.03 is ``Version(2, 3)``."""

    major: int
    minor: int

    @classmethod
    def parse(cls, text: str, activity: bytes) -> Version:
        """Return a version; without one the form of the activity tells 2.x from 1.x."""
        major, _, minor = text.partition(".")
        if major.isdigit() and minor.isdigit():
            return cls(int(major), int(minor))
        return cls(2, 1) if b"<narrative" in activity else cls(1, 1)


@dataclass(frozen=True, slots=True)
class ElementForm:
    """Builds the elements of one version of the standard."""

    version: Version
    names: LabelNames
    accepted_only: bool = False

    def build(self, tagging: Tagging, children: Sequence[Child]) -> dict[str, list[bytes]]:
        """Return element name to new elements; a marker that the publisher declares is left to them."""
        language = tagging.language if tagging.language in _HUMAN_RIGHTS else "en"
        areas = [
            self._area(area.code, language)
            for area in tagging.areas
            if area.selected and self._may_write(area.decision)
        ]
        markers = [*self._gender(tagging.gender, children)]
        markers += self._human_rights(tagging.human_rights, children, language)
        if self.version >= Version(2, 3):
            return {"tag": areas, "policy-marker": markers}
        return {"policy-marker": areas + markers}

    def _may_write(self, decision: Decision) -> bool:
        return decision is Decision.ACCEPTED or not self.accepted_only

    def _area(self, code: str, language: str) -> bytes:
        name = "tag" if self.version >= Version(2, 3) else "policy-marker"
        attributes = {"vocabulary": self._own_vocabulary(), "code": RESULT_AREA_PREFIX + code}
        return self._element(name, RESULT_AREAS_URI, attributes, self.names(code, language), language)

    def _gender(self, marker: MarkerTag, children: Sequence[Child]) -> list[bytes]:
        vocabulary = "DAC" if self.version.major == 1 else "1"
        attributes = {"vocabulary": vocabulary, "code": GENDER_CODE}
        return self._marker(marker, attributes, {"", "1", "DAC"}, children, "", "")

    def _human_rights(self, marker: MarkerTag, children: Sequence[Child], language: str) -> list[bytes]:
        attributes = {"vocabulary": self._own_vocabulary(), "code": HUMAN_RIGHTS_CODE}
        return self._marker(marker, attributes, {"99", "RO"}, children, _HUMAN_RIGHTS[language], language)

    def _marker(
        self,
        marker: MarkerTag,
        attributes: dict[str, str],
        vocabularies: set[str],
        children: Sequence[Child],
        name: str,
        language: str,
    ) -> list[bytes]:
        if marker.score is None or not self._may_write(marker.decision):
            return []
        if any(_declares(child, attributes["code"], vocabularies) for child in children):
            return []
        attributes = {**attributes, "significance": str(marker.score)}
        return [self._element("policy-marker", MARKERS_URI, attributes, name, language)]

    def _own_vocabulary(self) -> str:
        return "RO" if self.version.major == 1 else "99"

    def _element(self, name: str, uri: str, attributes: dict[str, str], label: str, language: str) -> bytes:
        if self.version >= Version(2, 2):
            attributes = {"vocabulary": attributes["vocabulary"], "vocabulary-uri": uri, **attributes}
        else:
            attributes = {"xmlns:portolan": NAMESPACE, "portolan:vocabulary-uri": uri, **attributes}
        content = escape(label)
        if label and self.version.major == 1:
            attributes["xml:lang"] = language
        elif label:
            content = f'<narrative xml:lang="{language}">{content}</narrative>'
        opening = name + "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        markup = f"<{opening}>{content}</{name}>" if content else f"<{opening}/>"
        return markup.encode("utf-8")


def _declares(child: Child, code: str, vocabularies: set[str]) -> bool:
    """Return whether a child is the publisher's own marker of that code, with or without significance."""
    return (
        child.name == "policy-marker"
        and child.attributes.get("code", "").strip().upper() == code
        and child.attributes.get("vocabulary", "").strip().upper() in vocabularies
        and not is_own(child.attributes)
    )
