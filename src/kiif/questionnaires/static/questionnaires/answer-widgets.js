// Small manners of the fields: counters, exclusive choices, other, reasons, order, lines of a table, search of places.
// Each field works without: these only make it nicer.
import { rich } from "./answer-rich.js";
import { addPlace, addRow, characters, words } from "./answer-fields.js";

const changed = (root) => root.dispatchEvent(new Event("change", { bubbles: true }));

export function dress(root, form) {
  count(root);
  reveal(root);
  rich(root, form);
  const ranking = root.querySelector("[data-ranking]");
  if (ranking && !ranking.dataset.ready && !root.classList.contains("locked")) order(root, ranking, form);
  const find = root.querySelector("[data-find]");
  if (find && !find.dataset.ready) search(root, find, form);
}

export function count(root) {
  const place = root.querySelector("[data-count]");
  const field = document.getElementById(`${root.dataset.question}-field`);
  if (!place || !field) return;
  const [what, top] = place.dataset.count.split(" ");
  const plain = root.dataset.kind === "rich_text" ? field.value.replaceAll(/<[^>]*>/g, " ") : field.value;
  const number = what === "words" ? words(plain) : characters(plain);
  place.textContent = `${number} / ${top}`;
  place.toggleAttribute("data-over", number > Number(top));
}

// "other" and its words, a reason after yes or no, a choice that stands alone, "I do not know"
export function reveal(root, target) {
  if (target?.matches?.("[data-exclusive]") && target.checked) {
    for (const box of root.querySelectorAll("input[type=checkbox]:not([data-coded])")) if (box !== target) box.checked = false;
  } else if (target?.checked && target.type === "checkbox") {
    for (const box of root.querySelectorAll("[data-exclusive]")) if (box !== target) box.checked = false;
  }
  if (target?.matches?.("[data-coded]") && target.checked) {
    for (const input of root.querySelectorAll("input:not([data-coded]), textarea, select")) {
      if (["checkbox", "radio"].includes(input.type)) input.checked = false;
      else if (!["hidden", "file"].includes(input.type)) input.value = "";
    }
    for (const box of root.querySelectorAll("[data-coded]")) if (box !== target) box.checked = false;
  } else if (target?.name && !target.matches("[data-coded]")) {
    for (const box of root.querySelectorAll("[data-coded]")) box.checked = false;
  }
  const other = root.querySelector("[data-other]");
  if (other) other.hidden = !root.querySelector("input[value=other]:checked, option[value=other]:checked");
  const reason = root.querySelector("[data-reason]");
  if (reason && reason.dataset.reason !== "always") reason.hidden = !root.querySelector(`input[value="${reason.dataset.reason}"]:checked`);
  const clear = root.querySelector("[data-clear]");
  if (clear) clear.hidden = !root.querySelector("input[type=radio]:checked");
}

// an order of preference: buttons for everybody, dragging besides
function order(root, list, form) {
  list.dataset.ready = "1";
  const said = document.getElementById("live");
  const button = (label, act, what) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn q s";
    made.append(label);
    const hidden = document.createElement("span");
    hidden.className = "vh";
    hidden.textContent = ` ${what}`;
    made.append(hidden);
    made.addEventListener("click", act);
    return made;
  };
  const settle = (moved, focus) => {
    const ranked = [...list.querySelectorAll("li[data-ranked]")];
    list.prepend(...ranked);
    for (const row of list.children) {
      const rank = ranked.indexOf(row) + 1;
      row.querySelector("[data-rank]").textContent = rank || "";
      row.querySelector(".rank-field input").value = rank || "";
      draw(row, rank, ranked.length);
    }
    if (!moved) return;
    const rank = ranked.indexOf(moved) + 1;
    if (said && rank) said.textContent = form.dataset.ranked.replace("[what]", moved.querySelector(".what").textContent).replace("[rank]", rank);
    (moved.querySelector(`[data-act="${focus}"]`) ?? moved.querySelector(".moves button"))?.focus();
    changed(root);
  };
  const draw = (row, rank, total) => {
    let moves = row.querySelector(".moves");
    moves?.remove();
    moves = row.appendChild(document.createElement("span"));
    moves.className = "moves";
    const what = row.querySelector(".what").textContent;
    const add = (name, label, act) => { const made = button(label, act, what); made.dataset.act = name; moves.append(made); };
    row.draggable = rank > 0;
    if (!rank) return add("choose", form.dataset.choose, () => { row.dataset.ranked = ""; settle(row, "up"); });
    if (rank > 1) add("up", form.dataset.up, () => { row.previousElementSibling.before(row); settle(row, "up"); });
    if (rank < total) add("down", form.dataset.down, () => { row.nextElementSibling.after(row); settle(row, "down"); });
    add("remove", form.dataset.remove, () => { delete row.dataset.ranked; list.append(row); settle(row, "choose"); });
  };
  let dragged = null;
  list.addEventListener("dragstart", (event) => { dragged = event.target.closest("li[data-ranked]"); dragged?.classList.add("dragged"); });
  list.addEventListener("dragover", (event) => {
    const over = event.target.closest("li");
    if (!dragged || !over) return;
    event.preventDefault();
    for (const row of list.children) row.classList.toggle("over", row === over);
  });
  list.addEventListener("drop", (event) => {
    event.preventDefault();
    const over = event.target.closest("li");
    if (dragged && over && over !== dragged) { over.before(dragged); settle(dragged, "up"); }
  });
  list.addEventListener("dragend", () => {
    dragged?.classList.remove("dragged");
    for (const row of list.children) row.classList.remove("over");
    dragged = null;
  });
  root.addEventListener("answer:put", () => {
    const rank = (row) => Number(row.querySelector(".rank-field input").value) || 0;
    for (const row of list.children) row.toggleAttribute("data-ranked", rank(row) > 0);
    list.prepend(...[...list.children].filter(rank).sort((a, b) => rank(a) - rank(b)));
    settle();
  });
  settle();
}

// places and organisations: a list under the field, walked with the arrows
function search(root, find, form) {
  find.dataset.ready = "1";
  const input = find.querySelector("input");
  const list = find.querySelector(".found");
  const kind = find.dataset.find;
  let timer, rows = [], at = -1, asked = 0;
  const close = () => { list.hidden = true; at = -1; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); };
  const pick = (row) => {
    if (kind === "places") {
      if (![...root.querySelectorAll("[data-places] input")].some((box) => box.value === row.key && (box.checked = true))) addPlace(root, row.key, row.title, row.about, row.rural, row.how);
      input.value = "";
    } else {
      input.value = row.identifier;
      document.getElementById(`${root.dataset.question}-name`).value = row.name;
    }
    close();
    changed(root);
    input.focus();
  };
  const show = (found) => {
    rows = found;
    at = -1;
    list.replaceChildren(...found.map((row, place) => {
      const line = document.createElement("li");
      Object.assign(line, { id: `${list.id}-${place}`, role: "option" });
      line.setAttribute("aria-selected", "false");
      line.append(row.title ?? row.name);
      const small = line.appendChild(document.createElement("small"));
      small.textContent = [row.about, row.rural, row.identifier].filter(Boolean).join(" – ");
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); pick(row); });
      return line;
    }));
    if (!found.length && kind === "places") {
      const line = list.appendChild(document.createElement("li"));
      line.textContent = form.dataset.nothing;
    }
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  };
  input.addEventListener("input", (event) => {
    if (kind === "places") event.stopPropagation();
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < 2) return close();
    timer = setTimeout(async () => {
      const turn = ++asked;
      const address = new URL(kind === "places" ? form.dataset.places : form.dataset.organisations, location.href);
      address.searchParams.set("q", text);
      if (kind === "places") address.searchParams.set("levels", find.dataset.levels);
      const answer = await fetch(address).catch(() => null);
      if (!answer?.ok || turn !== asked || document.activeElement !== input) return;
      const { found } = await answer.json();
      if (found.length || kind === "places") show(found); else close();
    }, 250);
  });
  input.addEventListener("change", (event) => { if (kind === "places") event.stopPropagation(); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return close();
    if (event.key === "Enter") {
      if (!list.hidden && rows.length) { event.preventDefault(); pick(rows[Math.max(at, 0)]); } else if (kind === "places") event.preventDefault();
      return;
    }
    if (list.hidden || !rows.length || !["ArrowDown", "ArrowUp"].includes(event.key)) return;
    event.preventDefault();
    at = (at + (event.key === "ArrowDown" ? 1 : -1) + rows.length) % rows.length;
    [...list.children].forEach((line, place) => line.setAttribute("aria-selected", String(place === at)));
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}

// buttons inside a question: a line more, a line less, a choice taken back
export function pressed(button, root) {
  if (button.matches("[data-add]")) {
    const table = root.querySelector("[data-table]");
    if (table.tBodies[0].rows.length < Number(table.dataset.most)) addRow(root).querySelector("input:not([type=hidden]), select").focus();
    return true;
  }
  if (button.matches("[data-remove-row]")) {
    const row = button.closest("tr");
    const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("input:not([type=hidden]), select") ?? root.querySelector("[data-add]");
    row.remove();
    next?.focus();
    changed(root);
    return true;
  }
  if (button.matches("[data-clear]")) {
    for (const radio of root.querySelectorAll("input[type=radio]")) radio.checked = false;
    reveal(root);
    changed(root);
    root.querySelector("input")?.focus();
    return true;
  }
  return false;
}
