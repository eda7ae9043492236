// The form of one project: the label in focus, the words shown and cited for it, and the way back from each change.

import { rangeOf } from "./desk_words.js";

const FIRST = ".row.wrong, .row.area input[value=yes]:checked, .row";

export class Sheet {
  constructor(work, draft) {
    this.work = work;
    this.form = work.querySelector("#judge");
    this.rows = [...work.querySelectorAll(".row")];
    this.main = this.form.elements.main_area;
    this.areas = this.rows.filter((row) => row.classList.contains("area"));
    this.draft = draft;
    this.states = [];
    this.last = this.read();
    this.form.addEventListener("focusin", (event) => this.setCurrent(event.target.closest(".row")));
    this.form.addEventListener("change", (event) => this.changed(event.target));
    this.form.addEventListener("input", () => draft.touch());
    for (const finding of work.querySelectorAll("[data-rule]")) {
      finding.addEventListener("pointerenter", () => this.mark(finding.dataset.rule));
      finding.addEventListener("pointerleave", () => this.mark(this.label));
    }
    this.refresh();
    const first = FIRST.split(", ").map((one) => this.form.querySelector(one)).find(Boolean);
    this.go(first?.closest(".row"));
  }

  get label() { return this.row?.dataset.label ?? ""; }

  get isChanged() { return this.states.length > 0; }

  value(row) { return row.querySelector("input[type=radio]:checked")?.value ?? row.querySelector("select")?.value ?? ""; }

  // Move the focus to a label; a page in the background gets no event of it.
  go(row) {
    (row?.querySelector("input:checked") ?? row?.querySelector("input, select"))?.focus();
    this.setCurrent(row);
  }

  move(step) {
    const place = this.rows.indexOf(this.row) + step;
    this.go(this.rows[Math.min(Math.max(place, 0), this.rows.length - 1)]);
  }

  setCurrent(row) {
    if (!row || row === this.row) { return; }
    this.row?.classList.remove("current");
    this.row = row;
    row.classList.add("current");
    row.scrollIntoView({ block: "nearest" });
    this.light();
  }

  // Show the words of the label in focus, and no others.
  light() {
    this.mark(this.label);
    this.work.querySelector("mark.on")?.scrollIntoView({ block: "nearest" });
    for (const cites of this.work.querySelectorAll(".cites")) {
      cites.classList.toggle("on", cites.dataset.for === this.label);
    }
    this.lightOwn();
    document.dispatchEvent(new CustomEvent("desk:label", { detail: this.label }));
  }

  mark(label) {
    for (const mark of this.work.querySelectorAll("mark")) {
      mark.classList.toggle("on", mark.dataset.labels.split(" ").includes(label));
    }
  }

  lightOwn() {
    if (!CSS.highlights) { return; }
    const ranges = this.cites(this.label).filter((one) => one.checked).map((one) => {
      const [, field, start, end] = one.value.split("|");
      return rangeOf(this.work, field, Number(start), Number(end));
    });
    CSS.highlights.set("own", new Highlight(...ranges.filter(Boolean)));
  }

  cites(label) { return [...this.work.querySelectorAll(`.cites[data-for="${label}"] input`)]; }

  // Say a value of the label in focus; return whether it can take it.
  say(value) {
    const control = this.row?.querySelector(`input[type=radio][value="${value}"]`);
    if (!control) { return false; }
    control.focus();
    this.check(control);
    return true;
  }

  check(control) {
    if (control.checked) { return; }
    control.checked = true;
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }

  setMain() {
    if (!this.main || !this.areas.includes(this.row)) { return; }
    this.say("yes");
    this.main.value = this.label;
    this.main.dispatchEvent(new Event("change", { bubbles: true }));
  }

  // Cite words for the label in focus, which they then speak for.
  cite(place) {
    const value = [this.label, place.field, place.start, place.end].join("|");
    const box = this.cites(this.label).find((one) => one.value === value) ?? this.addCite(value, place.quote);
    if (this.value(this.row) === "no") { this.row.querySelector("input[value=yes]").checked = true; }
    box.checked = true;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    this.alignMain();
  }

  addCite(value, quote) {
    const list = this.work.querySelector(`.cites[data-for="${value.split("|")[0]}"]`);
    const label = document.createElement("label");
    label.className = "cite";
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "cite", value });
    const text = document.createElement("span");
    text.textContent = quote;
    label.append(box, text);
    list.insertBefore(label, list.querySelector(".how"));
    list.classList.remove("empty");
    return box;
  }

  acceptWords() {
    const boxes = this.cites(this.label).filter((one) => one.parentElement.classList.contains("by-model"));
    for (const box of boxes) { box.checked = true; }
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    return boxes.length > 0;
  }

  changed(control) {
    if (control.type === "radio" && this.areas.includes(control.closest(".row"))) { this.alignMain(); }
    this.states.push(this.last);
    this.last = this.read();
    this.refresh();
    this.draft.touch();
  }

  undo() {
    const state = this.states.pop();
    if (!state) { return false; }
    this.write(state);
    this.last = state;
    this.refresh();
    this.draft.touch();
    return true;
  }

  // The main area is one of the areas, and where there is one only, it is that.
  alignMain() {
    if (!this.main || this.main.value === "unknown") { return; }
    const given = this.areas.filter((row) => this.value(row) === "yes").map((row) => row.dataset.label);
    if (given.includes(this.main.value) || (!given.length && this.main.value === "none")) { return; }
    const model = this.main.closest(".row").dataset.model;
    const wanted = given.length > 1 ? (given.includes(model) ? model : "") : given[0] ?? "none";
    if (!wanted && !this.main.querySelector("option[value='']")) { this.main.prepend(new Option("", "")); }
    this.main.value = wanted;
  }

  refresh() {
    const main = this.main?.value;
    for (const row of this.rows) {
      const { label, model } = row.dataset;
      const value = this.value(row);
      row.classList.toggle("differs", Boolean(model && value) && label !== "rules" && value !== model);
      row.classList.toggle("is-main", label === main);
      row.dataset.value = value;
      const cited = row.querySelector(".cited");
      const number = this.cites(label).filter((one) => one.checked).length;
      if (cited) { cited.textContent = number ? `“${number}` : ""; }
    }
    this.lightOwn();
  }

  read() { return [...new FormData(this.form)].filter(([name]) => !["token", "seconds"].includes(name)); }

  write(state) {
    const stood = new Set(state.map(([name, value]) => `${name}=${value}`));
    for (const control of this.form.querySelectorAll("input[type=radio]:not([form]), input[type=checkbox]")) {
      control.checked = stood.has(`${control.name}=${control.value}`);
    }
    for (const name of ["main_area", "note", "rules_more"]) {
      const control = this.form.elements[name];
      if (control) { control.value = state.find(([one]) => one === name)?.[1] ?? ""; }
    }
    this.go(this.row);
  }
}
