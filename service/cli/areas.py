"""``portolan areas``: what the labels mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from classifier.taxonomy import Marker, ResultArea


@click.command("areas")
@click.argument("code", required=False)
@click.option("--lang", type=click.Choice(["en", "fr", "nl"]), default="en", help="Language of the names.")
def command(code: str | None, lang: str) -> None:
    """List the result areas and markers, or explain the one of CODE (4.6, gender, human_rights)."""
    click.echo("\n".join(_list_all(lang) if code is None else _explain(code, lang)))


def _list_all(language: str) -> Iterable[str]:
    from classifier.taxonomy import load_areas, load_markers, load_objectives

    areas = load_areas()
    for objective in load_objectives():
        yield f"{objective.code}    {objective.names[language]}"
        yield from (f"  {area.code}  {area.names[language]}" for area in areas if area.objective == objective.code)
    for marker in load_markers():
        yield f"{marker.code}: {marker.names[language]}"
        yield from (f"  {score.score}    {score.names[language]}" for score in marker.scores)


def _explain(code: str, language: str) -> Iterable[str]:
    from classifier.taxonomy import load_areas, load_markers

    wanted = code.strip().removeprefix("RA").lower().replace("-", "_")
    for area in load_areas():
        if area.code == wanted:
            return _explain_area(area, language)
    for marker in load_markers():
        if marker.code == wanted:
            return _explain_marker(marker, language)
    raise click.BadParameter(f"there is no label {code!r}.", param_hint="CODE")


def _explain_area(area: ResultArea, language: str) -> Iterable[str]:
    yield f"{area.code}  {area.names[language]}"
    yield ""
    yield area.definition
    yield ""
    yield "In:"
    yield from (f"  + {one}" for one in area.inside)
    yield "Out:"
    yield from (f"  - {one}" for one in area.outside)
    yield ""
    yield f"In doubt: {area.boundary}"
    yield f"Usual purpose codes: {', '.join(area.purpose_codes)}"


def _explain_marker(marker: Marker, language: str) -> Iterable[str]:
    yield f"{marker.code}: {marker.names[language]}"
    yield ""
    for score in marker.scores:
        yield f"  {score.score}  {score.names[language]}. {score.definition}"
    yield f"  -  none. {marker.unknown}"
    yield ""
    yield f"In doubt: {marker.question}"
