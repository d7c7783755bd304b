// Regular expressions in linear time, for expressions.js: states walked along the text, never a way back. Twin of
// kiif.questionnaires.expressions.regular (Python).

const SHORT = { d: /[0-9]/, w: /[A-Za-z0-9_]/, s: /[ \t\n\r\f\v]/ };
const CONTROLS = { n: "\n", t: "\t", r: "\r" };
const has = Object.hasOwn;

// A function that tells whether a whole text is described, or null when the pattern cannot be read.
export function pattern(source) {
  const chars = [...source], states = [];
  let at = 0, depth = 0, left = 6000;
  const bad = () => { throw new RangeError(); };
  const take = () => chars[at++] ?? bad();
  const more = (set) => at < chars.length && set.includes(chars[at]);
  const accept = (char) => more([char]) && !!++at;
  const code = (char) => char.codePointAt(0);
  const between = (low, high = low) => (c) => code(low) <= code(c) && code(c) <= code(high);
  const not = (test) => (c) => !test(c);
  const add = (kind, test, out) => (states.length < 600 ? states.push({ kind, test, out }) - 1 : bad());

  function alternatives() {
    const options = [sequence()];
    while (accept("|")) options.push(sequence());
    return (then) => (step(), options.length === 1 ? options[0](then) : add("split", null, options.map((one) => one(then))));
  }

  const step = () => --left < 0 && bad();

  function sequence() {
    const pieces = [];
    while (at < chars.length && !more("|)")) pieces.push(repeated(atom()));
    return (then) => (step(), pieces.reduceRight((after, piece) => piece(after), then));
  }

  function repeated(piece) {
    if (!more("*+?{")) return piece;
    if (piece.anchor) bad();
    const sign = take();
    const [least, most] = sign === "{" ? counts() : { "*": [0], "+": [1], "?": [0, 1] }[sign];
    if (more("*+?{")) bad();
    return (then) => {
      step();
      if (most === undefined) {
        const loop = add("split", null, [then]);
        states[loop].out.push(piece(loop));
        then = loop;
      } else {
        const end = then;
        for (let i = least; i < most; i++) then = add("split", null, [end, piece(then)]);
      }
      for (let i = 0; i < least; i++) then = piece(then);
      return then;
    };
  }

  function counts() {
    const [all, least, comma, most] = /^([0-9]{1,4})(,([0-9]{0,4}))?\}/.exec(chars.slice(at, at + 10).join("")) ?? bad();
    at += all.length;
    const bounds = [+least, comma ? (most ? +most : undefined) : +least];
    return bounds[0] > 200 || bounds[1] > 200 || bounds[1] < bounds[0] ? bad() : bounds;
  }

  const testing = (test) => (then) => (step(), add("test", test, [then]));

  function atom() {
    const char = take();
    if (char === "(") return group();
    if (char === "[") return testing(members());
    if (char === "\\") return testing(escaped());
    if (char === "^" || char === "$") return Object.assign((then) => (step(), add(char, null, [then])), { anchor: true });
    if ("*+?{})]".includes(char)) bad();
    return testing(char === "." ? (c) => c !== "\n" : between(char));
  }

  function group() {
    if (accept("?") && !accept(":")) bad();
    if (++depth > 20) bad();
    const piece = alternatives();
    depth--;
    return accept(")") ? piece : bad();
  }

  function escaped() {
    const char = take(), small = char.toLowerCase();
    if (has(SHORT, small)) {
      const test = (c) => SHORT[small].test(c);
      return char === small ? test : not(test);
    }
    if (small === "p") {
      const name = /^\{(Lu|Ll|L|N)\}/.exec(chars.slice(at, at + 4).join("")) ?? bad();
      at += name[0].length;
      const category = new RegExp(`\\p{${name[1]}}`, "u"), test = (c) => category.test(c);
      return char === "p" ? test : not(test);
    }
    return between(literal(char));
  }

  const literal = (char) => (has(CONTROLS, char) ? CONTROLS[char] : /[A-Za-z0-9]/.test(char) ? bad() : char);

  function members() {
    const negative = accept("^"), tests = [];
    while (!accept("]")) tests.push(member());
    if (!tests.length) bad();
    return (c) => tests.some((test) => test(c)) !== negative;
  }

  function member() {
    let low = take();
    if (low === "[") bad();
    if (low === "\\") {
      if (more("dwsDWSpP")) return escaped();
      low = literal(take());
    }
    if (!more("-") || at + 1 >= chars.length || chars[at + 1] === "]") return between(low);
    at++;
    let high = take();
    if (high === "[") bad();
    if (high === "\\") high = literal(take());
    return code(high) < code(low) ? bad() : between(low, high);
  }

  function reach(waiting, first, last) {
    const met = new Set();
    while (waiting.length) {
      const index = waiting.pop();
      if (met.has(index)) continue;
      met.add(index);
      const { kind, out } = states[index];
      if (kind === "split" || (kind === "^" && first) || (kind === "$" && last)) waiting.push(...out);
    }
    return met;
  }

  let start;
  try {
    add("done", null, []);
    const piece = alternatives();
    if (at < chars.length) bad();
    start = piece(0);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
  return (words) => {
    const letters = [...words];
    if (letters.length > 1000) return false;
    let current = reach([start], true, !letters.length);
    letters.forEach((letter, place) => {
      const nexts = [...current].map((index) => states[index]).filter((state) => state.test?.(letter));
      current = reach(nexts.flatMap((state) => state.out), false, place === letters.length - 1);
    });
    return current.has(0);
  };
}
