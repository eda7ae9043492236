"""What can go wrong at the desk on purpose."""

from __future__ import annotations

from typing import ClassVar

from classifier.errors import PortolanError, UsageError


class DeskMissingError(PortolanError):
    """There is no such campaign or item, or it is not this person's to see."""

    title = "There is no such thing"


class DeskStateError(PortolanError):
    """The campaign or item is in a state that does not fit."""

    title = "The state does not fit"


class StaleFormError(DeskStateError):
    """Somebody decided, or the same person saved in another tab, after the form was opened. Nothing was changed."""

    title = "The form is not up to date"


class JudgementError(UsageError):
    """A judgement cannot be meant: `label` names what does not fit."""

    title = "The judgement does not fit"

    def __init__(self, detail: str, *, code: str, label: str = "", remedy: str = "") -> None:
        super().__init__(detail, code=code, remedy=remedy)
        self.label = label


class ImportRefusedError(PortolanError):
    """A file cannot be taken into a campaign; nothing of it was."""

    title: ClassVar[str] = "The file cannot be taken in"
