// <marking-sheet>: keeps the draft while one types, adds up the total, and marks from the keyboard.
// Without this script the buttons of the form do the same.
const PAUSE = 1000;
const RETRY = 8000;

class MarkingSheet extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    if (!this.form) return;
    this.addEventListener("input", () => { this.add(); this.touched(); });
    this.addEventListener("keydown", (event) => this.key(event));
    this.form.addEventListener("submit", () => { this.leaving = true; clearTimeout(this.timer); });
    this.resend = () => { if (this.dirty) this.save(); };
    addEventListener("online", this.resend);
    this.leave = (event) => { if (this.dirty && !this.leaving) event.preventDefault(); };
    addEventListener("beforeunload", this.leave);
    this.setAttribute("ready", "");
    this.add();
  }

  disconnectedCallback() {
    removeEventListener("online", this.resend);
    removeEventListener("beforeunload", this.leave);
    clearTimeout(this.timer);
  }

  get given() { return this.hasAttribute("data-given"); }

  touched() {
    this.dirty = true;
    if (this.given) return this.say("typing", this.dataset.replace);
    if (this.stopped) return;
    this.say("typing", this.dataset.typing);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    if (this.sending || this.leaving) return;
    this.sending = true;
    this.dirty = false;
    let answer, body;
    try {
      answer = await fetch(this.dataset.save, { method: "POST", body: new FormData(this.form), redirect: "manual" });
      body = await answer.json();
    } catch {
      body = null;
    }
    this.sending = false;
    if (!answer || !body) {
      this.dirty = true;
      this.say("failed", this.dataset.offline);
      this.timer = setTimeout(this.resend, RETRY);
    } else if (answer.ok) {
      this.form.elements.revision.value = body.revision;
      if (this.dirty) return this.touched();
      this.say("saved", body.said);
    } else {
      this.dirty = true;
      this.stopped = answer.status === 409 || answer.status === 403;
      this.say("failed", body.error);
    }
  }

  // the same sum as on the server (kiif.reviews.scoring)
  add() {
    const place = this.querySelector("[data-total]");
    if (!place) return;
    let weighed = 0, weights = 0, missing = 0;
    for (const one of this.querySelectorAll(".criterion")) {
      const { weight, low, high, counts, needed } = one.dataset;
      const chosen = one.querySelector("input[type=radio]:checked");
      const value = chosen && chosen.value !== "" ? Number(chosen.value) : null;
      if (value === null && needed) missing += 1;
      if (value === null || !counts) continue;
      weighed += Number(weight) * (value - low) / (high - low);
      weights += Number(weight);
    }
    const outOf = Number(this.dataset.outOf);
    const shown = weights ? new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 }).format(outOf * weighed / weights) : "–";
    place.textContent = `${shown} / ${outOf}`;
    const left = this.querySelector("[data-left]");
    if (left) left.textContent = missing ? left.dataset.words.replace("#", missing) : left.dataset.none;
  }

  // a digit marks the criterion where one is; Ctrl+Enter gives the mark and goes on
  key(event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.form.requestSubmit(this.form.querySelector("button[value=next]"));
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches("textarea, input[type=text]")) return;
    const here = event.target.closest(".criterion");
    const box = here && /^\d$/.test(event.key) && here.querySelector(`input[type=radio][value="${event.key}"]`);
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    box.focus();
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  say(state, words) {
    const place = this.querySelector("[data-save-state]");
    if (!place || !words) return;
    place.dataset.saveState = state;
    if (place.textContent !== words) place.textContent = words;
  }
}

customElements.define("marking-sheet", MarkingSheet);
