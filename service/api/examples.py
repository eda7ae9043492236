"""Invented projects in three languages, which the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

PROJECTS: dict[str, dict[str, Any]] = {
    "english": {
        "id": "EX-EN-1",
        "title": "Legal aid for displaced families",
        "description": "Lawyers help displaced families to obtain birth certificates and residence permits in "
        "three districts, and train the staff of the civil registry.",
        "recipient": "Uganda",
        "year": 2025,
    },
    "français": {
        "id": "EX-FR-1",
        "title": "Hébergement et protection de réfugiés",
        "description": "Le projet construit deux centres d'accueil pour réfugiés et offre un suivi aux femmes "
        "qui ont subi des violences.",
        "recipient": "Niger",
        "year": 2025,
    },
    "nederlands": {
        "id": "EX-NL-1",
        "title": "Vakopleiding voor teruggekeerde jongeren",
        "description": "Jongeren die vrijwillig terugkeerden volgen een vakopleiding en krijgen startkapitaal "
        "voor een eigen zaak.",
        "recipient": "Senegal",
        "year": 2025,
    },
}


def request_body(reference: str) -> dict[str, Any]:
    """Return the request body of a call that takes projects, for the OpenAPI document."""
    examples = {name: {"summary": name, "value": {"projects": [project]}} for name, project in PROJECTS.items()}
    return {
        "required": True,
        "content": {"application/json": {"schema": {"$ref": reference}, "examples": examples}},
    }
