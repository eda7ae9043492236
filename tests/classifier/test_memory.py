from __future__ import annotations

from classifier.memory import Memory


def test_a_value_is_worked_out_once() -> None:
    asked: list[str] = []

    def measure(word: str) -> int:
        asked.append(word)
        return len(word)

    memory = Memory(measure)
    assert [memory["tent"], memory["well"], memory["tent"]] == [4, 4, 4]
    assert asked == ["tent", "well"]


def test_beyond_the_bound_nothing_more_is_kept() -> None:
    memory = Memory(len, most=1)
    assert [memory["tent"], memory["wells"], memory["wells"]] == [4, 5, 5]
    assert set(memory) == {"tent"}
