from __future__ import annotations

from corpus_samples import plain, record

from training.balance import Demand, count_labels, weigh_demands
from training.schema import parse_record

RECORDS = [parse_record(record("x-1")), parse_record(plain("x-2", "Moulins", lang="fr", gender=None))]


def test_counts_records_by_label() -> None:
    counts = count_labels(RECORDS)
    assert counts["area"] == {"3.2": 1, "none": 1}
    assert counts["language"] == {"en": 1, "fr": 1}
    assert counts["gender"] == {"0": 1, "none": 1}
    assert counts["rule_group"] == {"REF": 1}


def test_weighs_what_there_is() -> None:
    demands = {one.name: one for one in weigh_demands(RECORDS, [])}
    assert demands["share without area"].actual == 0.5
    assert demands["share without area"].met
    assert not demands["projects"].met
    assert not demands["area 1.1 in the frozen part"].met


def test_too_much_is_not_met_either() -> None:
    assert not Demand("share of en", 0.4, 0.7, 0.6).met
    assert Demand("share of en", 0.4, 0.5, 0.6).met


def test_an_empty_corpus_meets_nothing() -> None:
    assert [one.met for one in weigh_demands([], [])] == [False]
