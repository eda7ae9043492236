// Keeps the form of a project while it is being filled in, so that leaving loses nothing.

const PAUSE = 500;

export class Draft {
  constructor(form, state) {
    this.form = form;
    this.state = state;
    this.timer = 0;
    this.isPending = false;
    this.onItsWay = null;
  }

  touch() {
    if ("closed" in this.form.dataset) { return; }
    this.isPending = true;
    this.state.textContent = "";
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), PAUSE);
  }

  // Forget what was to be kept: the form itself is on its way.
  cancel() {
    clearTimeout(this.timer);
    this.isPending = false;
  }

  body() { return new URLSearchParams(new FormData(this.form)); }

  async send() {
    this.isPending = false;
    const sent = fetch(this.form.dataset.draft, { method: "POST", body: this.body() });
    this.onItsWay = sent;
    try {
      const answer = await sent;
      this.state.textContent = answer.ok && !answer.redirected ? this.state.dataset.kept : this.state.dataset.failed;
    } catch {
      this.isPending = true;
      this.state.textContent = this.state.dataset.failed;
    }
    if (this.onItsWay === sent) { this.onItsWay = null; }
  }

  // The page goes away: what is not kept yet goes with it, in a request that outlives the page.
  leave() {
    if (!this.isPending) { return; }
    this.cancel();
    navigator.sendBeacon(this.form.dataset.draft, this.body());
  }
}
