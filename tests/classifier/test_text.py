from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classifier.project import Project, Source
from classifier.text import clean_text, read_text


def make_project(title: str = "", description: str = "") -> Project:
    return Project(id="P-1", source=Source(1), title=title, description=description)


def sentences(title: str = "", description: str = "") -> list[str]:
    return [sentence.text for sentence in read_text(make_project(title, description)).sentences]


def test_markup_and_entities_are_taken_out() -> None:
    assert clean_text("Water &amp; <b>food</b>  for **all**").text == "Water & food for all"


def test_block_tags_and_lines_part_sentences() -> None:
    assert sentences(description="<p>First aid</p><p>Second step</p>\nThird place") == [
        "First aid",
        "Second step",
        "Third place",
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert sentences(description="Tools, e.g. Saws and axes. New roofs.") == [
        "Tools, e.g. Saws and axes.",
        "New roofs.",
    ]


def test_bullets_and_bilingual_cells_are_parted() -> None:
    assert sentences(title="Wells for the town / Puits pour la ville", description="• Pumps • Pipes") == [
        "Wells for the town",
        "Puits pour la ville",
        "• Pumps",
        "• Pipes",
    ]


def test_each_half_of_a_bilingual_cell_has_its_language() -> None:
    text = read_text(
        make_project(description="The wells of the town are new. / Les puits de la ville sont dans le sud.")
    )
    assert [sentence.language for sentence in text.sentences] == ["en", "fr"]


def test_title_repeated_in_the_description_is_read_once() -> None:
    assert sentences("NEW WELLS IN KIBAMBA", "New wells in Kibamba. Ten pumps are put in.") == [
        "NEW WELLS IN KIBAMBA",
        "Ten pumps are put in.",
    ]


def test_words_are_counted_without_repeats_and_numbers() -> None:
    assert read_text(make_project("Ten wells", "Ten wells. 12 new pumps")).words == 4


def test_text_without_words_has_no_language() -> None:
    text = read_text(make_project("2021-07", "—"))
    assert (text.language, text.words) == ("", 0)


@given(st.text(alphabet=st.sampled_from("aé <b>&amp;;.\n\t*•/Z \u00a0\u200b"), max_size=200))
def test_every_sentence_is_found_again_in_the_original(original: str) -> None:
    project = make_project(description=original)
    for sentence in read_text(project).sentences:
        evidence = sentence.evidence(project)
        assert original[evidence.start : evidence.end] == evidence.quote
        assert clean_text(evidence.quote).text.split() == sentence.text.split()


@given(st.text(max_size=300), st.data())
def test_spans_stay_inside_the_original_and_in_order(original: str, data: st.DataObject) -> None:
    clean = clean_text(original)
    if not clean.text:
        return
    start = data.draw(st.integers(0, len(clean.text) - 1))
    end = data.draw(st.integers(start + 1, len(clean.text)))
    first, last = clean.span(start, end)
    assert 0 <= first < last <= len(original)


def test_long_text_without_blanks_is_cut() -> None:
    assert max(map(len, sentences(description="x" * 10_000))) <= 2_000


def test_many_initials_in_a_row_are_read_in_one_pass() -> None:
    assert len(sentences(description="A. B. " * 20_000)) > 0


def test_many_sentences_are_compared_with_those_before_in_order() -> None:
    told = [f"Sentence number {number:05d} is about water." for number in range(5_000)]
    assert sentences(description=" ".join([*told, *told])) == told


def test_beginning_of_an_earlier_sentence_is_left_out() -> None:
    assert sentences(description="Clean water for the town of Diffa. Clean water for. Clean air.") == [
        "Clean water for the town of Diffa.",
        "Clean air.",
    ]


def test_soft_hyphen_written_as_an_entity_does_not_cut_a_word() -> None:
    assert clean_text("ontwik&shy;keling &#8203;hier").text == "ontwikkeling hier"


def test_a_text_without_noise_is_kept_whole_and_one_with_any_is_not() -> None:
    assert clean_text("Aid for Côte d'Ivoire: 5 < 6").text == "Aid for Côte d'Ivoire: 5 < 6"
    assert clean_text("Aid\u200b for\u00a0all").text == "Aid for all"


def test_a_sentence_ends_after_its_mark_and_a_list_item_before_its_sign() -> None:
    text = 'He said "go." Then ▪ one thing ▪ another'
    assert sentences(description=text) == ['He said "go.', "Then", "▪ one thing", "▪ another"]
