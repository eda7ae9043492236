// The page of one project by keyboard. Without this script it is a plain form, and everything else stays possible.

import { Draft } from "./desk_draft.js";
import { Sheet } from "./desk_sheet.js";
import { WordCursor, selectedPlace } from "./desk_words.js";

const find = (id) => document.getElementById(id);
const KEYS_OFF = "portolan-keys-off";
const NATIVE = "button, a, summary, input[type=checkbox]";
let sheet = null;
let cursor = null;
let draft = null;
let opened = 0;

document.documentElement.classList.add("scripted");

function tell(key, more = "") { find("said").textContent = `${find("said").dataset[key] ?? ""} ${more}`.trim(); }

function open() {
  const work = find("work");
  document.title = work.dataset.title;
  opened = performance.now();
  sheet = cursor = draft = null;
  if (!work.querySelector("#judge")) { find("nothing")?.focus(); return; }
  draft = new Draft(find("judge"), find("draft-state"));
  sheet = new Sheet(work, draft);
  cursor = new WordCursor(work);
  if (work.querySelector(".told.bad[role=alert]")) { draft.touch(); }
  find("undo").addEventListener("click", undo);
  find("show-help").addEventListener("click", help);
  find("said").textContent =
    [work.dataset.done, `${find("said").dataset.nextIs} ${work.querySelector("h1")?.textContent ?? ""}`].filter(Boolean).join(". ");
}

function save() {
  const next = find("next");
  if (next && (!find("save") || ("judged" in find("work").dataset && !sheet.isChanged))) { next.click(); return; }
  find("judge").requestSubmit(find("save"));
}

function undo() {
  if (sheet?.undo()) { tell("undoneChange"); return; }
  if (find("back")) { find("back").requestSubmit(); return; }
  tell("nothingToUndo");
}

function cite() {
  if (!find("work").querySelector(`.cites[data-for="${sheet.label}"]`)) { tell("notCitable"); return; }
  const place = selectedPlace(find("work"));
  if (!place) {
    if (cursor.begin(find("work").querySelector("mark.on"))) { tell("chooseWords"); }
    return;
  }
  cursor.end();
  sheet.cite(place);
  tell("citedNow", place.quote);
}

function guide(isWanted = find("guide").hidden) {
  find("guide").hidden = !isWanted;
  if (isWanted) { showGuide(sheet.label); }
}

function showGuide(label) {
  for (const article of find("guide").querySelectorAll("[data-guide]")) {
    article.hidden = article.dataset.guide !== label;
  }
  find("guide").scrollTop = 0;
}

function help() { find("help").showModal(); }

function skip() {
  const details = find("skipping");
  if (!details) { return; }
  details.open = !details.open;
  (details.open ? details.querySelector("input") : null)?.focus();
  if (!details.open) { sheet.go(sheet.row); }
}

function toggle() {
  const { row } = sheet;
  if (row.classList.contains("area")) { return sheet.say(sheet.value(row) === "yes" ? "no" : "yes"); }
  const radios = [...row.querySelectorAll("input[type=radio]")];
  const next = radios[(radios.findIndex((one) => one.checked) + 1) % radios.length];
  return next ? sheet.say(next.value) : false;
}

function number(digit) {
  const { row } = sheet;
  if (row.classList.contains("area")) { return digit < 2 && sheet.say(digit ? "yes" : "no"); }
  if (row.classList.contains("risk")) { return sheet.say(["low", "review", "high", "insufficient"][digit]); }
  return sheet.say(String(digit));
}

const COMMANDS = {
  j: () => sheet.move(1), ArrowDown: () => sheet.move(1),
  k: () => sheet.move(-1), ArrowUp: () => sheet.move(-1),
  " ": toggle, c: () => sheet.say("unknown"), m: () => sheet.setMain(),
  0: () => number(0), 1: () => number(1), 2: () => number(2), 3: () => number(3),
  e: cite, a: () => sheet.acceptWords(), g: () => guide(), n: () => find("note").focus(),
  s: save, u: undo, x: skip, "?": help,
};

function escape() {
  const focused = document.activeElement;
  if (cursor?.isActive) { cursor.end(); }
  else if (find("skipping")?.open) { skip(); return; }
  else if (!find("guide").hidden && !focused.matches("textarea, input:not([type])")) { guide(false); }
  sheet?.go(sheet.row);
}

function chooseReason(event) {
  const reason = find("skipping").querySelectorAll("input[type=radio]")[Number(event.key) - 1];
  if (!reason || event.target.matches("input:not([type])")) { return; }
  event.preventDefault();
  reason.checked = true;
  reason.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || find("help")?.open) { return; }
  if (event.key === "Escape") { escape(); return; }
  if (localStorage.getItem(KEYS_OFF)) { return; }
  if (!sheet) {
    if (event.key === "u") { undo(); }
    return;
  }
  const { target } = event;
  if (target.closest("#skipping") && find("skipping").open) {
    if (event.key === "x" && !target.matches("input:not([type])")) { event.preventDefault(); skip(); }
    else { chooseReason(event); }
    return;
  }
  if (target.matches("textarea, input:not([type])")) { return; }
  if (cursor.isActive && (cursor.take(event) || event.key === "Enter")) {
    event.preventDefault();
    if (event.key === "Enter") { cite(); } else { find("said").textContent = getSelection().toString(); }
    return;
  }
  const native = event.key === " " && (target.matches(NATIVE) || target.matches("select"));
  const command = native ? null : COMMANDS[event.key];
  if (!command || !find("work").contains(target) && target !== document.body) { return; }
  event.preventDefault();
  command();
});

document.addEventListener("desk:label", (event) => { if (!find("guide").hidden) { showGuide(event.detail); } });
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.guide");
  if (!link || event.ctrlKey || event.metaKey) { return; }
  event.preventDefault();
  sheet.go(link.closest(".row"));
  guide(true);
});
find("keys-on").checked = !localStorage.getItem(KEYS_OFF);
find("keys-on").addEventListener("change", (event) => {
  if (event.target.checked) { localStorage.removeItem(KEYS_OFF); } else { localStorage.setItem(KEYS_OFF, "1"); }
});

document.addEventListener("htmx:confirm", (event) => {
  if (event.target.id !== "judge") { return; }
  find("judge").elements.seconds.value = ((performance.now() - opened) / 1000).toFixed(1);
  draft.cancel();
  if (draft.onItsWay) {
    event.preventDefault();
    draft.onItsWay.catch(() => null).finally(() => event.detail.issueRequest(true));
  }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  // A problem is not a project: it is told, and the form stays as it is.
  if (event.detail.target.id !== "work" || event.detail.serverResponse.includes('id="work"')) { return; }
  event.detail.shouldSwap = false;
  refused(new DOMParser().parseFromString(event.detail.serverResponse, "text/html").body.textContent.trim());
});
document.addEventListener("htmx:sendError", () => refused(find("said").dataset.notSent));
document.addEventListener("htmx:afterSettle", () => {
  if (!sheet || !find("work").contains(sheet.form)) { open(); }
});

function refused(text) {
  const told = Object.assign(document.createElement("p"), { className: "told bad", textContent: text });
  told.setAttribute("role", "alert");
  find("work").querySelector(".judging .scroll")?.prepend(told);
  draft?.touch();
}

addEventListener("pagehide", () => draft?.leave());
document.addEventListener("visibilitychange", () => { if (document.hidden) { draft?.leave(); } });

open();
