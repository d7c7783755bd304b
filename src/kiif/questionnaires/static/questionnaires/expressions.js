// The expression language of questionnaires, in the browser: twin of kiif.questionnaires.expressions (Python), which
// decides. Both answer to tests/questionnaires/expressions/cases.json. No eval: a parsed tree becomes small functions.
//
//   holds("${age} > 17 and selected(${why}, 'other')", { values: { age: 20, why: ["other"] }, today: "2026-05-13" })
//
// A value is null, a text, a number, a boolean, a list, or an object of named parts ({ start, end }); a date is a text.
// Context: values (by name of question), own (`.`), today, row (cells by name of column), labels (words of choices by
// name then key), codes (coded answers by name, read as `${name.coded}`).
import { pattern } from "./expressions-pattern.js";

const MAX_LENGTH = 2000, MAX_DEPTH = 100, MAX_NESTING = 40, MAX_TEXT = 20000, ROWS = "#rows", DAY = 864e5;

const LEVELS = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]];
const REFERENCE = "\\$\\{[ ]*([A-Za-z_][A-Za-z0-9_-]*)";
const TOKEN = new RegExp(
  "([ \\t\\r\\n]+)|([0-9]+(?:\\.[0-9]+)?|\\.[0-9]+)|('[^']*'|\"[^\"]*\")|(" + REFERENCE +
    "(?:\\.([A-Za-z0-9_.-]+))?[ ]*\\})|([a-z]+(?:[-:][a-z]+)*)|(<=|>=|!=|[=<>+*(),.-])", "y");
const NAMED = new RegExp("^" + REFERENCE + "[ ]*\\}$");
const has = Object.hasOwn;
const own = (object, key) => (object && has(object, key) ? object[key] : null);
const isWhole = (value) => value !== null && typeof value === "object";

export class ExpressionError extends Error {
  constructor(code, position) {
    super(`${code} at ${position}`);
    this.code = code;
    this.position = position;
  }
}

// --- values ---------------------------------------------------------------------------------------------------------

export function plain(value) {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "number") return tidy(value);
  if (typeof value !== "object") return value;
  const made = Array.isArray(value) ? value.map(plain) : Object.fromEntries(Object.entries(value).map(([k, v]) => [k, plain(v)]));
  return Object.values(made).some((part) => part !== null) ? made : null;
}

function tidy(x) {
  if (!Number.isFinite(x) || Math.abs(x) >= 1e15) return null;
  if (Math.abs(x) < 1e-6) return 0;
  return Number.isInteger(x) ? x : Number(x.toPrecision(14));
}

export const truth = (value) => value !== null && value !== false && value !== 0;

function inside(value) {
  return Array.isArray(value) ? value : Object.keys(value).filter((key) => key !== ROWS).sort().map((key) => value[key]);
}

const cut = (words) => (words.length <= MAX_TEXT ? words : [...words].slice(0, MAX_TEXT).join(""));

export function text(value) {
  if (value === null) return "";
  return typeof value === "object" ? cut(inside(value).map(text).filter(Boolean).join(" ")) : String(value);
}

function number(value) {
  if (value === null || typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const words = text(value).replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
  return /^-?([0-9]{1,20}(\.[0-9]{1,20})?|\.[0-9]{1,20})$/.test(words) ? tidy(Number(words)) : day(words);
}

function day(words) {
  const parts = /^([1-9][0-9]{3})-([0-9]{2})-([0-9]{2})$/.exec(words);
  if (!parts) return null;
  const days = Date.UTC(parts[1], parts[2] - 1, parts[3]) / DAY;
  return written(days) === words ? days : null;
}

const written = (days) => new Date(days * DAY).toISOString().slice(0, 10);
const isWord = (value) => typeof value === "string";
const isDay = (value) => isWord(value) && day(value) !== null;

function date(value) {
  if (isDay(value)) return value;
  const days = number(value);
  return days === null || days < -300000 || days > 2900000 ? null : written(Math.floor(days));
}

function items(value) {
  if (value === null) return [];
  if (typeof value === "string") return value.split(" ").filter(Boolean);
  return typeof value === "object" ? inside(value) : [value];
}

const many = (values) =>
  values.flatMap((value) => (value === null ? [] : typeof value === "object" ? many(inside(value)) : [value]));

const said = (value) => truth(value) && value !== "no" && value !== "false";

function same(left, right) {
  if (left === null || right === null) return left === right;
  if (typeof left === "boolean" || typeof right === "boolean") return said(left) === said(right);
  if (typeof left === "number" || typeof right === "number") return number(left) !== null && number(left) === number(right);
  return text(left) === text(right);
}

function rounded(x, places) {
  if (!Number.isInteger(places) || Math.abs(places) > 9) return null;
  const shifted = Number(`${Math.abs(x)}e${places}`);
  return shifted >= 1e15 ? x : tidy(Math.sign(x) * Number(`${Math.round(shifted)}e${-places}`));
}

const onNumber = (compute) => (value) => (number(value) === null ? null : compute(number(value)));

const extreme = (choose) => (...values) => {
  const found = many(values), figures = found.map(number).filter((x) => x !== null);
  if (!figures.length) return null;
  const best = figures.reduce((a, b) => choose(a, b));
  return found.every(isDay) ? date(best) : best;
};

function formatted(value, pattern) {
  const found = date(value);
  if (found === null) return null;
  const [y, m, d] = found.split("-");
  const parts = { Y: y, y: y.slice(2), m, n: String(+m), d, e: String(+d), "%": "%" };
  return cut(text(pattern).replace(/%([YymndeE%])/g, (all, letter) => parts[letter] ?? all)) || null;
}

const count = (total, value) => total + (isWhole(value) && has(value, ROWS) ? value[ROWS] ?? 0 : many([value]).length);

// Each function, then how many values it takes: least, most (the same when not given). Those without are made apart.
const MANY = 40;
const FUNCTIONS = {
  true: [() => true, 0],
  false: [() => false, 0],
  not: [(value) => !truth(value), 1],
  boolean: [truth, 1],
  if: [null, 3],
  coalesce: [(first, second) => first ?? second, 2],
  selected: [(value, key) => text(key) !== "" && items(value).some((item) => text(item) === text(key)), 2],
  "selected-at": [(value, place) => items(value)[number(place)] ?? null, 2],
  "count-selected": [(value) => items(value).length, 1],
  "jr:choice-name": [null, 2],
  number: [number, 1],
  int: [onNumber((x) => Math.trunc(x) + 0), 1],
  abs: [onNumber(Math.abs), 1],
  round: [(value, places = 0) => (number(places) === null ? null : onNumber((x) => rounded(x, number(places)))(value)), 1, 2],
  string: [(value) => text(value) || null, 1],
  concat: [(...values) => cut(values.map(text).join("")) || null, 1, MANY],
  "string-length": [(value) => [...text(value)].length, 1],
  contains: [(value, part) => text(value).includes(text(part)), 2],
  "starts-with": [(value, start) => text(value).startsWith(text(start)), 2],
  "ends-with": [(value, end) => text(value).endsWith(text(end)), 2],
  regex: [null, 2],
  today: [null, 0],
  date: [date, 1],
  "decimal-date-time": [(value) => number(date(value)), 1],
  "format-date": [formatted, 2],
  sum: [(...values) => many(values).reduce((total, value) => (total === null ? null : tidy(total + (number(value) ?? 0))), 0), 1, MANY],
  count: [(...values) => values.reduce(count, 0), 1, MANY],
  min: [extreme(Math.min), 1, MANY],
  max: [extreme(Math.max), 1, MANY],
};

// Each operator, then what it gives when a side is not a number.
const divided = (a, b) => (b === 0 ? null : tidy(a / b));
const ON_NUMBERS = {
  "<": [(a, b) => a < b, false],
  "<=": [(a, b) => a <= b, false],
  ">": [(a, b) => a > b, false],
  ">=": [(a, b) => a >= b, false],
  "+": [(a, b) => tidy(a + b), null],
  "-": [(a, b) => tidy(a - b), null],
  "*": [(a, b) => tidy(a * b), null],
  div: [divided, null],
  mod: [(a, b) => (divided(a, b) === null ? null : tidy(a - b * Math.trunc(divided(a, b)))), null],
};

function binary(operator, left, right) {
  if (operator === "or") return (c) => truth(left(c)) || truth(right(c));
  if (operator === "and") return (c) => truth(left(c)) && truth(right(c));
  if (operator === "=") return (c) => same(left(c), right(c));
  if (operator === "!=") return (c) => !same(left(c), right(c));
  const [compute, nothing] = ON_NUMBERS[operator];
  return (c) => {
    const a = number(left(c)), b = number(right(c));
    return a === null || b === null ? nothing : compute(a, b);
  };
}

function find(context, name, part) {
  if (part === "coded") return own(context.codes, name);
  if (!part && context.row && has(context.row, name)) return plain(context.row[name]);
  const value = plain(own(context.values, name));
  if (!part) return value;
  return isWhole(value) && !Array.isArray(value) ? own(value, part) : null;
}

// --- reading --------------------------------------------------------------------------------------------------------

// A node is { run, at, depth, literal? }: `run` takes a context.
function read(source) {
  const seen = [], tokens = [];
  let at = 0, next = 0, nesting = 0;
  const fail = (code, place) => {
    throw new ExpressionError(code, [...source.slice(0, place)].length);
  };
  if ([...source].length > MAX_LENGTH) throw new ExpressionError("too-long", MAX_LENGTH);
  while (at < source.length) {
    TOKEN.lastIndex = at;
    const found = TOKEN.exec(source);
    if (!found) fail({ "'": "quote", '"': "quote", $: "reference" }[source[at]] ?? "character", at);
    const [all, space, figures, words, reference, name, part, word] = found;
    if (!space) tokens.push({ kind: figures ? "number" : words ? "text" : reference ? "reference" : word ? "word" : "sign", text: all, at, name, part });
    at += all.length;
  }
  const end = { kind: "end", text: "", at: source.length };
  const peek = () => tokens[next] ?? end;
  const take = () => tokens[next++] ?? end;
  const node = (at, run, ...inner) => ({ at, run, depth: 1 + Math.max(0, ...inner.map((one) => one.depth)) });
  const literal = (at, value) => ({ ...node(at, () => plain(value)), literal: value });

  function level(n) {
    if (n === LEVELS.length) return unary();
    let left = level(n + 1);
    while (["sign", "word"].includes(peek().kind) && LEVELS[n].includes(peek().text)) {
      const operator = take(), right = level(n + 1);
      left = node(operator.at, binary(operator.text, left.run, right.run), left, right);
    }
    return left;
  }

  function unary() {
    if (++nesting > MAX_NESTING) fail("too-deep", peek().at);
    const token = take();
    let made;
    if (token.text === "-") {
      const inner = unary();
      made = node(token.at, (c) => onNumber((x) => 0 - x)(inner.run(c)), inner);
    } else made = primary(token);
    nesting--;
    return made;
  }

  function primary({ kind, text: words, at: place, name, part }) {
    if (kind === "number") return literal(place, Number(words));
    if (kind === "text") return literal(place, words.slice(1, -1));
    if (kind === "reference") {
      seen.push({ name, part: part ?? "" });
      return node(place, (c) => find(c, name, part));
    }
    if (words === ".") return node(place, (c) => plain(c.own));
    if (words === "(") {
      const inner = level(0);
      close();
      return inner;
    }
    if (kind === "word" && !["or", "and", "div", "mod"].includes(words)) return call(words, place);
    return fail(kind === "end" ? "end" : "unexpected", place);
  }

  function close() {
    const token = take();
    if (token.text !== ")") fail("closing", token.at);
  }

  function call(name, place) {
    if (peek().text !== "(") fail("word", place);
    if (!has(FUNCTIONS, name)) fail("function", place);
    take();
    const inner = [];
    if (peek().text !== ")") {
      do inner.push(level(0));
      while (peek().text === "," && take());
    }
    close();
    const [compute, least, most = least] = FUNCTIONS[name];
    if (inner.length < least || inner.length > most) fail("arguments", place);
    const second = inner[1]?.literal;
    let run;
    const [a, b, d] = inner.map((one) => one.run);
    if (name === "if") run = (c) => (truth(a(c)) ? b(c) : d(c));
    else if (name === "today") run = (c) => c.today ?? written(Math.floor(Date.now() / DAY));
    else if (name === "regex") {
      if (!isWord(second)) fail("pattern-literal", inner[1].at);
      const matches = pattern(second);
      if (!matches) fail("pattern", inner[1].at);
      run = (c) => matches(text(a(c)));
    } else if (name === "jr:choice-name") {
      const [, question] = NAMED.exec(isWord(second) ? second : "") ?? fail("choice-name", inner[1].at);
      run = (c) => own(own(c.labels, question), text(a(c))) ?? (text(a(c)) || null);
    } else run = (c) => compute(...inner.map((one) => one.run(c)));
    return node(place, run, ...inner);
  }

  const whole = level(0);
  if (peek() !== end) fail("unexpected", peek().at);
  if (whole.depth > MAX_DEPTH) throw new ExpressionError("too-deep", 0);
  return { run: whole.run, references: seen };
}

const known = new Map();

function compiled(source) {
  if (!known.has(source)) known.set(source, read(source));
  return known.get(source);
}

export const evaluate = (source, context) => compiled(source).run(context);
export const holds = (source, context) => truth(evaluate(source, context));
export const references = (source) => (source.trim() ? compiled(source).references : []);
