// The words of a project: places in them by character (not by half of one), and a way to choose them with the keyboard.

const WORD = /[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu;

const count = (text) => Array.from(text).length;

// Where a point of the page stands in its field, counted in characters.
function offsetIn(field, node, offset) {
  const range = document.createRange();
  range.setStart(field, 0);
  range.setEnd(node, offset);
  return count(range.toString());
}

// The part of the page from one character of a field to another; null where there is none.
export function rangeOf(root, name, start, end) {
  const field = root.querySelector(`[data-field="${name}"]`);
  if (!field) { return null; }
  const range = document.createRange();
  const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
  let before = 0;
  let isOpen = false;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const characters = Array.from(node.data);
    const unit = (place) => characters.slice(0, place - before).join("").length;
    const after = before + characters.length;
    if (!isOpen && start < after) { range.setStart(node, unit(start)); isOpen = true; }
    if (isOpen && end <= after) { range.setEnd(node, unit(end)); return range; }
    before = after;
  }
  return null;
}

// What is selected, as a place in one field without blanks at its ends; null where nothing is.
export function selectedPlace(root) {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) { return null; }
  const range = selection.getRangeAt(0);
  const field = [...root.querySelectorAll("[data-field]")].find((one) => range.intersectsNode(one));
  if (!field) { return null; }
  const inside = (node) => node === field || field.contains(node);
  const start = inside(range.startContainer) ? offsetIn(field, range.startContainer, range.startOffset) : 0;
  const end = inside(range.endContainer)
    ? offsetIn(field, range.endContainer, range.endOffset) : count(field.textContent);
  const chosen = Array.from(field.textContent).slice(start, end).join("");
  const quote = chosen.trim();
  if (!quote) { return null; }
  const skipped = count(chosen) - count(chosen.trimStart());
  return { field: field.dataset.field, start: start + skipped, end: start + skipped + count(quote), quote };
}

// A cursor of words: arrows move it, with Shift they choose more.
export class WordCursor {
  constructor(root) {
    this.root = root;
    this.words = [];
    for (const field of root.querySelectorAll("[data-field]")) {
      for (const match of field.textContent.matchAll(WORD)) {
        const start = count(field.textContent.slice(0, match.index));
        this.words.push({ name: field.dataset.field, start, end: start + count(match[0]) });
      }
    }
    this.isActive = false;
  }

  // Begin at the first word in or after an element, else at the first word.
  begin(near) {
    if (!this.words.length) { return false; }
    const first = near ? this.words.findIndex((word) => {
      const range = this.range(word);
      return near.contains(range.startContainer) || near.compareDocumentPosition(range.startContainer) & 4;
    }) : 0;
    this.isActive = true;
    this.anchor = this.head = Math.max(first, 0);
    this.root.classList.add("choosing");
    this.show();
    return true;
  }

  end() {
    this.isActive = false;
    this.root.classList.remove("choosing");
    getSelection().removeAllRanges();
  }

  // Take a key; return whether it was one of the cursor's.
  take(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const line = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step && !line) { return false; }
    const last = this.words.length - 1;
    this.head = Math.min(Math.max(step ? this.head + step : this.onLine(line), 0), last);
    const sameField = this.words[this.head].name === this.words[this.anchor].name;
    if (!event.shiftKey || !sameField) { this.anchor = this.head; }
    this.show();
    return true;
  }

  // The word of the next line that stands nearest below or above.
  onLine(direction) {
    const here = this.box(this.head);
    let best = this.head;
    let nearest = Infinity;
    let top = null;
    for (let place = this.head + direction; this.words[place]; place += direction) {
      const box = this.box(place);
      if ((box.top - here.top) * direction <= here.height / 2) { continue; }
      top ??= box.top;
      if (Math.abs(box.top - top) > here.height / 2) { break; }
      if (Math.abs(box.left - here.left) < nearest) { nearest = Math.abs(box.left - here.left); best = place; }
    }
    return best;
  }

  box(place) { return this.range(this.words[place]).getBoundingClientRect(); }

  range(word) { return rangeOf(this.root, word.name, word.start, word.end); }

  show() {
    const [first, last] = this.anchor <= this.head ? [this.anchor, this.head] : [this.head, this.anchor];
    const range = rangeOf(this.root, this.words[first].name, this.words[first].start, this.words[last].end);
    const selection = getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    range.startContainer.parentElement.scrollIntoView({ block: "nearest" });
  }
}
