"""The frame of a report page: one self-contained HTML document that prints well and fits a phone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from classifier.project import Project
    from classifier.tagging import Evidence
    from training.bootstrap import Figure

_STYLE: Final = """
:root{--ink:#1c2530;--faint:#5c6875;--line:#d6dce2;--blue:#1f5f99;--mark:#ffe58a;--bad:#a3301f}
*{box-sizing:border-box}
body{margin:0 auto;max-width:62rem;padding:1.2rem;font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:#fff}
h1{font-size:1.6rem;margin:.2rem 0}h2{font-size:1.2rem;margin:2rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:.4rem 0}
p.lead{color:var(--faint);margin:.2rem 0}
.scroll{overflow-x:auto}
table{border-collapse:collapse;font-size:.92rem;margin:.4rem 0}
th,td{padding:.2rem .6rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}
th:first-child,td:first-child{text-align:left}
td.zero{color:#9aa4ae}td.right{background:#eaf2ea}td.wrong{background:#fbeae7}
small{color:var(--faint)}
.plots{display:flex;flex-wrap:wrap;gap:1rem}.plots figure{margin:0;flex:1 1 15rem;max-width:20rem}
figcaption{font-size:.88rem}
svg{width:100%;height:auto;font:11px system-ui,sans-serif;fill:var(--ink)}
svg.wide{max-width:52rem}
.grid{stroke:#e8ecf0;fill:none}.ideal{stroke:#8b97a3;stroke-dasharray:4 3;fill:none}
.line{stroke:var(--blue);stroke-width:2;fill:none}.dot{fill:var(--blue);fill-opacity:.75}
.bar{fill:#7fb0d8}.whisker{stroke:var(--ink);fill:none}.middle{text-anchor:middle}.end{text-anchor:end}
.faint{fill:#8b97a3}
article{border-left:3px solid var(--line);padding:.1rem .8rem;margin:.9rem 0;break-inside:avoid;overflow-wrap:anywhere}
article p{margin:.25rem 0}mark{background:var(--mark)}.bad{color:var(--bad)}
@media print{body{max-width:none;font-size:11pt}.scroll{overflow:visible}}
"""
_LONGEST_TEXT: Final = 1_500


def make_page(title: str, lead: str, sections: Iterable[tuple[str, str]]) -> str:
    """Return an HTML document; headings and lead are text, the sections are HTML."""
    body = "".join(
        f"<section><h2>{escape(heading)}</h2>{content}</section>\n" for heading, content in sections if content
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>\n"
        f'<body><h1>{escape(title)}</h1><p class="lead">{escape(lead)}</p>\n{body}</body></html>\n'
    )


def make_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the cells are HTML, the header is text."""
    head = "".join(f"<th>{escape(name)}</th>" for name in header)
    body = "".join(f"<tr>{''.join(_cell(cell) for cell in row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def make_confusion(rows: Sequence[str], columns: Sequence[str], counts: Sequence[Sequence[int]]) -> str:
    """Return a confusion matrix, what is right in green and what is wrong in red."""
    cells = [
        [
            escape(name),
            *(_confusion_cell(count, right=name == column) for column, count in zip(columns, own, strict=True)),
        ]
        for name, own in zip(rows, counts, strict=True)
    ]
    return make_table(["people \\ model", *columns], cells)


def make_text(project: Project, evidence: Iterable[Evidence]) -> str:
    """Return the texts of a project, the evidence marked."""
    quoted = list(evidence)
    parts = []
    for name, text in project.texts():
        spans = sorted((one.start, one.end) for one in quoted if one.field == name)
        tag = "strong" if name == "title" else "span"
        parts.append(f"<p><{tag}>{_marked(text, spans)}</{tag}></p>")
    return "".join(parts)


def show_figure(figure: Figure) -> str:
    """Return a figure with its interval as HTML."""
    if figure.value is None:
        return "–"
    spread = "" if figure.low is None else f" <small>{figure.low:.2f}–{figure.high:.2f}</small>"
    return f"{figure.value:.3f}{spread}"


def show_share(value: float | None) -> str:
    """Return a share as HTML."""
    return "–" if value is None else f"{value:.3f}"


def _cell(cell: str) -> str:
    return cell if cell.startswith("<td") else f"<td>{cell}</td>"


def _confusion_cell(count: int, *, right: bool) -> str:
    kind = "zero" if not count else "right" if right else "wrong"
    return f'<td class="{kind}">{count:,}</td>'


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Mark spans, merging those that overlap, and leave out what is long and holds none."""
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        begin = max(start, position)
        if end > begin:
            pieces += [_plain(text[position:begin]), f"<mark>{escape(text[begin:end])}</mark>"]
            position = end
    return "".join([*pieces, _plain(text[position:])])


def _plain(text: str) -> str:
    if len(text) <= _LONGEST_TEXT:
        return escape(text)
    half = _LONGEST_TEXT // 2
    return f"{escape(text[:half])} <small>[…]</small> {escape(text[-half:])}"
