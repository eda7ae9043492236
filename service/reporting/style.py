"""How the pages look: on a screen, on a phone and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root{--ink:#1b2430;--faint:#566270;--line:#d5dbe1;--blue:#1f5f99;--mark:#ffe58a;
--high:#b3312c;--review:#d18b0b;--low:#3f7f4f;--insufficient:#8a94a0}
*{box-sizing:border-box}
body{margin:0 auto;max-width:66rem;padding:1.2rem;font:16px/1.5 system-ui,"Segoe UI",Arial,sans-serif;
color:var(--ink);background:#fff;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:.2rem 0}
h2{font-size:1.25rem;margin:2.2rem 0 .5rem;padding-bottom:.2rem;border-bottom:2px solid var(--line)}
h3{font-size:1.02rem;line-height:1.35;margin:0 0 .2rem}
p{margin:.35rem 0;max-width:46rem}.lead,.faint,small{color:var(--faint)}
nav{margin:.8rem 0}nav a{margin-right:1rem;white-space:nowrap;line-height:1.9}a{color:var(--blue)}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.7rem;margin:1rem 0;padding:0}
.card{border:1px solid var(--line);border-left:6px solid var(--insufficient);border-radius:4px;padding:.5rem .8rem}
.card b{display:block;font-size:1.5rem;line-height:1.3}.card.high{border-left-color:var(--high)}
.card.review,.card.to-review{border-left-color:var(--review)}.card.low,.card.accepted{border-left-color:var(--low)}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,22rem),1fr));gap:1rem 2rem;margin:.8rem 0}
figure{margin:0;max-width:27rem;break-inside:avoid}figcaption{font-weight:600;font-size:.95rem}
svg{display:block;width:100%;height:auto;font:13px system-ui,"Segoe UI",Arial,sans-serif;fill:var(--ink)}
svg.mini{width:7rem;height:.8rem}svg .end{text-anchor:end}svg .ground{fill:#edf0f3}
svg .high{fill:var(--high)}svg .review,svg .to-review{fill:var(--review)}svg .low,svg .accepted{fill:var(--low)}
svg .insufficient,svg .abstained{fill:var(--insufficient)}svg .plain{fill:#4a86b8}
.scroll{overflow-x:auto;margin:.6rem 0}
table{border-collapse:collapse;font-size:.92rem;min-width:24rem}
caption{text-align:left;font-weight:600;padding:.2rem 0 .3rem}
th,td{padding:.25rem .7rem .25rem 0;text-align:right;vertical-align:top;border-bottom:1px solid var(--line);
font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
thead th{border-bottom:2px solid var(--faint);vertical-align:bottom;white-space:normal}
th[scope=row],th.text,td.text{text-align:left;font-weight:400;white-space:normal;min-width:7rem;max-width:26rem;
overflow-wrap:break-word}
th[scope=row]{min-width:14rem}thead th,thead th.text{font-weight:600}td.same{background:#e8f1ea}
article{border:1px solid var(--line);border-left:6px solid var(--insufficient);border-radius:4px;padding:.7rem .9rem;
margin:.9rem 0}
article.high{border-left-color:var(--high)}article.review{border-left-color:var(--review)}
article p{margin:.25rem 0;max-width:56rem}td+td.text,th+th.text{padding-left:.7rem}.given{unicode-bidi:isolate}
.tag{display:inline-block;border-radius:3px;padding:0 .45rem;margin-right:.4rem;font-size:.85rem;font-weight:600;
color:#fff;background:#5d6873}
.tag.high{background:var(--high)}.tag.review{background:#8f5d00}.tag.low{background:var(--low)}
.tag.light{color:var(--ink);background:#e6eaee}
.finding{border-top:1px solid var(--line);margin-top:.5rem;padding-top:.4rem}
blockquote{margin:.3rem 0;padding:.1rem 0 .1rem .7rem;border-left:3px solid var(--line)}
mark{background:var(--mark);color:inherit;padding:0 .1em;font-weight:600}
.question{font-weight:600}.answer{display:none}
@media(max-width:40rem){body{padding:.7rem;font-size:15px}h1{font-size:1.35rem}
th[scope=row]{min-width:9rem;max-width:11rem}
article{padding:.5rem .6rem}}
@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}.scroll{overflow:visible}
*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
h2,h3{break-after:avoid}tr,.finding,.card{break-inside:avoid}article{break-inside:avoid-page}
thead{display:table-header-group}table{font-size:8.5pt;min-width:0}.answer{display:block;margin-top:.6rem}
th,td{padding-right:.45rem}a{color:inherit;text-decoration:none}@page{margin:14mm}}
"""
