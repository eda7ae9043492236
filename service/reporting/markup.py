"""HTML in which every text is escaped unless it was made here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final

_EMPTY: Final = frozenset({"meta", "rect", "path", "br"})
#: Characters that HTML does not allow, half surrogate pairs among them.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class Html(str):
    """Markup that was made by `element`; a plain string is text, whatever stands in it."""

    __slots__ = ()


def as_html(content: str) -> Html:
    """Return text escaped, markup as it is."""
    return content if isinstance(content, Html) else Html(escape(_FORBIDDEN.sub("\ufffd", content)))


def join(contents: Iterable[str], separator: str = "") -> Html:
    """Return pieces of text and markup as one piece of markup."""
    return Html(as_html(separator).join(map(as_html, contents)))


def element(tag: str, /, *contents: str, **attributes: str) -> Html:
    """Return an element; attribute names lose a final underscore, others become hyphens (``aria_label``)."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{as_html(str(value))}"' for key, value in attributes.items()
    )
    if tag in _EMPTY:
        return Html(f"<{tag}{given}>") if tag in {"meta", "br"} else Html(f"<{tag}{given}/>")
    return Html(f"<{tag}{given}>{join(contents)}</{tag}>")


def make_table(
    caption: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, texts: Sequence[int] = ()
) -> Html:
    """Return a table whose first column names the rows; `texts` are further columns that hold no numbers."""
    wordy = {0, *texts}
    head = [element("th", name, scope="col", **_kind(place in wordy)) for place, name in enumerate(header)]
    body = [
        element(
            "tr",
            element("th", row[0], scope="row"),
            *(element("td", cell, **_kind(place in wordy)) for place, cell in enumerate(row[1:], 1)),
        )
        for row in rows
    ]
    table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", *head)),
        element("tbody", *body),
    )
    return element("div", table, class_="scroll", tabindex="0", role="region", aria_label=caption)


def make_list(items: Iterable[str]) -> Html:
    """Return a list with bullets."""
    return element("ul", *(element("li", item) for item in items))


def make_page(title: str, lead: str, style: str, body: Iterable[str]) -> Iterable[str]:
    """Yield a document in pieces: self-contained, with no script, and none could run."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    meta: Sequence[Mapping[str, str]] = (
        {"charset": "utf-8"},
        {"http_equiv": "Content-Security-Policy", "content": policy},
        {"name": "viewport", "content": "width=device-width,initial-scale=1"},
    )
    yield '<!doctype html>\n<html lang="en"><head>'
    yield from (element("meta", **one) for one in meta)
    yield element("title", title)
    yield f"<style>{style}</style></head>\n<body>"
    yield element("header", element("h1", title), element("p", lead, class_="lead"))
    yield "<main>"
    for piece in body:
        yield as_html(piece)
        yield "\n"
    yield "</main></body></html>\n"


def _kind(wordy: bool) -> dict[str, str]:
    return {"class_": "text"} if wordy else {}
