// Shows, hides, calculates while one types, with the language of expressions. The server decides at each save.
import { evaluate, holds } from "./expressions.js";

const said = document.getElementById("answer-live");
const live = said ? JSON.parse(said.textContent) : { rules: [], values: {}, codes: {}, labels: {} };

const number = (text) => {
  const bare = text.replaceAll(/[\s\u00a0\u202f'€%]/g, "").replace(",", ".");
  return bare === "" || Number.isNaN(Number(bare)) ? null : Number(bare);
};
const one = (root, part = "") => {
  const name = root.dataset.question + (part && `.${part}`);
  const found = [...root.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((input) => !["radio", "checkbox"].includes(input.type) || input.checked);
  return found.at(-1)?.value.trim() ?? "";
};
const many = (root) => [...root.querySelectorAll(`[name="${CSS.escape(root.dataset.question)}"]`)]
  .filter((input) => input.type === "hidden" || input.checked).map((input) => input.value);
const text = (root) => one(root) || null;

const SCALARS = {
  number: (root) => number(one(root)), money: (root) => number(one(root)), percent: (root) => number(one(root)),
  scale: (root) => number(one(root)), choices: many, territories: many, files: many,
  ranking: (root) => [...root.querySelectorAll("li[data-ranked]")].map((row) => row.dataset.key),
  period: (root) => ({ start: one(root, "start") || null, end: one(root, "end") || null }),
  consent: (root) => (one(root) ? "yes" : null),
  rich_text: (root) => one(root).replaceAll(/<[^>]*>/g, " ").trim() || null,
  address: (root) => ["line", "postcode", "town"].map((part) => one(root, part)).filter(Boolean).join(" ") || null,
  grid: (root) => Object.fromEntries([...root.querySelectorAll("tbody tr")].map((row) => [row.dataset.choice, one(root, row.dataset.choice) || null])),
};

function table(root, rule, context) {
  const rows = [...root.querySelectorAll("tbody tr")].map((row) => Object.fromEntries(rule.columns.map((column) => {
    const typed = row.querySelector(`[data-column="${column.id}"]`)?.value.trim() ?? "";
    return [column.name, ["number", "money", "percent"].includes(column.kind) ? number(typed) : typed || null];
  })));
  const filled = rows.map((row) => Object.values(row).some((value) => value !== null));
  for (const column of rule.columns.filter((one) => one.calculation)) {
    root.querySelectorAll("tbody tr").forEach((line, place) => {
      if (!filled[place]) return;
      rows[place][column.name] = attempt(() => evaluate(column.calculation, { ...context, row: rows[place] }));
      const shown = line.querySelector(`[data-cell="${column.id}"]`);
      if (shown) shown.textContent = words(rows[place][column.name]);
    });
  }
  const kept = rows.filter((row, place) => filled[place]);
  rule.columns.forEach((column, place) => {
    const total = root.querySelector(`[data-total="${place}"]`);
    if (total && column.total) total.textContent = words(kept.reduce((sum, row) => sum + (row[column.name] ?? 0), 0));
  });
  return kept.length ? { ...Object.fromEntries(rule.columns.map((column) => [column.name, kept.map((row) => row[column.name])])), "#rows": kept.length } : null;
}

const words = (value) => (typeof value === "number" ? value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 6 }) : value ?? "");
// an expression that cannot be computed here says nothing: the server has the last word
function attempt(run, otherwise = null) {
  try { return run(); } catch { return otherwise; }
}

// One walk in the order of the plan: each question after what decides of it. Gives the fields whose place changed.
export function refresh() {
  const context = { values: { ...live.values }, codes: { ...live.codes }, labels: live.labels, today: live.today };
  for (const rule of live.rules) {
    const root = document.getElementById(rule.id);
    if (!root) continue;
    const shown = !rule.relevant || attempt(() => holds(rule.relevant, context), !root.hidden);
    if (root.hidden === shown) root.hidden = !shown;
    const value = shown ? valueOf(rule, root, context) : null;
    if (shown && one(root, "coded")) context.codes[rule.name] = one(root, "coded");
    else if (value !== null) context.values[rule.name] = value;
    judge(rule, root, context, value);
  }
}

function valueOf(rule, root, context) {
  if (rule.kind === "table") return table(root, rule, context);
  if (rule.kind !== "calculated") return one(root, "coded") ? null : (SCALARS[rule.kind] ?? text)(root);
  const value = attempt(() => evaluate(rule.calculation, context));
  const place = root.querySelector("[data-calculated]");
  const rounded = typeof value === "number" ? Number(value.toFixed(rule.decimals)) : value;
  const unit = { money: "€", percent: "%" }[rule.result] ?? rule.unit;
  if (place && typeof value !== "boolean") place.textContent = rounded === null ? "–" : `${words(rounded)}${typeof rounded === "number" && unit ? `\u00a0${unit}` : ""}`;
  return value;
}

function judge(rule, root, context, value) {
  const optional = root.querySelector("[data-optional]");
  if (optional && rule.required_if) optional.hidden = rule.required || attempt(() => holds(rule.required_if, context), optional.hidden);
  for (const [key, source] of Object.entries(rule.offered ?? {})) {
    const choice = root.querySelector(`[data-choice="${CSS.escape(key)}"]`);
    const offered = attempt(() => holds(source, context), true);
    if (choice) choice.hidden = !offered && !choice.querySelector("input:checked");
  }
  if (!rule.constraint || !rule.message) return;
  const place = root.querySelector("[data-problems]");
  const wrong = value !== null && !(Array.isArray(value) && !value.length) && !attempt(() => holds(rule.constraint, { ...context, own: value }), true);
  const old = [...place.children].find((line) => line.textContent === rule.message);
  if (wrong && !old) {
    const line = place.appendChild(document.createElement("p"));
    line.className = rule.soft ? "note" : "err";
    line.textContent = rule.message;
  } else if (!wrong) old?.remove();
}
