// A form that saves itself, for several people at once. Without it, the buttons of the page do the same.
// What is typed is never lost: it stays in the field, and in this browser until the server has it.
import { entries, labelsOf, put, typed } from "./answer-fields.js";
import { refresh } from "./answer-logic.js";
import { follow, forget, say } from "./answer-together.js";
import { count, dress, pressed, reveal } from "./answer-widgets.js";

const PAUSE = 1000;
const RETRY = 6000;
//: characters of one save; beyond, the server would not even read it
const MOST = 1_500_000;

const form = document.getElementById("answer-form");
if (form?.dataset.writable) start();
else if (form) follow(() => {});

function start() {
  const words = form.dataset;
  const fields = new Map();
  const drafts = new Drafts(`kiif.answer.${words.editor}.${location.pathname}`);
  let timer, sending = null, leaving = false;

  for (const root of form.querySelectorAll("[data-question]")) adopt(root);
  for (const [key, draft] of drafts.all()) {
    const field = fields.get(key);
    if (!field) continue;
    put(field.root, draft.entries, draft.labels);
    if (typed(field.root) === field.saved) { drafts.drop(key); continue; }
    Object.assign(field, { dirty: true, again: true });
    hidden(field.root, "base", draft.base);
    hidden(field.root, "was", draft.was);
    line(field, "", words.back);
  }
  refresh();
  form.dataset.ready = "";
  if (dirty().length) flush();

  function adopt(root) {
    const key = root.dataset.question;
    dress(root, form);
    const field = { key, root, saved: typed(root), dirty: false, paused: false, again: false };
    fields.set(key, field);
    return field;
  }

  function hidden(root, name, value) {
    const input = root.querySelector(`[name="${name}.${root.dataset.question}"]`);
    if (input && value !== undefined) input.value = value;
    return input?.value ?? "";
  }

  function dirty() { return [...fields.values()].filter((field) => field.dirty); }

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  function touched(event) {
    const root = event.target.closest?.("[data-question]");
    const field = root && fields.get(root.dataset.question);
    if (!field) return;
    if (event.target.type === "file") return event.type === "change" && send(field, event.target);
    if (event.type === "input" && ["checkbox", "radio"].includes(event.target.type)) return;
    reveal(root, event.target);
    count(root);
    refresh();
    const now = typed(root);
    if (now === field.saved && !field.paused) return clean(field);
    if (field.dirty && now === field.last) return;
    field.last = now;
    field.dirty = true;
    drafts.keep(field.key, { entries: entries(root), labels: labelsOf(root), base: hidden(root, "base"), was: hidden(root, "was") });
    if (field.paused) return;
    say("typing", words.typing);
    clearTimeout(timer);
    timer = setTimeout(flush, PAUSE);
  }

  function clean(field) {
    Object.assign(field, { dirty: false, again: false, last: undefined });
    drafts.drop(field.key);
    line(field);
  }

  // one request for all that waits; true when nothing waits any more
  async function flush() {
    clearTimeout(timer);
    if (sending) { await sending; return dirty().some((field) => !field.paused && field.refused !== typed(field.root)) ? flush() : !dirty().length; }
    const waiting = dirty().filter((field) => !field.paused && field.refused !== typed(field.root));
    if (!waiting.length) return !dirty().length;
    sending = exchange(waiting);
    const done = await sending;
    sending = null;
    if (!done) return false;
    return dirty().some((field) => !field.paused && field.refused !== typed(field.root)) ? flush() : !dirty().length;
  }

  async function exchange(waiting) {
    const body = new URLSearchParams({ csrfmiddlewaretoken: token(), page: words.page });
    const sent = new Map();
    for (const field of waiting) {
      const { root, key } = field;
      sent.set(key, typed(root));
      body.append("here", key);
      body.append(`base.${key}`, hidden(root, "base"));
      body.append(`was.${key}`, hidden(root, "was"));
      if (field.again) body.append(`again.${key}`, "1");
      for (const [name, value] of entries(root)) body.append(name, value);
    }
    const text = body.toString();
    if (text.length > MOST) return failed(waiting, words.tooLong, false);
    say("typing", words.sending);
    const answer = await post(words.save, text);
    if (answer.lost) { for (const field of waiting) field.again = true; return failed(waiting, answer.lost, true); }
    if (answer.error) return failed(waiting, answer.error, answer.later);
    for (const field of waiting) became(field, answer.body.fields[field.key], sent.get(field.key), answer.body.revision);
    around(answer.body);
    const wrong = dirty().length;
    say(wrong ? "failed" : "saved", wrong ? words.both && [...fields.values()].some((one) => one.paused) ? words.both : `${words.unsaved} ${words.kept}` : answer.body.said);
    return true;
  }

  // a text that was refused is not sent again before it changes
  function failed(waiting, sentence, later) {
    say("failed", sentence);
    for (const field of waiting) { line(field, "failed", sentence); if (!later) field.refused = typed(field.root); }
    if (later) timer = setTimeout(flush, RETRY);
    return false;
  }

  async function post(address, body, headers = { "Content-Type": "application/x-www-form-urlencoded" }) {
    for (const first of [true, false]) {
      const answer = await fetch(address, { method: "POST", body, headers: { ...headers, "X-Autosave": "1", "X-CSRFToken": token() }, redirect: "manual" }).catch(() => null);
      if (!answer || answer.status >= 500) return { lost: words.offline };
      const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => ({})) : null;
      if (answer.ok && told) return { body: told };
      if (answer.status === 400 || answer.status === 413) return { error: words.tooLong };
      if (answer.status === 401 || answer.type === "opaqueredirect") return first && (await renew()) ? retry(address, body, headers) : { error: words.signedOut, later: true };
      if (answer.status === 403 && !told) { if (first && (await renew())) continue; return { error: words.signedOut, later: true }; }
      return { error: `${words.unsaved} ${told?.error ?? ""} ${words.kept}` };
    }
  }
  const retry = (address, body, headers) => post(address, body, headers);

  // after a new sign-in in another tab, the old token of the form is dead
  async function renew() {
    const answer = await fetch(`${words.news}?csrf=1&version=${words.version}`, { headers: { "X-Autosave": "1" }, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return false;
    const { csrf } = await answer.json();
    if (!csrf || csrf === token()) return false;
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) input.value = csrf;
    return true;
  }
  function token() { return form.querySelector("input[name=csrfmiddlewaretoken]").value; }

  function became(field, told, sent, revision) {
    if (!told) return;
    field.again = false;
    if (told.state === "refused") {
      field.refused = sent;
      problems(field.root, [told.words], []);
      line(field, "failed", words.kept);
    } else if (told.state === "conflict") {
      conflict(field, told);
    } else if (told.html) {
      redraw(field, told.html);
      drafts.drop(field.key);
      line(fields.get(field.key), "saved", words.merged);
    } else {
      hidden(field.root, "base", revision);
      hidden(field.root, "was", told.was);
      field.saved = sent;
      field.refused = undefined;
      problems(field.root, told.problems, told.warnings);
      if (typed(field.root) === sent) clean(field);
    }
  }

  // both are shown; nothing of this field is sent until somebody chooses
  function conflict(field, told) {
    field.paused = true;
    field.theirs = Object.entries(told.theirs).flatMap(([part, list]) => list.map((value) => [part ? `${field.key}.${part}` : field.key, value]));
    hidden(field.root, "base", told.base);
    hidden(field.root, "was", told.was);
    problems(field.root, [], []);
    field.root.querySelector("[data-clash]").innerHTML = told.html;
    drafts.keep(field.key, { entries: entries(field.root), labels: labelsOf(field.root), base: told.base, was: told.was });
  }

  function choose(field, what) {
    const place = field.root.querySelector("[data-clash]");
    if (what === "theirs") put(field.root, field.theirs);
    if (what === "both") {
      const input = document.getElementById(`${field.key}-field`);
      const theirs = field.theirs.find(([name]) => name === field.key)?.[1] ?? "";
      const joint = input.tagName === "TEXTAREA" ? "\n\n" : " ";
      input.value = `${theirs.trimEnd()}${joint}${input.value.trimStart()}`;
    }
    place.replaceChildren();
    field.paused = false;
    field.dirty = true;
    field.refused = undefined;
    count(field.root);
    refresh();
    document.getElementById(`${field.key}-field`)?.focus();
    flush();
  }

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const root = button?.closest("[data-question]");
    const field = root && fields.get(root.dataset.question);
    if (!field) return;
    if (button.dataset.take) return choose(field, button.dataset.take);
    if (button.matches("[data-drop]")) { event.preventDefault(); return remove(field, button); }
    if (pressed(button, root)) { event.preventDefault(); refresh(); }
  });

  // files leave at once, one question at a time
  async function send(field, input) {
    const body = new FormData();
    for (const file of input.files) body.append("file", file);
    await upload(field, body, input);
  }
  async function remove(field, button) {
    const body = new FormData();
    body.set("drop", button.value);
    await upload(field, body);
  }
  async function upload(field, body, input) {
    body.set("page", words.page);
    line(field, "typing", words.sending);
    const answer = await post(words.upload.replace("KEY", field.key), body, {});
    if (!answer.body) {
      const sentence = answer.error ?? answer.lost;
      problems(field.root, [sentence], []);
      line(field);
      if (input) input.value = "";
      return;
    }
    redraw(field, answer.body.html);
    around(answer.body);
    say("saved", answer.body.said);
    (fields.get(field.key).root.querySelector("[data-drop], input[type=file]"))?.focus();
  }

  function redraw(field, html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const root = holder.content.firstElementChild;
    const focused = field.root.contains(document.activeElement) ? document.activeElement.id : "";
    field.root.replaceWith(root);
    adopt(root);
    forget();
    if (focused) document.getElementById(focused)?.focus();
    refresh();
    return root;
  }

  function around(told) {
    for (const [key, shown] of Object.entries(told.shown ?? {})) {
      const root = document.getElementById(key);
      if (root && !root.contains(document.activeElement)) root.hidden = !shown;
    }
    for (const [key, text] of Object.entries(told.calculated ?? {})) {
      const place = document.getElementById(key)?.querySelector("[data-calculated]");
      if (place) place.textContent = text || "–";
    }
    const steps = document.querySelector("[data-steps]");
    if (told.steps && steps && !steps.contains(document.activeElement) && steps.innerHTML.trim() !== told.steps.trim()) steps.innerHTML = told.steps;
    refresh();
  }

  form.addEventListener("submit", async (event) => {
    if (leaving || !dirty().length) { leaving = true; return; }
    event.preventDefault();
    const button = event.submitter;
    if (await flush()) { leaving = true; form.requestSubmit(button); } else document.querySelector("[data-save-all]").scrollIntoView({ block: "center" });
  });
  addEventListener("beforeunload", (event) => { if (!leaving && dirty().length) event.preventDefault(); });
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("online", flush);

  follow((changes) => {
    for (const [key, change] of Object.entries(changes)) {
      const field = fields.get(key);
      if (!field || Number(hidden(field.root, "base")) >= change.revision) continue;
      if (field.dirty || field.root.contains(document.activeElement)) { if (!change.mine) line(field, "", change.said); continue; }
      redraw(field, change.html).classList.add("flash");
    }
  }, () => { if (dirty().length) flush(); });

  function line(field, state = "", sentence = "") {
    const place = field.root.querySelector("[data-save-line]");
    if (!place) return;
    place.hidden = !sentence;
    place.dataset.saveState = state;
    place.textContent = sentence;
  }
}

function problems(root, wrong, warnings) {
  const place = root.querySelector("[data-problems]");
  if (!place) return;
  place.replaceChildren(...wrong.map((text) => paragraph("err", text)), ...warnings.map((text) => paragraph("note", text)));
  root.classList.toggle("wrong", wrong.length > 0);
  root.querySelector(".field")?.classList.toggle("bad", wrong.length > 0);
  if (!wrong.length) {
    const summary = document.querySelector("#answer-form > .error-summary");
    summary?.querySelector(`a[href="#${root.dataset.question}"]`)?.closest("li").remove();
    if (summary && !summary.querySelector("li")) summary.remove();
  }
  const input = document.getElementById(`${root.dataset.question}-field`);
  if (input && !root.querySelector("fieldset")) input.toggleAttribute("aria-invalid", wrong.length > 0);
  if (input?.hasAttribute("aria-invalid")) input.setAttribute("aria-invalid", "true");
}
function paragraph(name, text) {
  const made = document.createElement("p");
  made.className = name;
  made.textContent = text;
  return made;
}

// drafts of one page; a browser that keeps nothing only loses the second net
function Drafts(name) {
  const read = () => { try { return JSON.parse(localStorage.getItem(name)) ?? {}; } catch { return {}; } };
  const write = (all) => { try { Object.keys(all).length ? localStorage.setItem(name, JSON.stringify(all)) : localStorage.removeItem(name); } catch { /* private window, full disk */ } };
  this.all = () => Object.entries(read());
  this.keep = (key, draft) => write({ ...read(), [key]: draft });
  this.drop = (key) => { const all = read(); if (key in all) { delete all[key]; write(all); } };
}
