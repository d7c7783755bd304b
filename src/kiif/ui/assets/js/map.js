// <kiif-map>: territories from our own tiles, coloured by one number each. Loaded by pages with a map only.
// Everything that the map says is also in the list beside it; without WebGL or tiles a sentence says so.
import { Map as Chart, NavigationControl, AttributionControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { bounds as frameOf, colours, hatch, label, legend, numberWriter } from "./map-parts.js";
import { style } from "./map-style.js";

class KiifMap extends HTMLElement {
  connectedCallback() {
    if (this.map || !this.isConnected) return;
    this.config = JSON.parse(this.querySelector("script[type='application/json']").textContent);
    this.info = this.querySelector(".map-info");
    this.picked = new Set(this.config.picked ?? []);
    this.write = numberWriter(document.documentElement.lang, this.config.decimals);
    setWorkerUrl(this.dataset.worker);
    this.figures = this.config.values ? this.fetchFigures() : null; // beside the tiles, not after them
    try {
      this.draw();
    } catch (error) {
      this.fail(error);
    }
  }

  disconnectedCallback() {
    this.theme?.removeEventListener("change", this.repaint);
    this.map?.remove();
    this.map = undefined;
  }

  draw() {
    this.map = new Chart({
      container: this.querySelector(".map-canvas"),
      style: style(this.config, colours(this), new URL(this.config.tiles, location.href).href),
      bounds: frameOf(this.config.bounds),
      fitBoundsOptions: { padding: 16 },
      maxBounds: this.config.maxBounds ?? undefined,
      minZoom: Math.max(3.5, Math.min(this.config.fromZoom ?? 0, 4)),
      maxZoom: 13,
      attributionControl: false,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      fadeDuration: 0,
      locale: this.config.locale,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new ScaleControl({ unit: "metric" }), "bottom-left");
    this.map.addControl(new AttributionControl({ compact: false, customAttribution: this.config.credit }), "bottom-right");
    this.map.on("error", (event) => console.info("map:", event.error?.message));
    this.map.setMissingStyleImageResolver((id) => { if (id === "hatch") this.map.addImage(id, hatch(colours(this)), { pixelRatio: 2 }); });
    // States of territories are given before their tiles come: these are then drawn once.
    this.map.once("style.load", () => this.dress());
    this.map.on("zoom", () => { if (this.far !== this.isFar()) this.greet(); });
    this.greet();
    this.map.on("webglcontextlost", () => this.fail(new Error("webgl")));
    this.listen();
  }

  // What can be read and pointed at is drawn: the mark is read by the benchmark of the map.
  ready() {
    this.dataset.ready = "true";
    requestAnimationFrame(() => requestAnimationFrame(() => performance.mark("kiif-map-usable")));
  }

  // Seen from too far, the tiles do not hold the layer: the map says what to do instead of looking empty.
  isFar() { return this.map.getZoom() < (this.config.fromZoom ?? 0); }

  greet() {
    this.far = this.isFar();
    this.say(this.far ? this.config.texts.closer : this.config.texts.hint);
  }

  async dress() {
    for (const code of this.picked) this.mark(code, { picked: true });
    if (this.config.selected) this.mark(this.config.selected, { mine: true });
    const body = await this.figures;
    if (!this.map) return;
    if (body) this.join(body);
    else if (this.config.values) this.say(this.config.texts.noValues);
    const done = () => {
      if (this.map.queryRenderedFeatures({ layers: ["ground"] }).length) this.ready();
      else this.fail(new Error("no tile"));
    };
    this.map.once("idle", done);
    this.map.triggerRepaint(); // it may have been idle before the figures came
  }

  // Figures come apart from the outlines: {code: value}, or {values: {…}, breaks: […]}. Null when they do not come.
  async fetchFigures() {
    try {
      const response = await fetch(this.config.values, { headers: { Accept: "application/json" } });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  }

  join(body) {
    this.values = body.values ?? body;
    this.breaks = body.breaks ?? this.config.breaks ?? [];
    for (const [code, value] of Object.entries(this.values)) {
      this.mark(code, { class: this.breaks.filter((bound) => value >= bound).length + 1 });
    }
    legend(this.querySelector(".map-legend"), this);
  }

  mark(code, state) {
    this.map.setFeatureState({ source: "territories", sourceLayer: this.config.layer, id: code }, state);
  }

  listen() {
    const { map } = this;
    map.on("mousemove", "area", (event) => this.point(event.features[0]));
    map.on("mouseleave", "area", () => this.point(null));
    map.on("click", "area", (event) => this.choose(event.features[0]));
    this.repaint = () => { for (const [layer, property, value] of label.paints(colours(this), this.config.layer)) map.setPaintProperty(layer, property, value); };
    this.theme = matchMedia("(prefers-color-scheme: dark)");
    this.theme.addEventListener("change", this.repaint);

    // by keyboard: the arrows move the map, what is under its centre is said, Enter opens it
    const canvas = map.getCanvas();
    const centre = () => map.queryRenderedFeatures(map.project(map.getCenter()), { layers: ["area"] })[0];
    const follow = () => { if (document.activeElement === canvas && canvas.matches(":focus-visible")) this.point(centre() ?? null); };
    map.on("moveend", follow);
    canvas.addEventListener("focus", follow);
    canvas.addEventListener("blur", () => this.point(null));
    canvas.addEventListener("keydown", (event) => {
      const feature = event.key === "Enter" && centre();
      if (feature) this.choose(feature);
    });

    // the list beside: what has the focus or the pointer there is outlined here
    for (const kind of ["pointerover", "focusin"]) {
      document.addEventListener(kind, (event) => {
        const code = event.target.closest?.("[data-map-code]")?.dataset.mapCode;
        if (code !== this.listed) this.outline(code);
        this.listed = code;
      });
    }
    document.addEventListener("change", (event) => {
      const { mapCode } = event.target.dataset ?? {};
      if (mapCode && event.target.type === "checkbox") this.pick(mapCode, event.target.checked);
    });
  }

  outline(code) {
    if (this.hot) this.mark(this.hot, { hot: false });
    this.hot = code;
    if (code) this.mark(code, { hot: true });
  }

  point(feature) {
    const code = feature?.properties.code;
    if (code === this.hot) return;
    this.outline(code);
    this.map.getCanvas().style.cursor = feature ? "pointer" : "";
    if (feature) this.say(this.sentence(feature.properties));
    else this.greet();
  }

  sentence({ code, name }) {
    if (!this.values) return name;
    const value = this.values[code];
    const text = value === undefined ? this.config.texts.unknown : [this.write(value), this.config.unit].filter(Boolean).join("\u00a0");
    return `${name}${this.config.texts.colon}${text}`;
  }

  say(text) { this.info.textContent = text ?? ""; }

  choose(feature) {
    const { code, name } = feature.properties;
    if (this.config.pick) {
      this.pick(code, !this.picked.has(code));
      this.dispatchEvent(new CustomEvent("kiif-map-pick", { bubbles: true, detail: { code, name, picked: this.picked.has(code) } }));
    } else if (this.config.page) {
      location.assign(this.config.page.replace("CODE", encodeURIComponent(code)));
    }
  }

  // Keeps the map and the list (checkboxes with data-map-code) in step.
  pick(code, picked) {
    if (picked) this.picked.add(code);
    else this.picked.delete(code);
    this.mark(code, { picked });
    const box = document.querySelector(`input[type="checkbox"][data-map-code="${CSS.escape(code)}"]`);
    if (box) box.checked = picked;
  }

  fail(error) {
    console.info("map:", error.message);
    this.map?.remove();
    this.map = undefined;
    this.dataset.failed = "true";
    this.querySelector(".map-fallback").hidden = false;
  }
}

customElements.define("kiif-map", KiifMap);
