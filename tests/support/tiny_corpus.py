"""A corpus of a few dozen invented projects: enough to train a real model in a second or two."""

from __future__ import annotations

from training.labelled import LabelledProject
from training.schema import parse_record

_GROUPS = ("refugees", "displaced families", "asylum seekers", "refugee children")
_HELP = ("shelter and blankets", "food parcels", "clean water", "a clinic and medicines")
_PLACES = ("Arua", "Diffa", "Irbid", "Goma", "Maban", "Dollo")
_OTHER = ("a road", "a power line", "rice seed", "a tax office", "a bridge", "school books")


def tiny_corpus() -> list[LabelledProject]:
    """Return projects of two areas and of none, in three languages, some of high risk."""
    records = []
    for number, place in enumerate(_PLACES * 4):
        group, aid = _GROUPS[number % 4], _HELP[number % 3]
        records.append(_record(f"s-{number:02d}", f"The project gives {aid} to {group} in {place}", "3.2", aid))
        lawyer = "legal aid and lawyers"
        records.append(_record(f"l-{number:02d}", f"{lawyer} defend {group} in the courts of {place}", "3.1", lawyer))
        records.append(_record(f"n-{number:02d}", f"The project builds {_OTHER[number % 6]} near {place}", "", ""))
        french = f"Le projet construit un pont et une route dans la commune de {place}"
        records.append(_record(f"f-{number:02d}", french, "", "", lang="fr"))
    return records


def _record(identifier: str, text: str, area: str, words: str, lang: str = "en") -> LabelledProject:
    start = text.index(words)
    evidence = [{"label": area, "field": "title", "start": start, "end": start + len(words), "quote": words}]
    rights = 2 if area == "3.1" else 0
    if rights:
        evidence.append({**evidence[0], "label": "human_rights"})
    return parse_record(
        {
            "id": identifier,
            "family": identifier,
            "brief": "tiny",
            "manner": "title",
            "lang": lang,
            "title": text,
            "description": "",
            "recipient": "",
            "purpose_codes": [],
            "aid_type": "",
            "flow_type": "",
            "finance_type": "",
            "channel": "",
            "year": None,
            "publisher": "",
            "areas": [area] if area else [],
            "main": area or None,
            "gender": 0,
            "human_rights": rights,
            "risk": "low",
            "rules": [],
            "evidence": evidence if area else [],
        }
    )
