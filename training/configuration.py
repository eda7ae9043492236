"""The training configuration, read from data and checked."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass, fields
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Self, TypeAlias

from classifier.errors import CorpusError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_FEWEST_FOLDS: Final = 2


@dataclass(frozen=True, slots=True)
class BlockOptions:
    """How one block of features is built: see `classifier.vectoriser.Block`.

    A feature of fewer than `fewest_projects` projects is left out: what occurs once is never in a model.
    """

    fewest_projects: int
    unit_length: bool
    scale: float


@dataclass(frozen=True, slots=True)
class DescentOptions:
    """How a member is fitted: how often it sees every text, how many at once, and with which first length of a step.

    `dropout` is the share of the features that each epoch leaves out of each text, `penalty` the strength of the L2
    penalty.
    """

    epochs: int
    dropout: float
    batch: int
    learning_rate: float
    penalty: float


@dataclass(frozen=True, slots=True)
class LinearOptions(DescentOptions):
    """The logistic regression for each output; `share` is its weight beside the network, from 0 to 1."""

    share: float


@dataclass(frozen=True, slots=True)
class HiddenOptions(DescentOptions):
    """The network with one hidden layer; no units, no network.

    `unit_dropout` is the share of the units that each step leaves out for each text.
    """

    units: int
    unit_dropout: float


@dataclass(frozen=True, slots=True)
class DecisionOptions:
    """What the thresholds must hold out of fold, and how much more a marker that is missed weighs than a false one.

    The best threshold of each area is drawn towards `area_prior`, which weighs as much as `area_prior_examples`
    projects; `gate` is the lowest probability of any area at which areas are selected at all.
    """

    area_prior: float
    area_prior_examples: int
    gate: float
    none_kept: float
    marker_recall: float
    accepted_precision: float
    accepted_misses: float


Options: TypeAlias = BlockOptions | LinearOptions | HiddenOptions | DecisionOptions


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that shapes a model version beside the corpus."""

    seed: int
    folds: int
    compositions: float
    word: BlockOptions
    piece: BlockOptions
    concept: BlockOptions
    linear: LinearOptions
    hidden: HiddenOptions
    decisions: DecisionOptions

    @classmethod
    def from_data(cls, data: Mapping[str, Any], name: str) -> Self:
        """Build a configuration; `name` is what errors call it.

        Raises
        ------
        CorpusError
            A field is missing, unknown or of the wrong kind.
        """
        parts = {
            "word": BlockOptions,
            "piece": BlockOptions,
            "concept": BlockOptions,
            "linear": LinearOptions,
            "hidden": HiddenOptions,
            "decisions": DecisionOptions,
        }
        names = {field.name for field in fields(cls)}
        if odd := set(data) ^ names:
            raise CorpusError(f"{name}: field missing or unknown: {min(odd)}.", code="bad-configuration")
        try:
            built = {key: kind(**data[key]) for key, kind in parts.items()}
        except TypeError as error:
            raise CorpusError(f"{name}: {error}.", code="bad-configuration") from None
        configuration = cls(**{key: data[key] for key in names - set(parts)}, **built)
        for part in (configuration, *built.values()):
            _check_kinds(part, name)
        linear, hidden = configuration.linear, configuration.hidden
        if not all(0 <= share < 1 for share in (linear.dropout, hidden.dropout, hidden.unit_dropout)):
            raise CorpusError(f"{name}: dropout must be 0 or more and less than 1.", code="bad-configuration")
        if not 0 <= linear.share <= 1:
            raise CorpusError(f"{name}: share must lie between 0 and 1.", code="bad-configuration")
        if min(linear.batch, linear.epochs, hidden.batch, hidden.epochs) < 1:
            raise CorpusError(f"{name}: batch and epochs must be 1 or more.", code="bad-configuration")
        if configuration.folds < _FEWEST_FOLDS:
            raise CorpusError(f"{name}: folds must be {_FEWEST_FOLDS} or more.", code="bad-configuration")
        return configuration

    def to_json(self) -> dict[str, Any]:
        """Return the configuration as plain data."""
        return asdict(self)


def _check_kinds(part: Configuration | Options, name: str) -> None:
    """Refuse a number or switch of another kind than its field; a whole number may stand for any number."""
    kinds: dict[str, tuple[type, ...]] = {"int": (int,), "float": (int, float), "bool": (bool,)}
    for field in fields(part):
        wanted, value = str(field.type), getattr(part, field.name)
        if wanted in kinds and (not isinstance(value, kinds[wanted]) or isinstance(value, bool) != (wanted == "bool")):
            raise CorpusError(f"{name}: {field.name} is not of the kind {wanted}.", code="bad-configuration")


def load_configuration(path: Path | None = None) -> Configuration:
    """Read a configuration file, by default the one that Portolan ships.

    Raises
    ------
    CorpusError
        The file is missing, not TOML, or breaks the schema.
    """
    source = path or resources.files("training").joinpath("configuration.toml")
    try:
        data = tomllib.loads(source.read_text("utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CorpusError(f"{source}: {error}.", code="bad-configuration") from None
    return Configuration.from_data(data, source.name)
