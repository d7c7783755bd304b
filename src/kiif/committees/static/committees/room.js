// A live screen: asks each second whether there is anything new, changes only the parts that changed, keeps what is being
// typed, says when the connection is lost. Without it every screen is a page that one refreshes.
const room = document.querySelector("[data-live]");
const PACE = 1000;
const shown = new Map();

const parts = (root) => [...root.querySelectorAll("[data-part]")];
const dirty = (part) =>
  [...part.querySelectorAll("textarea, input:not([type=hidden]), select")].some((field) =>
    field.type === "checkbox" || field.type === "radio"
      ? field.checked !== field.defaultChecked
      : field.tagName === "SELECT"
        ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected))
        : field.value !== field.defaultValue,
  );

let revision = "";
// Given by an answer for which every right was asked: with it, "nothing new" costs the server next to nothing.
let key = "";
let lost = false;
let timer = 0;

function remember(root) {
  revision = root.querySelector("[data-rev]")?.dataset.rev ?? "";
  for (const part of parts(root)) shown.set(part.dataset.part, part.outerHTML);
}

function apply(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector("[data-rev]");
  if (!fresh) return location.reload();
  for (const part of parts(page)) {
    const name = part.dataset.part;
    const here = room.querySelector(`[data-part="${name}"]`);
    if (!here || shown.get(name) === part.outerHTML) continue;
    // What somebody is typing stays, for the same dossier only.
    if (here.dataset.for === part.dataset.for && dirty(here)) continue;
    shown.set(name, part.outerHTML);
    const focused = here.contains(document.activeElement) ? document.activeElement : null;
    const key = focused && (focused.id ? `#${CSS.escape(focused.id)}` : focused.value && `[value="${CSS.escape(focused.value)}"]`);
    const open = [...here.querySelectorAll("details[open][id]")].map((one) => one.id);
    const places = [...here.querySelectorAll("[data-scroll][id]")].map((one) => [one.id, one.scrollTop]);
    here.replaceWith(part);
    for (const [id, top] of places) document.getElementById(id)?.scrollTo({ top, behavior: "instant" });
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    if (key) part.querySelector(key)?.focus({ preventScroll: true });
  }
  room.querySelector("[data-rev]").dataset.rev = fresh.dataset.rev;
  revision = fresh.dataset.rev;
  tick();
}

function say(state) {
  if (state === lost) return;
  lost = state;
  const line = room.querySelector("[data-lost-line]");
  line.textContent = state ? room.dataset.lost : room.dataset.back;
  line.classList.toggle("is-lost", state);
  if (!state) setTimeout(() => lost || (line.textContent = ""), 4000);
}

async function ask() {
  clearTimeout(timer);
  try {
    const url = `${room.dataset.live}?${new URLSearchParams({ rev: revision, key })}`;
    const answer = await fetch(url, { cache: "no-store", redirect: "manual", signal: AbortSignal.timeout(8000) });
    key = answer.headers.get("X-Room-Key") ?? key;
    if (answer.status === 200) apply(await answer.text());
    // Removed, signed out, withdrawn: the page itself says it.
    else if ([401, 403, 404, 410].includes(answer.status) || answer.type === "opaqueredirect") return location.reload();
    else if (answer.status !== 204) throw new Error(String(answer.status));
    say(false);
  } catch {
    say(true);
  }
  timer = setTimeout(ask, document.hidden ? PACE * 5 : PACE);
}

function refuse(words) {
  const line = room.querySelector("[data-refusal]");
  if (line) line.textContent = words;
}

async function send(form, data) {
  refuse("");
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Live": "1" }, redirect: "manual" });
    if (answer.status === 422 || answer.status === 409) return { ok: false, words: await answer.text() };
    if (!answer.ok) return { ok: false, words: room.dataset.unread ?? "" };
    return { ok: true, words: await answer.text() };
  } catch {
    return { ok: false, words: room.dataset.unread ?? "" };
  }
}

room?.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-gesture]")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter ?? undefined);
  const buttons = [...form.querySelectorAll("button")];
  for (const button of buttons) button.disabled = true;
  const done = await send(form, data);
  for (const button of buttons) button.disabled = false;
  if (!done.ok) refuse(done.words);
  else settle(form);
  await ask();
});

/** What is saved is no longer "being typed". */
function settle(form) {
  for (const field of form.querySelectorAll("textarea, input")) {
    if (field.type === "checkbox" || field.type === "radio") field.defaultChecked = field.checked;
    else field.defaultValue = field.value;
  }
  for (const option of form.querySelectorAll("option")) option.defaultSelected = option.selected;
}

// Reasons and notes are kept while they are typed.
let pause = 0;
room?.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.matches("[data-autosave]")) return;
  clearTimeout(pause);
  pause = setTimeout(() => save(field), 1200);
});

async function save(field) {
  const form = field.form;
  const data = new FormData(form);
  const url = field.dataset.autosave || form.action;
  const typed = field.value;
  const state = form.querySelector("[data-save-state]");
  try {
    const answer = await fetch(url, { method: "POST", body: data, headers: { "X-Live": "1" }, redirect: "manual" });
    const words = await answer.text();
    if (!answer.ok) return void (state ? (state.textContent = words) : refuse(words));
    const version = form.querySelector('[name="version"]');
    if (version && words) version.value = version.defaultValue = words;
    field.defaultValue = typed;
    if (state) state.textContent = room.dataset.saved ?? "";
  } catch {
    if (state) state.textContent = room.dataset.unread ?? "";
  }
}

/** Clocks go on between two answers. */
function tick() {
  for (const clock of room.querySelectorAll("[data-clock]")) clock.dataset.since ??= String(performance.now());
}

setInterval(() => {
  for (const clock of room?.querySelectorAll("[data-clock][data-running]") ?? []) {
    const passed = (performance.now() - Number(clock.dataset.since ?? performance.now())) / 1000;
    const seconds = Math.floor(Number(clock.dataset.clock) + passed);
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    clock.classList.toggle("over", seconds > Number(clock.dataset.limit) * 60);
  }
}, 500);

if (room) {
  remember(room);
  tick();
  timer = setTimeout(ask, PACE);
  document.addEventListener("visibilitychange", () => document.hidden || ask());
  window.addEventListener("online", ask);
}
