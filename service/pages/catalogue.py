"""The texts of the page in three languages, and which language a person wants."""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from classifier.taxonomy import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request

#: What each language calls itself.
NAMES = {"en": "English", "fr": "Français", "nl": "Nederlands"}
COOKIE = "portolan_language"
_ACCEPTED = re.compile(r"\s*([A-Za-z]{2})[A-Za-z-]*\s*(?:;\s*q=([0-9.]+))?\s*")


@cache
def load_catalogue(language: str) -> Mapping[str, str]:
    """Return the texts of a language by key."""
    path = files("service").joinpath("pages", "catalogues", f"{language}.json")
    texts: Mapping[str, str] = json.loads(path.read_text("utf-8"))
    return texts


def choose_language(request: Request) -> str:
    """Return the language of a request: by the switch, else by the browser."""
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wanted = []
    for place, part in enumerate(request.headers.get("accept-language", "")[:200].split(",")):
        found = _ACCEPTED.fullmatch(part)
        if found and found[1].lower() in LANGUAGES:
            wanted.append((-_weight(found[2]), place, found[1].lower()))
    return min(wanted)[2] if wanted else LANGUAGES[0]


def translator(language: str) -> Callable[..., str]:
    """Return the function that gives the text of a key; numbers and names go into its places."""
    texts = load_catalogue(language)

    def translate(key: str, **values: object) -> str:
        return texts[key].format(**values) if values else texts[key]

    return translate


def refuser(language: str) -> Callable[[Any], str]:
    """Return the function that says a refusal: an error, a problem, or the object that a table keeps of one.

    What the catalogue does not know, or cannot say for want of facts, keeps the words of its error.
    """
    texts = load_catalogue(language)

    def refuse(problem: Any) -> str:  # noqa: ANN401 - whatever has a code, a detail and a remedy
        said = problem if isinstance(problem, dict) else vars(problem)
        facts = said.get("facts") or {}
        own = f"{said['detail']} {said['remedy']}".strip()
        key = f"refusal.{said['code']}"
        found = texts.get(f"{key}.{facts.get('reason', '')}") or texts.get(key)
        try:
            return found.format(**{"detail": own, **facts}) if found else own
        except KeyError:
            return own

    return refuse


def _weight(text: str | None) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
