// Who else is on the form, what they have just written, and the one line that says whether everything is saved.
const NEWS = 4000;
const BEAT = 20_000;
const form = document.getElementById("answer-form");

export function say(state, words) {
  const place = document.querySelector("[data-save-all]");
  if (!place || !words) return;
  place.dataset.saveState = state;
  const text = place.querySelector("[data-save-words]");
  if (text.textContent !== words) text.textContent = words;
}

// who is here and what they wrote, while the page is looked at
export function follow(take, alive = () => {}) {
  const words = form.dataset;
  let since = Number(words.revision), last = 0, part = null, later;
  setInterval(news, NEWS);
  setInterval(() => beat(true), BEAT);
  document.addEventListener("focusin", () => beat(false));
  document.addEventListener("visibilitychange", news);
  beat(true);

  async function news() {
    if (document.hidden) return;
    const address = `${words.news}?since=${since}&page=${words.page}&version=${words.version}`;
    const answer = await fetch(address, { headers: { "X-Autosave": "1" }, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) return;
    const told = await answer.json().catch(() => null);
    if (!told) return;
    people(told.here);
    if (told.reload) say("failed", told.reload);
    if (told.changed) take(told.changed);
    if (told.revision > since) since = told.revision;
    alive();
  }

  async function beat(due) {
    const now = document.activeElement?.closest?.("[data-question]")?.dataset.question ?? "";
    if (document.hidden || !words.editor || (!due && now === part)) return;
    const wait = 1500 - (Date.now() - last);
    clearTimeout(later);
    if (!due && wait > 0) { later = setTimeout(() => beat(false), wait); return; }
    [last, part] = [Date.now(), now];
    const body = new URLSearchParams({ part: now, csrfmiddlewaretoken: form.querySelector("input[name=csrfmiddlewaretoken]").value });
    await fetch(words.beat, { method: "POST", body, headers: { "X-Autosave": "1" }, redirect: "manual" }).catch(() => null);
  }
}

function people(here) {
  const shown = JSON.stringify(here);
  if (people.last === shown) return;
  people.last = shown;
  const place = document.querySelector("[data-people]");
  const mine = place?.querySelector(".pin.o");
  if (place && (here.length || place.querySelector(".pin.b"))) {
    const pins = document.createElement("span");
    pins.className = "pins";
    if (mine) pins.append(mine);
    pins.append(...here.map(pin));
    const words = document.createElement("span");
    here.forEach((one, index) => {
      const said = document.createElement(one.part ? "a" : "span");
      if (one.part) said.href = `#${one.part}`;
      said.textContent = one.said;
      words.append(index ? ", " : "", said);
    });
    place.replaceChildren(pins, words);
  }
  for (const root of document.querySelectorAll("[data-question]")) {
    const writing = here.filter((one) => one.part === root.dataset.question);
    const line = root.querySelector("[data-here]");
    if (!line) continue;
    root.classList.toggle("live", writing.length > 0);
    line.hidden = !writing.length;
    line.replaceChildren(...writing.flatMap((one) => { const words = document.createElement("span"); words.textContent = one.said; return [pin(one), words]; }));
  }
}
function pin(one) {
  const made = document.createElement("span");
  made.className = "pin b s";
  made.textContent = one.initials;
  made.setAttribute("aria-hidden", "true");
  return made;
}

// the fields were drawn again: the lines that say who writes where must be too
export function forget() { people.last = null; }
