// What the fields of one question hold, and putting it back: used to see changes, to keep drafts, to settle conflicts.

// [name, value] of everything typed in a question; files and searches are not answers
export function entries(root) {
  const key = root.dataset.question;
  const found = [];
  for (const input of root.querySelectorAll("input, select, textarea")) {
    if (input.type === "file" || input.disabled || !(input.name === key || input.name.startsWith(`${key}.`))) continue;
    if ((input.type === "checkbox" || input.type === "radio") && !input.checked) continue;
    found.push([input.name, input.value]);
  }
  return found;
}

export const typed = (root) => JSON.stringify(entries(root).filter(([name, value]) => value !== "" && !name.endsWith(".rows")));

// puts entries back; lines of a table and places chosen are made when they lack
export function put(root, list, labels = {}) {
  const key = root.dataset.question;
  for (const [name, value] of list) {
    if (name === `${key}.rows` && !root.querySelector(`[data-row="${CSS.escape(value)}"]`)) addRow(root, value);
    if (root.dataset.kind === "territories" && !boxOf(root, value)) addPlace(root, value, labels[value] ?? value);
  }
  for (const input of root.querySelectorAll("input, select, textarea")) {
    if (!(input.name === key || input.name.startsWith(`${key}.`)) || input.type === "file" || input.name.endsWith(".rows")) continue;
    const mine = list.filter(([name]) => name === input.name).map(([, value]) => value);
    if (input.type === "checkbox" || input.type === "radio") input.checked = mine.includes(input.value);
    else if (input.type !== "hidden" || root.dataset.kind === "address") input.value = mine.at(-1) ?? "";
  }
  root.dispatchEvent(new CustomEvent("answer:put", { bubbles: true }));
}

const boxOf = (root, value) => [...root.querySelectorAll("[data-places] input")].find((box) => box.value === value);

export function labelsOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-places] li")].map((row) => [
    row.querySelector("input").value, row.querySelector("b")?.textContent ?? "",
  ]));
}

export function addPlace(root, value, title, about = "", rural = "", how = "") {
  const row = document.createElement("li");
  const label = row.appendChild(document.createElement("label"));
  label.className = "opt";
  const box = label.appendChild(document.createElement("input"));
  Object.assign(box, { type: "checkbox", name: root.dataset.question, value, checked: true });
  const words = label.appendChild(document.createElement("span"));
  words.appendChild(document.createElement("b")).textContent = title;
  if (about) words.append(`, ${about}`);
  if (rural) {
    const small = label.appendChild(document.createElement("small"));
    small.textContent = `${rural} `;
    const source = small.appendChild(document.createElement("span"));
    source.className = "src";
    source.textContent = how;
  }
  root.querySelector("[data-places]").append(row);
  return row;
}

export function addRow(root, id = `r${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`) {
  const blank = root.querySelector("template[data-blank]");
  const row = blank.content.firstElementChild.cloneNode(true);
  row.dataset.row = id;
  for (const input of row.querySelectorAll("[name]")) input.name = input.name.replace(".ROW.", `.${id}.`);
  row.querySelector("input[type=hidden]").value = id;
  root.querySelector("tbody").append(row);
  return row;
}

// the server counts the same way: runs between spaces that hold a letter or a digit; code points
export const words = (text) => text.split(/\s+/u).filter((part) => /[\p{L}\p{N}]/u.test(part)).length;
export const characters = (text) => [...text.replaceAll("\r\n", "\n").trim()].length;
