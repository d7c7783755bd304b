// Small parts of the map: colours from the tokens, the hatch of what is not known, the legend, numbers.

const TOKENS = ["paper", "sheet", "land", "ink", "ink-2", "ink-3", "rule", "rule-2", "bistre", "bistre-tint", "bleu", "bleu-tint", "vert-tint", "class-1", "class-2", "class-3", "class-4", "class-5", "class-6"];

// The browser resolves light-dark() for us: a probe takes each token as its colour.
export function colours(host) {
  const probe = document.createElement("span");
  probe.className = "map-probe";
  host.append(probe);
  const found = {};
  for (const token of TOKENS) {
    probe.style.color = `var(--${token})`;
    found[token] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

export function hatch(palette) {
  const size = 16;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d");
  pen.strokeStyle = palette["rule-2"];
  pen.globalAlpha = 0.55;
  pen.lineWidth = 1.4;
  pen.beginPath();
  for (const shift of [-size / 2, size / 2, size * 1.5]) {
    pen.moveTo(shift - size / 2, size);
    pen.lineTo(shift + size / 2, 0);
  }
  pen.stroke();
  return pen.getImageData(0, 0, size, size);
}

// [west, south, east, north] or metropolitan France.
export function bounds(box) {
  const [west, south, east, north] = box ?? [-5.2, 41.3, 9.7, 51.2];
  return [[west, south], [east, north]];
}

export function numberWriter(language, decimals) {
  const format = new Intl.NumberFormat(language, { maximumFractionDigits: decimals ?? 1 });
  return (value) => format.format(value);
}

export function legend(list, { breaks, write, config, values }) {
  if (!list || !breaks.length) return;
  const known = Object.values(values);
  const edges = [Math.min(...known), ...breaks, Math.max(...known)];
  const rows = edges.slice(1).map((edge, index) => [`c${index + 1}`, config.texts.range.replace("{low}", write(edges[index])).replace("{high}", write(edge))]);
  list.replaceChildren(...[...rows, ["none", config.texts.unknown]].map(([css, text]) => {
    const item = document.createElement("li");
    const swatch = document.createElement("i");
    swatch.className = `swatch ${css}`;
    item.append(swatch, text);
    return item;
  }));
  list.hidden = false;
}

// Paints that follow the theme when it changes.
export const label = {
  paints(c, layer) {
    return [
      ["sea", "background-color", c.paper],
      ["ground", "fill-color", c.land],
      ["area", "fill-color", areaColour(c, layer)],
      ["limits", "line-color", c["rule-2"]],
      ["limits-departments", "line-color", c["ink-3"]],
      ["limits-regions", "line-color", c.ink],
      ["hot", "line-color", c.bistre],
      ["mine", "line-color", c.bistre],
      ["names", "text-color", c.ink],
      ["names", "text-halo-color", c.paper],
    ];
  },
};

// From this zoom on, limits are drawn. 35,000 communes seen from farther away: their limits would hide the colours and
// cost more than all the rest of the map; what is pointed at is then filled, not outlined.
export const LIMITS_FROM = { communes: 6.2 };

export function areaColour(c, layer) {
  const classes = ["match", ["coalesce", ["feature-state", "class"], 0], 1, c["class-1"], 2, c["class-2"], 3, c["class-3"], 4, c["class-4"], 5, c["class-5"], 6, c["class-6"], c.land];
  const is = (state) => ["boolean", ["feature-state", state], false];
  const near = ["case", is("picked"), c["bistre-tint"], classes];
  if (!LIMITS_FROM[layer]) return near;
  return ["step", ["zoom"], ["case", ["any", is("hot"), is("mine")], c.bistre, ...near.slice(1)], LIMITS_FROM[layer], near];
}
