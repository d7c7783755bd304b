// The style of the map: land, classes, limits, names. Names are drawn with our own fonts, no glyph server is asked.
import { areaColour } from "./map-parts.js";

const NAMES_FROM = { regions: 5, departments: 6.2, epci: 8, living_areas: 8, communes: 9.7 };

// Of 35,000 communes seen from afar, the limits would hide the colours.
const LIMITS = { communes: [6.2, 0] };

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

// Put over the classes once the hatch is drawn.
export const unknown = (layer) => ({
  id: "unknown",
  type: "fill",
  source: "territories",
  "source-layer": layer,
  paint: { "fill-pattern": "hatch", "fill-opacity": ["case", ["==", ["coalesce", ["feature-state", "class"], 0], 0], 1, 0] },
});

export function style(config, c, tiles) {
  const { layer } = config;
  return {
    version: 8,
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
      { id: "area", type: "fill", source: "territories", "source-layer": layer, paint: { "fill-color": areaColour(c) } },
      line("limits", layer, c["rule-2"], ["interpolate", ["linear"], ["zoom"], ...(LIMITS[layer] ?? [4, 0.2]), 8, 0.7, 12, 1.2]),
      line("limits-departments", "departments", c["ink-3"], ["interpolate", ["linear"], ["zoom"], 4, 0.4, 9, 1.2]),
      line("limits-regions", "regions", c.ink, ["interpolate", ["linear"], ["zoom"], 4, 0.8, 9, 1.6]),
      line("mine", layer, c.bistre, when("mine", 4)),
      line("hot", layer, c.bistre, when("hot", 2.5)),
      {
        id: "names", type: "symbol", source: "territories", "source-layer": layer, minzoom: NAMES_FROM[layer] ?? 8,
        layout: { "text-field": ["get", "name"], "text-font": ["Bricolage"], "text-size": ["interpolate", ["linear"], ["zoom"], 6, 12, 11, 15], "text-max-width": 7, "text-padding": 6 },
        paint: { "text-color": c.ink, "text-halo-color": c.paper, "text-halo-width": 1.6 },
      },
    ],
  };
}
