// The style of the map: land, classes, limits, names. Names are drawn with our own fonts, no glyph server is asked.
import { LIMITS_FROM, areaColour } from "./map-parts.js";

const NAMES_FROM = { regions: 5, departments: 6.2, epci: 8, living_areas: 8, communes: 9.7 };

const line = (id, layer, colour, width, extra = {}) => ({
  id,
  type: "line",
  source: "territories",
  "source-layer": layer,
  layout: { "line-join": "round" },
  paint: { "line-color": colour, "line-width": width },
  ...extra,
});
const when = (state, width) => ["case", ["boolean", ["feature-state", state], false], width, 0];

// Over the classes, where the figure is not known. The map gives the picture "hatch" when it is asked for.
const unknown = (layer) => ({
  id: "unknown",
  type: "fill",
  source: "territories",
  "source-layer": layer,
  paint: { "fill-pattern": "hatch", "fill-antialias": false, "fill-opacity": ["case", ["==", ["coalesce", ["feature-state", "class"], 0], 0], 1, 0] },
});

export function style(config, c, tiles) {
  const { layer } = config;
  const near = LIMITS_FROM[layer] ? { minzoom: LIMITS_FROM[layer] } : {};
  const sharp = LIMITS_FROM[layer] ? ["step", ["zoom"], false, LIMITS_FROM[layer], true] : true;
  return {
    version: 8,
    transition: { duration: 0, delay: 0 },
    sources: {
      territories: {
        type: "vector",
        tiles: [tiles.replaceAll("%7B", "{").replaceAll("%7D", "}")],
        minzoom: config.minZoom ?? 3,
        maxzoom: config.maxZoom ?? 9,
        promoteId: "code",
      },
    },
    layers: [
      { id: "sea", type: "background", paint: { "background-color": c.paper } },
      { id: "ground", type: "fill", source: "territories", "source-layer": "departments", paint: { "fill-color": c.land } },
      { id: "area", type: "fill", source: "territories", "source-layer": layer, paint: { "fill-color": areaColour(c, layer), "fill-antialias": sharp } },
      ...(config.values && config.hatched ? [unknown(layer)] : []),
      line("limits", layer, c["rule-2"], ["interpolate", ["linear"], ["zoom"], ...(LIMITS_FROM[layer] ? [LIMITS_FROM[layer], 0] : [4, 0.2]), 8, 0.7, 12, 1.2], near),
      line("limits-departments", "departments", c["ink-3"], ["interpolate", ["linear"], ["zoom"], 4, 0.4, 9, 1.2]),
      line("limits-regions", "regions", c.ink, ["interpolate", ["linear"], ["zoom"], 4, 0.8, 9, 1.6]),
      line("mine", layer, c.bistre, when("mine", 4), near),
      line("hot", layer, c.bistre, when("hot", 2.5), near),
      {
        id: "names", type: "symbol", source: "territories", "source-layer": layer, minzoom: NAMES_FROM[layer] ?? 8,
        layout: { "text-field": ["get", "name"], "text-font": ["Bricolage"], "text-size": ["interpolate", ["linear"], ["zoom"], 6, 12, 11, 15], "text-max-width": 7, "text-padding": 6 },
        paint: { "text-color": c.ink, "text-halo-color": c.paper, "text-halo-width": 1.6 },
      },
    ],
  };
}
