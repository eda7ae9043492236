from __future__ import annotations

from training.nearness import TextIndex, find_near, split_words, word_runs

LONG = "the valley road is repaired by crews from nine villages who also plant trees along its new drains"


def test_numbers_and_case_do_not_tell_texts_apart() -> None:
    assert split_words("Phase 2, 1,200 Tents") == split_words("phase 3: 5,900 tents")


def test_runs_of_a_short_text_are_the_text() -> None:
    assert word_runs(["a", "b"], 3) == {("a", "b")}
    assert word_runs([], 3) == set()
    assert word_runs(list("abcd"), 3) == {("a", "b", "c"), ("b", "c", "d")}


def test_finds_a_changed_copy_once() -> None:
    near = list(find_near([LONG, "A clinic for goats", LONG.replace("nine", "ten")]))
    assert [(one.first, one.second) for one in near] == [(0, 2)]
    assert 0.5 <= near[0].overlap < 1


def test_finds_a_text_inside_a_longer_one() -> None:
    longer = f"{LONG}. " + " ".join(f"word{chr(97 + n)} other{chr(97 + n)}" for n in range(20))
    assert [(one.first, one.second) for one in find_near([LONG, longer])] == [(0, 1)]


def test_other_texts_are_not_near() -> None:
    assert not list(find_near([LONG, "the valley road is closed", "", "Goats"]))


def test_an_equal_short_title_is_near() -> None:
    assert [one.overlap for one in find_near(["Village wells", "village WELLS"])] == [1.0]


def test_a_text_that_is_looked_up_and_indexed_at_once_is_not_near_to_itself() -> None:
    index = TextIndex()
    assert index.near_and_add(LONG) == (0, [])
    assert index.near_and_add(LONG) == (1, [(0, 1.0)])
    assert index.add("Goats") == 2
    assert list(index.near(LONG)) == [(0, 1.0), (1, 1.0)]
