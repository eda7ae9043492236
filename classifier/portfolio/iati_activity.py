"""Reads one IATI activity element, of any version from 1.01 to 2.03, into a project."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Literal

from lxml import etree

from classifier.portfolio.iati_money import attribute, parse_number, parse_year, read_amounts
from classifier.portfolio.iati_texts import XML_LANG, Texts, choose_texts, read_narratives, text_of
from classifier.portfolio.iati_vocabulary import (
    GENDER_CODE,
    GOVERNANCE_CODE,
    HUMAN_RIGHTS_CODE,
    RESULT_AREA_PREFIX,
    is_own,
)
from classifier.portfolio.identifiers import derive_identifier
from classifier.project import Project, Recipient, Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from classifier.portfolio.iati_document import ActivityElement
    from classifier.project import Amount

_DAC_SECTORS = frozenset({"", "1", "2", "DAC", "DAC-3", "DAC-5"})
_DAC_MARKERS = frozenset({"", "1", "DAC"})
_OWN_VOCABULARIES = frozenset({"99", "RO"})
_IMPLEMENTING = frozenset({"4", "implementing"})
_ACCOUNTABLE = frozenset({"2", "accountable"})
_START_DATES = (frozenset({"2", "start-actual"}), frozenset({"1", "start-planned"}))


class OversizeError(Exception):
    """A text or attribute of the activity is larger than the parser takes."""


def read_activity(element: ActivityElement, codec: str) -> Project:
    """Return the project of one activity; what is missing or unreadable in it stays empty.

    Raises
    ------
    OversizeError
        When a text or attribute is too large to be read.
    """
    activity = _Activity(element, codec)
    texts = activity.texts()
    identifier, is_given = activity.identifier(texts)
    channel_code, channel_name = activity.channel()
    return Project(
        id=identifier,
        source=Source(element.line),
        id_given=is_given,
        title=texts.fields.get("title", ""),
        description=texts.fields.get("description", ""),
        objectives=texts.fields.get("objectives", ""),
        target_groups=texts.fields.get("target_groups", ""),
        other_text=texts.fields.get("other_text", ""),
        conditions=texts.fields.get("conditions", ""),
        declared_language=texts.language,
        parallel=texts.parallel,
        purpose_codes=activity.purpose_codes(),
        recipients=activity.recipients(),
        aid_types=activity.defaults("aid-type"),
        flow_type=next(iter(activity.defaults("flow-type")), ""),
        finance_type=next(iter(activity.defaults("finance-type")), ""),
        channel_code=channel_code,
        channel_name=channel_name,
        donor=activity.donor(),
        implementers=activity.implementers(),
        year=activity.year(),
        amounts=activity.amounts(),
        declared_gender=activity.marker(GENDER_CODE, _DAC_MARKERS),
        declared_governance=activity.marker(GOVERNANCE_CODE, _DAC_MARKERS),
        declared_human_rights=activity.marker(HUMAN_RIGHTS_CODE, _OWN_VOCABULARIES),
        declared_areas=activity.declared_areas(),
        xml=element.xml,
    )


def _parse(element: ActivityElement, codec: str) -> _Element:
    """Parse the bytes on their own; that they are well-formed is known, only prefixes may be unbound."""
    utf8 = element.xml if codec == "utf-8" else codecs.decode(element.xml, codec).encode("utf-8")
    parser = etree.XMLParser(
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(utf8, parser)
    if root is None or parser.error_log.filter_from_fatals():
        raise OversizeError
    return root


def _distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


class _Activity:
    """The children of one activity by name, and the questions that a project asks of them."""

    def __init__(self, element: ActivityElement, codec: str) -> None:
        root = _parse(element, codec)
        self._root = root
        self._language = (root.get(XML_LANG) or "").strip()
        self._children: dict[str, list[_Element]] = {}
        for child in root.iterchildren(tag=etree.Element):
            self._children.setdefault(str(child.tag), []).append(child)

    def _all(self, name: str) -> Sequence[_Element]:
        return self._children.get(name, ())

    def _own_or_in_transactions(self, name: str) -> Iterator[_Element]:
        """Yield elements of the activity; of its transactions when the activity itself has none."""
        if own := self._all(name):
            yield from own
            return
        for transaction in self._all("transaction"):
            yield from transaction.findall(name)

    def _name(self, element: _Element) -> str:
        return next((text for _, text in read_narratives(element, "")), "") or attribute(element, "ref")

    def texts(self) -> Texts:
        return choose_texts(self._all("title"), self._all("description"), self._all("conditions"), self._language)

    def identifier(self, texts: Texts) -> tuple[str, bool]:
        for element in self._all("iati-identifier"):
            if text := text_of(element):
                return text, True
        for element in self._all("other-identifier"):
            # 2.x keeps the identifier in an attribute, 1.x in the text.
            own = "" if len(element) else text_of(element)
            if text := attribute(element, "ref") or own:
                return text, True
        content = [*texts.fields.values(), *(text for _, _, text in texts.parallel)]
        return derive_identifier(content or [text_of(self._root)]), False

    def purpose_codes(self) -> tuple[str, ...]:
        return _distinct(
            attribute(sector, "code")
            for sector in self._own_or_in_transactions("sector")
            if attribute(sector, "vocabulary").upper() in _DAC_SECTORS
        )

    def recipients(self) -> tuple[Recipient, ...]:
        kinds: tuple[tuple[str, Literal["country", "region"]], ...] = (
            ("recipient-country", "country"),
            ("recipient-region", "region"),
        )
        has_own = any(self._all(name) for name, _ in kinds)
        places: dict[tuple[str, str], Recipient] = {}
        for name, kind in kinds:
            for element in self._all(name) if has_own else self._own_or_in_transactions(name):
                share = parse_number(attribute(element, "percentage"))
                place = Recipient(attribute(element, "code"), self._name(element), kind, share)
                if place.code or place.name:
                    places.setdefault((kind, place.code or place.name), place)
        return tuple(places.values())

    def defaults(self, name: str) -> tuple[str, ...]:
        """Return the codes of `default-<name>`, or of the transactions when there is no default."""
        own = self._codes(self._all(f"default-{name}"))
        return own or self._codes(
            element for transaction in self._all("transaction") for element in transaction.findall(name)
        )

    def _codes(self, elements: Iterable[_Element]) -> tuple[str, ...]:
        return _distinct(attribute(one, "code") for one in elements if attribute(one, "vocabulary") in {"", "1"})

    def _organisations(self, roles: frozenset[str]) -> list[_Element]:
        return [one for one in self._all("participating-org") if attribute(one, "role").lower() in roles]

    def implementers(self) -> tuple[str, ...]:
        organisations = self._organisations(_IMPLEMENTING) + self._organisations(_ACCOUNTABLE)
        return _distinct(self._name(one) for one in organisations)

    def channel(self) -> tuple[str, str]:
        for organisation in [*self._organisations(_IMPLEMENTING), *self._all("participating-org")]:
            if code := attribute(organisation, "crs-channel-code"):
                return code, self._name(organisation)
        for crs in self._all("crs-add"):
            if code := (crs.findtext("channel-code") or "").strip():
                return code, ""
        return "", ""

    def donor(self) -> str:
        return next((name for one in self._all("reporting-org") if (name := self._name(one))), "")

    def year(self) -> int | None:
        """Return the year of the actual start, else of the planned start, else of the latest transaction."""
        for kinds in _START_DATES:
            for date in self._all("activity-date"):
                if attribute(date, "type").lower() in kinds:
                    year = parse_year(attribute(date, "iso-date") or (date.text or "").strip())
                    if year is not None:
                        return year
        dates = (attribute(one.find("transaction-date"), "iso-date") for one in self._all("transaction"))
        return max((year for date in dates if (year := parse_year(date)) is not None), default=None)

    def amounts(self) -> tuple[Amount, ...]:
        currency = attribute(self._root, "default-currency")
        return read_amounts(self._all("transaction"), self._all("budget"), currency)

    def _declared(self, name: str) -> Iterator[_Element]:
        """Yield the elements of that name that a publisher wrote, not an earlier run of ours."""
        return (one for one in self._all(name) if not is_own({str(k): str(v) for k, v in one.attrib.items()}))

    def marker(self, code: str, vocabularies: frozenset[str]) -> int | None:
        """Return the highest significance declared; 3 and 4 are kinds of a principal objective."""
        scores = [
            min(int(significance), 2)
            for one in self._declared("policy-marker")
            if attribute(one, "code").upper() == code
            and attribute(one, "vocabulary").upper() in vocabularies
            and (significance := attribute(one, "significance")) in {"0", "1", "2", "3", "4"}
        ]
        return max(scores, default=None)

    def declared_areas(self) -> tuple[str, ...]:
        return _distinct(
            code.removeprefix(RESULT_AREA_PREFIX)
            for name in ("tag", "policy-marker")
            for one in self._declared(name)
            if attribute(one, "vocabulary").upper() in _OWN_VOCABULARIES
            and (code := attribute(one, "code").upper()).startswith(RESULT_AREA_PREFIX)
        )
