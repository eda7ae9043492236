"""Trains and measures: the current model version as it is, each peer from the corpus."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.quality.encoders import MiniLmEncoder, TfidfEncoder
from benchmarks.quality.peers import LogisticPeer, SimilarityPeer, text_of
from benchmarks.quality.results import Comparison, Outcome, System, summarise
from classifier.tagger import Tagger
from training.configuration import load_configuration
from training.corpus import corpus_hash
from training.evaluation import evaluate
from training.labelled import to_project
from training.line import train

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from benchmarks.quality.peers import Peer
    from classifier.project import Project
    from classifier.tagging import Tagging
    from training.gold import Gold
    from training.labelled import LabelledProject

_EVERYTHING: Final = frozenset({"areas", "markers", "risk"})
_OURS: Final = "words, pieces and concepts; two members, calibrated; the ODA rules; evidence for every label"


@dataclass(frozen=True, slots=True)
class TestSets:
    """Labelled projects by name, and the language that every system is grouped by."""

    __test__ = False

    gold: Mapping[str, Gold]
    languages: Mapping[str, list[str]]

    def score(self, name: str, taggings: Sequence[Tagging], parts: frozenset[str]) -> Outcome:
        """Measure taggings of one set."""
        gold, groups = self.gold[name], {"language": self.languages[name]}
        return summarise(evaluate(gold.labels, taggings, families=gold.families, groups=groups), parts)


def compare(
    records: Sequence[LabelledProject],
    gold: Mapping[str, Gold],
    version: Path,
    *,
    date: str,
    cache: Path,
    retrain: bool,
    progress: Callable[[str], None],
) -> Comparison:
    """Measure the model version and every peer that can be built here.

    Parameters
    ----------
    records
        The training part of the corpus.
    gold
        The sets to measure on, by name.
    version
        Folder of the model version.
    cache
        Folder in which sentence vectors are kept.
    retrain
        Whether to train the shipped configuration once more, to know how long it takes.
    """
    progress("Portolan")
    tagger = Tagger.load(version)
    taggings, rate = _tag(tagger.tag, gold, lambda _: 0.0)
    languages = {name: own.groups(taggings[name])["language"] for name, own in gold.items()}
    sets = TestSets(gold, languages)
    outcomes = {name: sets.score(name, own, _EVERYTHING) for name, own in taggings.items()}
    seconds = _time_training(records, date, progress) if retrain else None
    systems = [System(f"Portolan {version.name}", _OURS, seconds, rate, outcomes)]
    peers, left_out = build_peers(cache)
    for peer in peers:
        progress(peer.name)
        systems.append(_measure(peer, records, sets))
    manifest = tagger.model.manifest
    state = corpus_hash(records)
    return Comparison(date, state, len(records), manifest.corpus_hash == state, tuple(systems), left_out)


def build_peers(cache: Path) -> tuple[list[Peer], dict[str, str]]:
    """Return the peers, and why one is left out."""
    peers: list[Peer] = [LogisticPeer(TfidfEncoder()), SimilarityPeer(TfidfEncoder())]
    try:
        encoder = MiniLmEncoder(cache)
    except ImportError as error:
        return peers, {MiniLmEncoder.name: f"the extra peers is not installed ({error})"}
    return [*peers, LogisticPeer(encoder), SimilarityPeer(encoder)], {}


def _measure(peer: Peer, records: Sequence[LabelledProject], sets: TestSets) -> System:
    spared = peer.encoder.spared([text_of(to_project(record)) for record in records])
    start = time.perf_counter()
    peer.fit(records)
    seconds = time.perf_counter() - start + spared
    taggings, rate = _tag(peer.tag, sets.gold, lambda own: peer.encoder.spared([text_of(one) for one in own]))
    outcomes = {name: sets.score(name, own, frozenset(peer.parts)) for name, own in taggings.items()}
    return System(peer.name, peer.how, seconds, rate, outcomes)


def _tag(
    tag: Callable[[Sequence[Project]], list[Tagging]],
    gold: Mapping[str, Gold],
    spared: Callable[[Sequence[Project]], float],
) -> tuple[dict[str, list[Tagging]], float]:
    """Return the taggings of each set, and projects a second over all of them."""
    taggings, seconds = {}, 0.0
    for name, own in gold.items():
        seconds += spared(own.projects)
        start = time.perf_counter()
        taggings[name] = tag(own.projects)
        seconds += time.perf_counter() - start
    return taggings, sum(map(len, taggings.values())) / seconds


def _time_training(records: Sequence[LabelledProject], date: str, progress: Callable[[str], None]) -> float:
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        train(records, load_configuration(), Path(folder), created=date, progress=progress)
    return time.perf_counter() - start
