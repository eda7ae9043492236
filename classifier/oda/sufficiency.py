"""Whether a text shows what is done at all (GEN-08). Rare: a title that names a group and the help is enough."""

from __future__ import annotations

from collections.abc import Sequence

from classifier.oda.combination import Fired
from classifier.tagging import Polarity, Verdict
from classifier.text import Text

#: The rule on texts that do not show what is done.
NOT_SAID = "GEN-08"
#: Eligible rules that say something about money or intention, not about what is done.
_SILENT = frozenset({"GEN-01", "GEN-03", "GEN-05", "GEO-01", "DRV-01", "REF-02", "RET-11"})


def missing_description(text: Text, fired: Sequence[Fired]) -> str:
    """Return ``GEN-08`` when nothing can be judged, an empty string otherwise."""
    if not text.words:
        return NOT_SAID
    if not any(one.rule.id == NOT_SAID and one.polarity is Polarity.AFFIRMED for one in fired):
        return ""
    return "" if shows_what_is_done(fired) else NOT_SAID


def shows_what_is_done(fired: Sequence[Fired]) -> bool:
    """Tell whether an eligible rule names what is done, or a core contribution that needs no more words."""
    return any(
        one.rule.verdict is Verdict.ELIGIBLE and one.rule.id not in _SILENT and (one.evidence or _is_core(one))
        for one in fired
    )


def _is_core(one: Fired) -> bool:
    """Tell whether the finding says that the money is a core contribution to a listed organisation."""
    return one.rule.id == "GEO-07"
