// <auto-save>: a form that saves itself while one types. Without this script its button does the same.
// What is typed is never lost: it stays in the field, and in this browser until the server has it.
const PAUSE = 1200;
const RETRY = 8000;

class AutoSave extends HTMLElement {
  connectedCallback() {
    if (!this.form) return;
    this.key = `kiif.draft.${this.dataset.editor}.${this.form.action}`;
    this.addEventListener("input", (event) => { if (event.target === this.field) this.touched(); });
    this.addEventListener("submit", (event) => { event.preventDefault(); event.stopPropagation(); this.paused = false; this.save(true); });
    this.addEventListener("click", (event) => this.chosen(event.target.closest("[data-take]")));
    this.resend = () => { if (this.dirty && !this.paused) this.save(); };
    addEventListener("online", this.resend);
    this.leave = (event) => { if (this.dirty) event.preventDefault(); };
    addEventListener("beforeunload", this.leave);
    this.saved = this.field.value;
    this.setAttribute("ready", "");
    this.takeDraft();
  }

  disconnectedCallback() {
    removeEventListener("online", this.resend);
    removeEventListener("beforeunload", this.leave);
    clearTimeout(this.timer);
  }

  get form() { return this.querySelector("form"); }
  get field() { return this.querySelector("textarea[name=text]"); }
  get versionField() { return this.querySelector("input[name=version]"); }
  get dirty() { return this.field && this.field.value !== this.saved; }
  get busy() { return this.dirty || this.sending || this.paused; }

  // what this browser kept when the page was closed before the server had it
  takeDraft() {
    const draft = store(this.key);
    if (!draft) return;
    if (draft.text === this.field.value) return store(this.key, null);
    this.field.value = draft.text;
    this.versionField.value = draft.version;
    this.save();
  }

  touched() {
    store(this.key, { text: this.field.value, version: this.versionField.value });
    if (this.paused) return;
    this.say("typing", this.dataset.typing);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save(asked = false) {
    if (this.sending) return;
    clearTimeout(this.timer);
    if (!this.dirty && !asked) return;
    const text = this.field.value;
    this.sending = true;
    let answer, body;
    try {
      answer = await fetch(this.form.action, {
        method: "POST", body: new FormData(this.form), headers: { "X-Autosave": "1", "X-CSRFToken": this.csrf }, redirect: "manual",
      });
      body = answer.ok || answer.status === 422 ? await answer.json() : await answer.text();
    } catch {
      answer = null;
    }
    this.sending = false;
    this.read(answer, body, text);
  }

  read(answer, body, text) {
    if (!answer || answer.type === "opaqueredirect" || answer.status >= 500) {
      this.say("failed", answer?.type === "opaqueredirect" ? this.dataset.signedOut : this.dataset.offline);
      this.timer = setTimeout(this.resend, RETRY);
    } else if (answer.ok) {
      this.saved = text;
      this.versionField.value = body.version;
      this.querySelector("[data-conflict]")?.remove();
      if (this.dirty) return this.touched();
      store(this.key, null);
      this.say("saved", body.said);
    } else if (answer.status === 409) {
      this.compare(body);
    } else {
      this.say("failed", body.error || this.dataset.refused);
    }
  }

  // both texts side by side; nothing is sent until somebody chooses
  compare(html) {
    const typed = this.field.value;
    const focused = this.contains(document.activeElement);
    this.paused = true;
    this.innerHTML = html;
    this.field.value = typed;
    this.saved = null;
    store(this.key, { text: typed, version: this.versionField.value });
    if (focused) this.field.focus();
  }

  chosen(button) {
    if (!button) return;
    const theirs = this.querySelector("[data-theirs]").value;
    if (button.dataset.take === "theirs") this.field.value = theirs;
    if (button.dataset.take === "both") this.field.value = `${theirs.trimEnd()}\n\n${this.field.value.trimStart()}`;
    this.paused = false;
    this.save(true);
  }

  // somebody else saved this part and nothing is being typed here: show their text
  async refresh() {
    if (this.busy || this.contains(document.activeElement)) return;
    const answer = await fetch(this.form.action, { headers: { "X-Autosave": "1" } }).catch(() => null);
    if (!answer?.ok || this.busy) return;
    this.innerHTML = await answer.text();
    this.saved = this.field.value;
  }

  get csrf() { return this.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? ""; }

  say(state, words) {
    const place = this.querySelector("[data-save-state]");
    if (!place) return;
    place.dataset.saveState = state;
    if (place.textContent !== words) place.textContent = words;
  }
}

// <writers-here>: who else is on this page, asked every twenty seconds while it is looked at.
class WritersHere extends HTMLElement {
  connectedCallback() {
    this.timer = setInterval(() => this.beat(), 20_000);
    this.onfocus = () => this.beat();
    document.addEventListener("focusin", this.onfocus);
    this.beat();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("focusin", this.onfocus);
  }

  async beat() {
    const now = Date.now();
    if (document.hidden || now - (this.last ?? 0) < 3000) return;
    this.last = now;
    const form = new FormData();
    form.set("part", document.activeElement?.closest?.("auto-save")?.dataset.part ?? "");
    form.set("csrfmiddlewaretoken", this.dataset.csrf);
    const answer = await fetch(this.dataset.url, { method: "POST", body: form, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const { here, versions } = await answer.json();
    this.replaceChildren(...here.map((one) => person(one, !one.part)));
    for (const place of document.querySelectorAll("[data-here]")) {
      place.replaceChildren(...here.filter((one) => one.part === place.dataset.here).map((one) => person(one, true)));
    }
    for (const editor of document.querySelectorAll("auto-save[data-part]")) {
      if (Number(editor.versionField?.value) < versions[editor.dataset.part]) editor.refresh();
    }
  }
}

function person(one, words) {
  const line = document.createElement("span");
  line.className = "here";
  const pin = document.createElement("span");
  pin.className = "pin b";
  pin.textContent = one.initials;
  pin.setAttribute("aria-hidden", "true");
  const said = document.createElement("span");
  said.textContent = one.said;
  if (!words) said.className = "vh";
  line.append(pin, said);
  return line;
}

// drafts; a browser that keeps nothing only loses the second net
function store(key, draft) {
  try {
    if (draft === undefined) return JSON.parse(localStorage.getItem(key));
    if (draft === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(draft));
  } catch { /* private window, full disk */ }
  return null;
}

customElements.define("auto-save", AutoSave);
customElements.define("writers-here", WritersHere);
