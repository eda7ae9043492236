"""Contradictions between codes and text (COD-01), and remarks on coding (DRV-02)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from classifier.oda.combination import Fired
from classifier.oda.places import Surroundings
from classifier.oda.recipients import Place
from classifier.oda.rulebook import RuleBook
from classifier.project import Project
from classifier.tagging import Polarity

_AT_HOME_PURPOSE = "930"
_AT_HOME_AID = frozenset({"H02", "H03", "H04", "H05", "H06"})
_MIGRATION = "15190"
_ADMINISTRATION = frozenset({"ADM-01", "ADM-02", "ADM-03"})
_STUDENTS = frozenset({"STU-01", "STU-02", "STU-03", "STU-04", "STU-05"})
_HOME_RULES = frozenset({"GEO-06", "IDR-04", "IDR-11", "IDR-15", "LAB-04", "STU-05", "DIA-03"})
_RECEPTION = frozenset({"IDR-01", "IDR-03", "IDR-05", "IDR-06", "IDR-08", "IDR-10"})
#: Groups of rules that show work on migration itself.
_MIGRATION_GROUPS = frozenset({"GOV", "BOR", "TRA", "INF", "RET", "DIA", "LAB", "REF", "IDR"})


def coding_findings(
    book: RuleBook, project: Project, places: Sequence[Place], around: Surroundings, fired: Sequence[Fired]
) -> Iterator[Fired]:
    """Yield COD-01 where a code and the text or the recipient contradict each other."""
    given = _contradiction(project, places, around, fired)
    if given and "COD-01" in book.rules:
        yield Fired(book.rules["COD-01"], Polarity.AFFIRMED, "field", given=given)


def _contradiction(project: Project, places: Sequence[Place], around: Surroundings, fired: Sequence[Fired]) -> str:
    """Return the code that contradicts the rest, as ``name=value``, or an empty string."""
    at_home = _home_code(project, fired)
    if not at_home and _MIGRATION not in project.purpose_codes:
        return ""
    affirmed = {one.rule.id for one in fired if one.polarity is Polarity.AFFIRMED and one.evidence}
    abroad = any(place.status == "listed" for place in places)
    # Where the money stays in the provider country, by the text or by recipient 998, a country of the list is
    # where people came from, and help to refugees is what the code says.
    if "provider" not in around.roles and not any(place.status == "unspecified" for place in places):
        abroad |= "listed" in around.roles or bool(affirmed & {"REF-01", "REF-02"} and not affirmed & _RECEPTION)
    if at_home and (abroad or affirmed & _HOME_RULES):
        return at_home
    if _MIGRATION in project.purpose_codes and affirmed & _HOME_RULES:
        return f"purpose={_MIGRATION}"
    return ""


def _home_code(project: Project, fired: Sequence[Fired]) -> str:
    """Return the code that claims costs in the provider country, as ``name=value``.

    Administration and scholarships count only when the text does not speak of them.
    """
    told = {one.rule.id for one in fired if one.evidence}
    for code in project.aid_types:
        if (code == "G01" and not told & _ADMINISTRATION) or (code in {"E01", "E02"} and not told & _STUDENTS):
            return f"aid_type={code}"
    for code in project.aid_types:
        if code in _AT_HOME_AID:
            return f"aid_type={code}"
    return next((f"purpose={code}" for code in project.purpose_codes if code.startswith(_AT_HOME_PURPOSE)), "")


def coding_remarks(project: Project, fired: Sequence[Fired]) -> tuple[str, ...]:
    """Return DRV-02 for a root-cause project that stands under the code of migration."""
    if _MIGRATION not in project.purpose_codes:
        return ()
    if any(one.rule.group in _MIGRATION_GROUPS and one.evidence for one in fired):
        return ()
    return ("DRV-02",)
