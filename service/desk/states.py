"""The closed lists of the desk."""

from __future__ import annotations

from enum import StrEnum


class CampaignKind(StrEnum):
    """Whether annotators label projects one by one, or reviewers go through a tagged portfolio."""

    LABELLING = "labelling"
    REVIEW = "review"


class Role(StrEnum):
    """What a member of a campaign may do: leads do everything, also what the others do."""

    LEAD = "lead"
    ANNOTATOR = "annotator"
    REVIEWER = "reviewer"


class Suggestion(StrEnum):
    """When an annotator sees what the model says: at once, after the own judgement, or never."""

    BEFORE = "before"
    AFTER = "after"
    NEVER = "never"


class ItemState(StrEnum):
    """Where an item stands.

    `STAGED` is invisible (its import has not ended), `OPEN` wants a judgement, `DISPUTED` has all it wants but they
    differ, `SETTLED` is done.
    """

    STAGED = "staged"
    OPEN = "open"
    DISPUTED = "disputed"
    SETTLED = "settled"


class Seat(StrEnum):
    """As what somebody judges: annotators each for themselves, adjudicators and reviewers for all."""

    ANNOTATOR = "annotator"
    ADJUDICATOR = "adjudicator"
    REVIEWER = "reviewer"


class SettledBy(StrEnum):
    """What settled an item: one annotator (where one is enough), two that agree, or a decision."""

    ANNOTATOR = "annotator"
    AGREEMENT = "agreement"
    ADJUDICATOR = "adjudicator"
    REVIEWER = "reviewer"


class SaveKind(StrEnum):
    """What a save is: a judgement, its undoing, or labels that came in with a file."""

    JUDGEMENT = "judgement"
    UNDO = "undo"
    IMPORT = "import"


class Reason(StrEnum):
    """Why an item stands where it stands in the queue; those that look wrong stand before all others."""

    UNCERTAINTY = "uncertainty"
    DISAGREEMENT = "disagreement"
    RARE_AREA = "rare-area"
    LANGUAGE = "language"
    RANDOM = "random"
    SUSPECT = "suspect"


class SkipReason(StrEnum):
    """Why somebody passes an item over."""

    LANGUAGE = "language"
    UNREADABLE = "unreadable"
    TOO_HARD = "too-hard"
    INVOLVED = "involved"
    OTHER = "other"


class ImportState(StrEnum):
    """Where an import stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
