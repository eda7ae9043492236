"""Pieces that both pages are made of: sections, cards, tables by name, projects in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from service.reporting.markup import Html, element, join, make_list, make_page, make_table
from service.reporting.money import show_amount, show_figure
from service.reporting.plots import Bar, draw_bars, draw_shares, name_class
from service.reporting.style import STYLE

if TYPE_CHECKING:
    from service.reporting.about import About, MoneyRemarks
    from service.reporting.excerpt import Excerpt
    from service.reporting.subject import Subject
    from service.reporting.tally import Tally

#: Entries of a list, and rows of a table, that a page shows at most.
LISTED: Final = 200
ROWS: Final = 40
_CURRENCIES: Final = 4
_PLACES: Final = 3
_PLOTTED_CURRENCIES: Final = 3
_SHARES: Final = (
    "Money of a project with several recipients is shared by the percentages given, equally where none is given; "
    "the project counts once under each recipient and each year."
)
_LANGUAGES: Final = {"en": "English", "fr": "French", "nl": "Dutch", "other": "another language"}


class Scale(NamedTuple):
    """The categories of a table, and those of them that are watched."""

    categories: Sequence[str]
    watched: Sequence[str]


def make_report(
    title: str,
    about: About,
    opening: Iterable[Html],
    headings: Sequence[tuple[str, str]],
    contents: Mapping[str, Iterable[Html]],
    listed: str,
) -> Iterator[str]:
    """Yield the page of a report in pieces: opening, contents, and a section under each heading.

    Parameters
    ----------
    headings
        Anchor and heading of each section, in order.
    contents
        What stands in the section of each anchor.
    listed
        The anchor of the long list, which is no section: it comes entry by entry.
    """
    yield from make_page(title, make_lead(about), STYLE, _body(opening, headings, contents, listed))


def _body(
    opening: Iterable[Html], headings: Sequence[tuple[str, str]], contents: Mapping[str, Iterable[Html]], listed: str
) -> Iterator[Html]:
    yield from opening
    yield make_contents(headings)
    for anchor, heading in headings:
        if anchor == listed:
            yield element("h2", heading, id=anchor)
            yield from contents[anchor]
        else:
            yield make_section(anchor, heading, *contents[anchor])


def make_section(anchor: str, heading: str, *contents: str) -> Html:
    """Return a section that the contents at the top can point to."""
    return element("section", element("h2", heading), *contents, id=anchor)


def make_contents(sections: Sequence[tuple[str, str]]) -> Html:
    """Return links to the sections."""
    return element(
        "nav", *(element("a", heading, href=f"#{anchor}") for anchor, heading in sections), aria_label="Contents"
    )


def make_cards(tally: Tally, categories: Sequence[str]) -> Html:
    """Return one card for each category: projects, their share, and their money."""
    total = tally.total() or 1
    cards = [
        element(
            "div",
            element("span", name),
            element("b", f"{tally.projects[name]:,}"),
            element("small", f"{tally.projects[name] / total:.1%} of projects"),
            element("div", show_money(tally.amounts((name,)))),
            class_=f"card {name_class(name)}",
        )
        for name in categories
    ]
    return element("div", *cards, class_="cards")


def draw_tally(tally: Tally, categories: Sequence[str], what: str) -> Html:
    """Draw the projects by category, and the money of the currencies that most projects have."""
    plots = [
        draw_bars(
            f"Projects by {what}",
            [Bar(name, tally.projects[name], f"{tally.projects[name]:,}", name_class(name)) for name in categories],
        )
    ]
    for currency in _most_used(tally)[:_PLOTTED_CURRENCIES]:
        amounts = {name: tally.amounts((name,)).get(currency, 0.0) for name in categories}
        bars = [Bar(name, value, show_figure(value), name_class(name)) for name, value in amounts.items()]
        plots.append(draw_bars(f"Money by {what}, {currency or 'no currency given'}", bars))
    return element("div", *plots, class_="plots")


def make_tally_table(caption: str, tally: Tally, categories: Sequence[str]) -> Html:
    """Return projects and money by category, a row for each currency."""
    rows = [("projects", *(f"{tally.projects[name]:,}" for name in categories), f"{tally.total():,}")]
    for currency in _most_used(tally):
        amounts = [tally.amounts((name,)).get(currency, 0.0) for name in categories]
        rows.append(
            (
                f"money, {currency or 'no currency given'}",
                *map(show_figure, amounts),
                show_figure(sum(amounts)),
            )
        )
    return make_table(caption, ("", *categories, "all"), rows)


def make_breakdown_table(
    caption: str,
    first: str,
    rows: Sequence[tuple[str, Tally]],
    scale: Scale,
    *,
    names: Mapping[str, str] | None = None,
    limit: int = ROWS,
) -> Html:
    """Return projects by category for each name, and the money of the watched categories beside all money.

    What goes beyond `limit` rows is said and left to the workbook.
    """
    cells = [
        (
            (names or {}).get(name, name),
            draw_shares([(category, tally.projects[category]) for category in scale.categories]),
            *(f"{tally.projects[category]:,}" for category in scale.categories),
            show_money(tally.amounts(scale.watched)),
            show_money(tally.amounts()),
        )
        for name, tally in rows[:limit]
    ]
    header = (first, "share", *scale.categories, f"money: {' or '.join(scale.watched)}", "money: all")
    more = () if len(rows) <= limit else (say_more(len(rows) - limit, "rows"),)
    return join((make_table(caption, header, cells, texts=(1,)), *more))


def say_more(count: int, what: str) -> Html:
    """Return where to find what a page leaves out."""
    return element("p", f"{count:,} further {what} stand in the Excel and JSON forms of this report.", class_="faint")


def show_money(amounts: Mapping[str, float]) -> Html:
    """Return amounts one under the other, the first few by their currency."""
    found = sorted(amounts.items())
    if not found:
        return Html("–")
    lines = [show_amount(currency, value) for currency, value in found[:_CURRENCIES]]
    if len(found) > _CURRENCIES:
        lines.append(f"and {len(found) - _CURRENCIES} more")
    return join(lines, Html("<br>"))


def show_subject(subject: Subject) -> Html:
    """Return where, when and for how much a project is, in one line."""
    places = ", ".join(name if share > 0.995 else f"{name} {share:.0%}" for name, share in subject.countries[:_PLACES])
    more = len(subject.countries) - _PLACES
    own = subject.money.totals()
    money = ", ".join(show_amount(currency, value) for currency, value in own.items()) or "no amount"
    converted = ", ".join(show_amount(*one) for one in subject.counted if dict(subject.counted) != own)
    pieces = (
        f"{money} ({subject.money.kind})" if subject.money.kind else money,
        f"counted as {converted}" if converted else "",
        f"{places} and {more} more" if more > 0 else places,
        str(subject.year or ""),
        subject.agency,
        f"{subject.part}, line {subject.line}" if subject.part else f"line {subject.line}",
    )
    return element("p", " · ".join(filter(None, pieces)), class_="faint given")


def show_title(subject: Subject, *tags: str) -> Html:
    """Return the heading of an entry."""
    title = subject.title.strip() or "(no title)"
    return element(
        "h3", *tags, element("span", title, class_="given", **_language(subject)), " ", element("small", subject.id)
    )


def show_excerpt(excerpt: Excerpt, language: str) -> Html:
    """Return the sentence with the words marked, and the field that it stands in."""
    text = join(element("mark", piece) if counts else piece for piece, counts in excerpt.pieces())
    field = element("small", f" [{excerpt.field.replace('_', ' ')}]")
    attributes = {"lang": language} if language in _LANGUAGES and language != "other" else {}
    return element("blockquote", element("span", text, class_="given", **attributes), field)


def show_language(language: str) -> str:
    """Return the name of a language."""
    return _LANGUAGES.get(language, language or "none found")


def make_remarks(about: About, money: MoneyRemarks, further: Iterable[str]) -> Html:
    """Return how the figures came about."""
    spoke = f"Model {about.model_version}" if about.model_version else "Rules only, no model"
    facts = [
        *further,
        *money.sentences(about.rates),
        _SHARES,
        f"{spoke}; rules version {about.rules_version or '–'}; report of {about.day.isoformat()}.",
    ]
    if about.rejected_rows:
        facts.append(
            f"Rows of the portfolio that could not be read and are not in this report: {about.rejected_rows:,}."
        )
    return make_list([*facts, *about.notes])


def make_lead(about: About) -> str:
    """Return the line under the title."""
    model = f"model {about.model_version}" if about.model_version else "rules only"
    versions = f"{model}, rules {about.rules_version or '–'}"
    return f"{about.projects:,} projects of {about.portfolio} · {about.day.isoformat()} · {versions}"


def _most_used(tally: Tally) -> list[str]:
    """Return the currencies, that of most projects first."""
    uses = {currency: sum(one.projects for one in sums.values()) for currency, sums in tally.money.items()}
    return sorted(uses, key=lambda currency: (-uses[currency], currency))


def _language(subject: Subject) -> dict[str, str]:
    known = subject.language in _LANGUAGES and subject.language != "other"
    return {"lang": subject.language} if known else {}
