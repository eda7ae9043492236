"""The peers that need no sentence model, on the tiny corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tiny_corpus import tiny_corpus

from benchmarks.quality.encoders import TfidfEncoder
from benchmarks.quality.peers import LogisticPeer, Peer, SimilarityPeer, define, text_of
from classifier.project import Project, Source
from classifier.tagging import Risk
from classifier.taxonomy import load_areas
from training.labelled import LabelledProject, to_project


def corpus() -> list[LabelledProject]:
    """Return the tiny corpus with roads at risk, for it knows only low risk."""
    return [replace(one, risk=Risk.HIGH if "a road" in one.title else Risk.LOW) for one in tiny_corpus()]


@pytest.mark.parametrize("peer", [LogisticPeer(TfidfEncoder()), SimilarityPeer(TfidfEncoder())])
def test_a_peer_learns_the_corpus(peer: Peer) -> None:
    records = corpus()
    peer.fit(records)
    taggings = peer.tag([to_project(record) for record in records])
    assert [tagging.project_id for tagging in taggings] == [record.id for record in records]
    right = sum(set(one.selected_areas()) == set(two.areas) for one, two in zip(taggings, records, strict=True))
    assert right / len(records) > 0.6


def test_a_peer_speaks_of_what_it_was_trained_for() -> None:
    peer = LogisticPeer(TfidfEncoder())
    peer.fit(corpus())
    (tagging,) = peer.tag([Project("p-1", Source(1), title="legal aid and lawyers defend refugees in the courts")])
    assert tagging.selected_areas() == ("3.1",)
    assert tagging.human_rights.score == 2
    assert tagging.oda.risk is Risk.LOW


def test_a_definition_names_the_area_in_each_language() -> None:
    area = load_areas()[0]
    assert all(name in define(area) for name in area.names.values())


def test_all_texts_count() -> None:
    assert text_of(Project("p-1", Source(1), title="one", description="two")) == "one\ntwo"
