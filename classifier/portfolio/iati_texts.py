"""Chooses the language of an IATI activity and joins its narratives, field by field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.etree import _Element

    from classifier.project import TextField

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

#: Languages that can be classified; undeclared text may be any of them.
_PREFERRED = frozenset({"en", "fr", "nl", ""})

_DESCRIPTION_FIELDS: dict[str, TextField] = {
    "2": "objectives",
    "objectives": "objectives",
    "3": "target_groups",
    "target groups": "target_groups",
    "4": "other_text",
    "other": "other_text",
}


@dataclass(frozen=True, slots=True)
class Narrative:
    """One text of an activity: the field it belongs to and the language that it claims."""

    field: TextField
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one activity: one language in front, the others beside it."""

    fields: dict[TextField, str]
    language: str
    parallel: tuple[tuple[str, TextField, str], ...]


def text_of(element: _Element) -> str:
    """Return all text inside of an element, without the white space around it."""
    return "".join(map(str, element.itertext())).strip()


def read_narratives(element: _Element, default: str) -> Iterator[tuple[str, str]]:
    """Yield (declared language, text): of its narratives (2.x), or of the element itself (1.x)."""
    own = element.get(XML_LANG) or default
    narratives = element.findall("narrative")
    for one in narratives or [element]:
        if text := text_of(one):
            yield one.get(XML_LANG) or own, text


def choose_texts(
    titles: Sequence[_Element],
    descriptions: Sequence[_Element],
    conditions: Sequence[_Element],
    default: str,
) -> Texts:
    """Return the texts in the language that says most.

    A field that has nothing in that language gives what it has: declared languages are often wrong, and
    a title in the "wrong" one is better than none. A language that can be classified goes before a longer
    one that cannot, when it has at least half as much to say.
    """
    narratives = list(_collect(titles, descriptions, conditions, default))
    language = _main_language(narratives)
    fields: dict[TextField, str] = {}
    parallel: list[tuple[str, TextField, str]] = []
    for field, groups in _by_field(narratives).items():
        chosen = language if language in groups else max(groups, key=lambda one: _size(groups[one]))
        for group, members in groups.items():
            text = "\n\n".join(one.text for one in members)
            if group == chosen:
                fields[field] = text
            else:
                parallel.append((members[0].language, field, text))
    return Texts(fields, language, tuple(parallel))


def _collect(
    titles: Iterable[_Element],
    descriptions: Iterable[_Element],
    conditions: Iterable[_Element],
    default: str,
) -> Iterator[Narrative]:
    for title in titles:
        yield from (Narrative("title", *one) for one in read_narratives(title, default))
    for description in descriptions:
        kind = (description.get("type") or "").strip().lower()
        field = _DESCRIPTION_FIELDS.get(kind, "description")
        yield from (Narrative(field, *one) for one in read_narratives(description, default))
    for group in conditions:
        for condition in group.findall("condition"):
            yield from (Narrative("conditions", *one) for one in read_narratives(condition, default))


def _primary(language: str) -> str:
    return language.strip().lower().replace("_", "-").split("-")[0]


def _size(narratives: Iterable[Narrative]) -> int:
    return sum(len(one.text) for one in narratives)


def _main_language(narratives: Iterable[Narrative]) -> str:
    sizes: dict[str, int] = {}
    for one in narratives:
        key = _primary(one.language)
        sizes[key] = sizes.get(key, 0) + len(one.text)
    if not sizes:
        return ""
    longest = max(sizes.values())
    classifiable = {key: size for key, size in sizes.items() if key in _PREFERRED and size * 2 >= longest}
    candidates = classifiable or sizes
    return max(candidates, key=lambda key: candidates[key])


def _by_field(narratives: Iterable[Narrative]) -> dict[TextField, dict[str, list[Narrative]]]:
    fields: dict[TextField, dict[str, list[Narrative]]] = {}
    for one in narratives:
        fields.setdefault(one.field, {}).setdefault(_primary(one.language), []).append(one)
    return fields
