// The designer, nicer: saves field by field while one types, moves by dragging or with Alt and the arrows, keeps the
// outline where it was. Every gesture works without this script as a plain form.
const PAUSE = 900;
const RETRY = 8000;
document.documentElement.classList.add("js");

const state = document.querySelector("[data-save-state]");
const live = document.getElementById("live");
const csrf = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

function say(kind, words) {
  if (!state || !words) return;
  state.dataset.saveState = kind;
  if (state.textContent !== words) state.textContent = words;
}

function announce(words) {
  if (live && words) { live.textContent = ""; requestAnimationFrame(() => { live.textContent = words; }); }
}

async function post(url, body) {
  try {
    const answer = await fetch(url, { method: "POST", body, headers: { "X-Design": "1", "X-CSRFToken": csrf() }, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { failed: "signedOut" };
    if (answer.status >= 500) return { failed: "offline" };
    const kind = answer.headers.get("content-type") ?? "";
    return { status: answer.status, ...(kind.includes("json") ? await answer.json() : { error: "" }) };
  } catch {
    return { failed: "offline" };
  }
}

// --- the element being written ---

class Writer {
  constructor(form) {
    this.form = form;
    this.held = this.read();
    this.pending = new Set();
    form.addEventListener("input", (event) => { if (!event.target.closest("[data-no-autosave]")) this.touched(event.target); });
    form.addEventListener("submit", (event) => { if (!event.submitter?.name || event.submitter.name === "save") { event.preventDefault(); event.stopPropagation(); this.save(true); } });
    addEventListener("online", () => { if (this.dirty) this.save(); });
    addEventListener("beforeunload", (event) => { if (!this.gone && (this.dirty || this.sending)) event.preventDefault(); });
    document.addEventListener("submit", (event) => this.parting(event), true);
    form.addEventListener("focusout", () => { if (this.dirty) this.later(150); });
    // leaving by a link of this page: save first
    document.addEventListener("click", (event) => this.leaving(event), true);
    document.querySelector("[data-clash-area]")?.addEventListener("click", (event) => this.chosen(event.target.closest("[data-take]")));
  }

  get revision() { return this.form.elements.revision; }

  read() {
    const data = new FormData(this.form);
    data.delete("csrfmiddlewaretoken");
    data.delete("revision");
    for (const name of [...data.keys()]) if (name.endsWith("-paste")) data.delete(name);
    return JSON.stringify([...data]);
  }

  get dirty() { return this.read() !== this.held; }

  touched(target) {
    const spare = target.closest("[data-spare]");
    if (spare && target.value) this.oneMore(spare);
    if (!this.dirty) return;
    say("typing", state?.dataset.typing);
    this.later(PAUSE);
  }

  later(wait) { clearTimeout(this.timer); this.timer = setTimeout(() => this.save(), wait); }

  async save(asked = false) {
    clearTimeout(this.timer);
    if (this.sending) { this.again = true; return this.sending; }
    if (!this.dirty && !asked) return null;
    const sent = this.read();
    const data = new FormData(this.form);
    for (const name of [...data.keys()]) if (name.endsWith("-paste")) data.delete(name);
    for (const name of this.pending) data.append("pending", name);
    this.sending = post(this.form.action, data);
    const answer = await this.sending;
    this.sending = null;
    this.received(answer, sent);
    if (this.again) { this.again = false; if (this.dirty) this.later(50); }
    return answer;
  }

  received(answer, sent) {
    if (answer.failed) {
      say("failed", state?.dataset[answer.failed]);
      this.button(true);
      this.timer = setTimeout(() => this.save(), RETRY);
      return;
    }
    if (answer.revision === undefined) {
      say("failed", `${state?.dataset.refused ?? ""} ${answer.error ?? ""}`);
      this.button(true);
      return;
    }
    this.held = sent;
    this.revision.value = answer.revision;
    this.errors(answer.errors ?? {});
    this.takeOver(answer, sent);
    this.fill(answer);
    if (answer.clashes) this.compare(answer.clashes);
    const wrong = Object.keys(answer.errors ?? {}).length;
    if (wrong) say("failed", Object.values(answer.errors)[0]);
    else if (!answer.clashes) { say("saved", answer.said); this.button(false); }
    const undo = document.getElementById("go-undo");
    if (undo) undo.disabled = false;
    refreshPreview();
  }

  // what somebody else wrote in fields left alone here
  takeOver(answer, sent) {
    const untouched = new Map(JSON.parse(sent));
    for (const [name, value] of Object.entries(answer.theirs ?? {})) {
      const field = this.form.elements[name];
      if (!field) continue;
      if (field.type === "checkbox") field.checked = value === true;
      else if (field.value === untouched.get(name)) field.value = value;
    }
    if (answer.stale?.length) this.refresh(answer.stale);
    else this.held = this.read() === sent ? sent : this.held;
    if (Object.keys(answer.theirs ?? {}).length && this.onlyTheirs(answer, untouched)) this.held = this.read();
  }

  onlyTheirs(answer, untouched) {
    const now = new Map(JSON.parse(this.read()));
    return [...now].every(([name, value]) => untouched.get(name) === value || name in answer.theirs);
  }

  // lists (choices, columns) are asked again as they are now
  async refresh(names) {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html");
    for (const name of names) {
      const mine = this.form.querySelector(`[data-rows="${name}"]`), theirs = fresh.querySelector(`[data-rows="${name}"]`);
      if (mine && theirs) mine.replaceWith(theirs);
    }
    this.held = this.read();
  }

  // what the server made: keys of new choices, words of conditions, the line of the outline
  fill(answer) {
    const before = this.dirty;
    for (const [name, value] of Object.entries(answer.keys ?? {})) {
      const field = this.form.elements[name];
      if (field && (!field.value || (name === "name" && document.activeElement !== field)) && field.value !== value) field.value = value;
    }
    if (!before) this.held = this.read();
    const title = document.querySelector("[data-title]");
    if (title && answer.title) title.textContent = answer.title;
    const link = document.querySelector(`[data-outline] li[data-element="${this.form.dataset.element}"] > a`);
    if (link) {
      (link.querySelector("[data-words]") ?? link).textContent = answer.title;
      link.classList.toggle("req", Boolean(answer.required));
    }
  }

  errors(found) {
    for (const place of this.form.querySelectorAll("[data-error]")) {
      const words = found[place.dataset.error] ?? "";
      place.textContent = words;
      place.hidden = !words;
      const field = this.form.elements[place.dataset.error];
      place.closest(".field")?.classList.toggle("bad", Boolean(words));
      if (field?.setAttribute) words ? field.setAttribute("aria-invalid", "true") : field.removeAttribute("aria-invalid");
    }
  }

  button(shown) { this.form.querySelector(".save-acts")?.classList.toggle("needed", shown); }

  compare(html) {
    const area = document.querySelector("[data-clash-area]");
    if (area) area.innerHTML = html;
    for (const one of area?.querySelectorAll("[data-clash]") ?? []) this.pending.add(one.dataset.clash);
    say("failed", area?.querySelector("h2, h3, .title")?.textContent ?? "");
  }

  chosen(button) {
    if (!button) return;
    const clash = button.closest("[data-clash]");
    const field = this.form.elements[clash.dataset.clash];
    if (button.dataset.take === "theirs" && field) { if (field.type === "checkbox") field.checked = !field.checked; else field.value = clash.dataset.raw; }
    this.pending.delete(clash.dataset.clash);
    clash.remove();
    if (!document.querySelector("[data-clash]")) document.querySelector("[data-clashes]")?.remove();
    this.save(true);
    field?.focus?.();
  }

  // the last row was filled: another empty one comes under it
  oneMore(row) {
    const list = row.parentElement;
    const count = this.form.querySelector(`[data-rows="${row.closest("[data-rows]").dataset.rows}"] [data-count]`);
    const number = Number(count.value);
    const copy = row.cloneNode(true);
    row.removeAttribute("data-spare");
    for (const field of copy.querySelectorAll("input, select, textarea")) {
      field.name = field.name.replace(/-\d+-/, `-${number}-`);
      if (field.type === "checkbox") field.checked = false; else field.value = "";
      const label = field.getAttribute("aria-label");
      if (label) field.setAttribute("aria-label", label.replace(/\d+/, number + 1));
    }
    const shown = copy.querySelector(".choice-number");
    if (shown) shown.textContent = number + 1;
    count.value = number + 1;
    list.append(copy);
  }

  // another form of the page (move, duplicate, a remark): what is being written is saved first
  async parting(event) {
    const other = event.target, submitter = event.submitter;
    if (other === this.form) { this.gone = Boolean(submitter?.name) && submitter.name !== "save"; return; }
    if (this.gone || other.method === "dialog" || !(this.dirty || this.sending)) return;
    event.preventDefault();
    event.stopPropagation();
    const before = await this.sending;
    const answer = this.dirty ? await this.save() : before;
    if (answer?.failed || (answer && answer.status !== 200)) return;
    this.gone = true;
    other.requestSubmit(submitter ?? undefined);
  }

  async leaving(event) {
    const link = event.target.closest("a[href]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button || link.target) return;
    if (!this.dirty || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    event.stopPropagation();
    const answer = await this.save();
    if (answer && !answer.failed && answer.status === 200) location.assign(link.href);
  }
}

const form = document.querySelector("[data-element-form]");
if (form && !form.querySelector("fieldset.plain")?.disabled) new Writer(form);

function refreshPreview() {
  const frame = document.querySelector("iframe[data-preview]");
  if (!frame) return;
  // without a connection the frame holds a page of the browser, which nobody may read: its address is asked for again
  const shown = frame.contentDocument?.defaultView;
  if (!shown) { frame.src = frame.getAttribute("src"); return; }
  const top = shown.scrollY;
  frame.addEventListener("load", () => frame.contentDocument?.defaultView?.scrollTo(0, top), { once: true });
  shown.location.reload();
}

// --- the outline ---

class Outline {
  constructor(nav) {
    this.nav = nav;
    this.list = nav.querySelector("[data-outline-list]");
    const kept = Number(sessionStorage.getItem("kiif.outline") ?? 0);
    this.nav.scrollTop = kept;
    const current = nav.querySelector("[data-outline-list] [aria-current]");
    if (current) {
      const box = current.getBoundingClientRect(), frame = nav.getBoundingClientRect();
      if (box.top < frame.top || box.bottom > frame.bottom) current.scrollIntoView({ block: "nearest" });
    }
    addEventListener("pagehide", () => sessionStorage.setItem("kiif.outline", String(this.nav.scrollTop)));
    if (!("writable" in nav.dataset)) return;
    nav.addEventListener("keydown", (event) => this.key(event));
    this.arm();
    nav.addEventListener("dragstart", (event) => this.start(event));
    nav.addEventListener("dragover", (event) => this.over(event));
    nav.addEventListener("drop", (event) => this.drop(event));
    nav.addEventListener("dragend", () => this.clear());
  }

  arm() { for (const link of this.list.querySelectorAll("li > a")) link.draggable = true; }

  key(event) {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const item = event.target.closest("li[data-element]");
    if (!item) return;
    event.preventDefault();
    this.send(item.dataset.element, { way: event.key === "ArrowDown" ? "down" : "up" });
  }

  async send(element, fields) {
    if (this.busy) return;
    this.busy = true;
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    const answer = await post(`${this.nav.dataset.move}${element}/deplacer`, body);
    this.busy = false;
    if (answer.failed) return say("failed", state?.dataset[answer.failed]);
    if (answer.error) { announce(answer.error); return say("failed", answer.error); }
    const current = this.list.querySelector("[aria-current]")?.closest("li")?.dataset.element;
    this.list.innerHTML = answer.outline;
    this.list.querySelector("[aria-current]")?.removeAttribute("aria-current");
    this.list.querySelector(`li[data-element="${current}"] > a`)?.setAttribute("aria-current", "true");
    this.arm();
    this.list.querySelector(`li[data-element="${element}"] > a`)?.focus();
    announce(answer.said);
    say("saved", answer.said);
    refreshPreview();
  }

  start(event) {
    const item = event.target.closest("li[data-element]");
    if (!item) return;
    this.held = item;
    item.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.element);
  }

  // where it would go: before or after a line of its level, or into the line that holds its level
  target(event) {
    const item = event.target.closest("li[data-element]");
    if (!item || !this.held || this.held.contains(item)) return null;
    const level = this.held.dataset.level;
    if (item.dataset.level === level) {
      const box = item.querySelector(":scope > a").getBoundingClientRect();
      return { item, where: event.clientY < box.top + box.height / 2 ? "before" : "after" };
    }
    const holder = { q: "p", p: "s" }[level];
    return item.dataset.level === holder ? { item, where: "in" } : null;
  }

  over(event) {
    const target = this.target(event);
    this.unmark();
    if (!target) return;
    event.preventDefault();
    target.item.classList.add(`drop-${target.where}`);
  }

  drop(event) {
    const target = this.target(event);
    const held = this.held;
    this.clear();
    if (!target) return;
    event.preventDefault();
    if (target.where === "in") return this.send(held.dataset.element, { parent: target.item.dataset.element, position: 0 });
    const list = target.item.parentElement;
    const others = [...list.children].filter((one) => one !== held);
    const position = others.indexOf(target.item) + (target.where === "after" ? 1 : 0);
    this.send(held.dataset.element, { parent: list.dataset.children ?? "root", position });
  }

  unmark() { for (const one of this.nav.querySelectorAll(".drop-before, .drop-after, .drop-in")) one.classList.remove("drop-before", "drop-after", "drop-in"); }

  clear() { this.unmark(); this.held?.classList.remove("dragged"); this.held = null; }
}

const nav = document.querySelector("[data-outline]");
if (nav) new Outline(nav);

// --- conditions: the page is asked again when a choice changes what follows ---
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-conditions] [data-look]")) return;
  const asked = document.createElement("input");
  Object.assign(asked, { type: "hidden", name: "gesture", value: "look" });
  sessionStorage.setItem("kiif.condition", event.target.id);
  event.target.form.append(asked);
  event.target.form.submit();
});
const back = sessionStorage.getItem("kiif.condition");
if (back && document.querySelector("[data-conditions]")) {
  sessionStorage.removeItem("kiif.condition");
  const number = back.split("-")[1];
  const next = back.startsWith("subject") ? `operator-${number}` : `value-${number}`;
  (document.getElementById(next) ?? document.getElementById(back))?.focus();
}
