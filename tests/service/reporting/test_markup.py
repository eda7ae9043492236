"""Text never becomes markup."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from report_samples import query

from service.reporting.markup import as_html, element, make_table


def test_text_is_escaped_and_markup_is_kept() -> None:
    assert element("p", "<b>", element("b", "a & b")) == "<p>&lt;b&gt;<b>a &amp; b</b></p>"


def test_attributes_are_escaped() -> None:
    assert element("a", href='"><script>', class_="x", aria_label="'") == (
        '<a href="&quot;&gt;&lt;script&gt;" class="x" aria-label="&#x27;"></a>'
    )


def test_characters_that_html_forbids_are_replaced() -> None:
    assert as_html("a\x00b\ud800c\td") == "a\ufffdb\ufffdc\td"


@given(st.text(max_size=80))
def test_any_text_stays_one_text(text: str) -> None:
    assert query(element("div", element("p", text)), ".//p/*") == []


def test_a_table_has_a_caption_and_scopes() -> None:
    table = make_table("Money", ("name", "sum"), [("a", "1")])
    assert query(table, ".//caption") == ["Money"]
    assert query(table, ".//thead//th/@scope") == ["col", "col"]
    assert query(table, ".//tbody//th/@scope") == ["row"]
