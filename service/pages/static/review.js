"use strict";
// Keys for the table of a review: up and down move, a accepts, Enter or c opens. Everything works without them.
const table = document.getElementById("review");
if (table) {
  const rows = () => [...table.tBodies[0].rows];
  const current = () => document.activeElement.closest("#review tbody tr");
  const go = (row) => { if (row) { row.focus(); row.scrollIntoView({ block: "nearest" }); } };
  let wanted = -1;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const row = current();
    const place = row ? rows().indexOf(row) : -1;
    if (event.key === "ArrowDown" || event.key === "j") { event.preventDefault(); go(rows()[place + 1]); }
    else if (event.key === "ArrowUp" || event.key === "k") { event.preventDefault(); go(rows()[Math.max(place - 1, 0)]); }
    else if (event.key === "a" && row) { const button = row.querySelector("button.accept"); if (button) { wanted = place + 1; button.click(); } }
    else if (event.key === "u" && row) { const button = row.querySelector("button.undo"); if (button) { wanted = place; button.click(); } }
    else if ((event.key === "c" || (event.key === "Enter" && event.target === row)) && row) { row.querySelector("a.open").click(); }
  });
  // After a row was answered the next one is in focus, unless the answer was a refusal.
  document.body.addEventListener("htmx:afterSettle", (event) => {
    if (wanted < 0) return;
    const status = event.detail.xhr ? event.detail.xhr.status : 200;
    const refused = status >= 400 ? wanted - 1 : wanted;
    go(rows()[Math.min(Math.max(refused, 0), rows().length - 1)]);
    wanted = -1;
  });
  go(rows()[0]);
}
