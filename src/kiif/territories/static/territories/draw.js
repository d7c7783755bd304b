// The workshop of living areas. Gestures (a click on the map, a button of a list) come faster than answers: each waits
// here for its turn, and says what it wants (add, take off) rather than "change", so none is lost and none is undone.
const waiting = new Map(); // code → [name of the field, value]; the last gesture on a place is the one that counts
let sending = false;
let gone = false; // the draft is being made a version: nothing is left to keep as one goes
let leaving = null; // the form that saves everything, asked for while gestures wait

const sender = () => document.getElementById("map-pick");

function want(name, value) {
  waiting.set(value.split(":").pop(), [name, value]);
  send();
}

function send() {
  const form = sender();
  if (sending || !waiting.size || !form) return;
  sending = true;
  form.querySelectorAll("[data-gesture]").forEach((input) => input.remove());
  for (const [name, value] of waiting.values()) {
    const input = document.createElement("input");
    Object.assign(input, { type: "hidden", name, value });
    input.dataset.gesture = "";
    form.append(input);
  }
  waiting.clear();
  form.requestSubmit();
}

function answered() {
  sending = false;
  if (waiting.size) return send();
  showOnMap();
  if (!leaving) return undefined;
  const [form, submitter] = leaving;
  leaving = null;
  return form.requestSubmit(submitter);
}

// What the list holds is the truth: the map follows it, whoever changed it.
function showOnMap() {
  const map = document.querySelector("kiif-map");
  const state = document.getElementById("draft-state");
  if (!map?.map || !state || state.dataset.more) return;
  const chosen = new Set([...state.querySelectorAll("button[name='oter']")].map((button) => button.value));
  for (const code of map.picked) if (!chosen.has(code)) map.pick(code, false);
  for (const code of chosen) if (!map.picked.has(code)) map.pick(code, true);
}

document.addEventListener("kiif-map-pick", ({ detail }) => want(detail.picked ? "ajouter" : "oter", detail.code));

document.addEventListener("submit", (event) => {
  const form = event.target;
  const saving = form.matches(".workshop-words");
  if (saving && (sending || waiting.size)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    leaving = [form, event.submitter];
  }
  else if (saving) gone = true;
  if (saving || form === sender() || form.action !== sender()?.action || !event.submitter?.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  event.submitter.setAttribute("aria-busy", "true");
  want(event.submitter.name, event.submitter.value);
}, true);

document.addEventListener("htmx:finally:request", (event) => {
  if (sending && (event.detail?.ctx?.sourceElement ?? event.target) === sender()) answered();
});

document.addEventListener("htmx:before:request", (event) => {
  if (gone) event.preventDefault();
});
