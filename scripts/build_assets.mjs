// Builds what browsers read: styles, scripts and fonts, from src/kiif/ui/assets into src/kiif/ui/static/build.
// `node scripts/build_assets.mjs` builds once; `--watch` builds again at each change (fonts only once).
import { createRequire } from "node:module";
import { copyFile, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import subsetFont from "subset-font";

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const assets = path.join(root, "src/kiif/ui/assets");
const out = path.join(root, "src/kiif/ui/static/build");
const modules = path.dirname(path.dirname(require.resolve("esbuild/package.json")));

const range = (from, to) => Array.from({ length: to - from + 1 }, (_, i) => String.fromCodePoint(from + i)).join("");
const latin = range(0x20, 0x7e) + range(0xa0, 0xff) + "ŒœŸ‐‑–—‘’‚“”„•…‰′″‹›⁄€™−←↑→↓≈≤≥×\u2002\u2003\u2009\u200b\u202f";
const latinExtended = range(0x100, 0x17f) + range(0x1c4, 0x233) + range(0x1e00, 0x1eff);

// One width and one optical size for titles, one weight for legends: a third of the weight of the whole axes.
const title = { opsz: 36, wdth: 86, wght: { min: 460, max: 700 } };
const fonts = [
  ["bricolage-grotesque", "latin-standard-normal", "bricolage.woff2", latin, title],
  ["bricolage-grotesque", "latin-ext-standard-normal", "bricolage-ext.woff2", latinExtended, title],
  ["atkinson-hyperlegible-next", "latin-wght-normal", "atkinson.woff2", latin, { wght: { min: 400, max: 700 } }],
  ["atkinson-hyperlegible-next", "latin-ext-wght-normal", "atkinson-ext.woff2", latinExtended, { wght: { min: 400, max: 700 } }],
  ["newsreader", "latin-wght-italic", "newsreader-italic.woff2", latin, { wght: 400 }],
];

// The same faces for prints, which do not read the format of browsers: one weight a file.
const printFonts = [
  ["atkinson-hyperlegible-next", "latin-wght-normal", "atkinson-400.ttf", latin, { wght: 400 }],
  ["atkinson-hyperlegible-next", "latin-wght-normal", "atkinson-700.ttf", latin, { wght: 700 }],
  ["bricolage-grotesque", "latin-standard-normal", "bricolage-600.ttf", latin, { opsz: 36, wdth: 86, wght: 600 }],
];

async function buildPrintFonts() {
  await mkdir(path.join(out, "print-fonts"), { recursive: true });
  for (const [family, file, name, text, variationAxes] of printFonts) {
    const source = path.join(modules, "@fontsource-variable", family, "files", `${family}-${file}.woff2`);
    await writeFile(path.join(out, "print-fonts", name), await subsetFont(await readFile(source), text, { targetFormat: "truetype", variationAxes }));
  }
}

async function buildFonts() {
  await mkdir(path.join(out, "fonts"), { recursive: true });
  for (const [family, file, name, text, variationAxes] of fonts) {
    const source = path.join(modules, "@fontsource-variable", family, "files", `${family}-${file}.woff2`);
    const font = await subsetFont(await readFile(source), text, { targetFormat: "woff2", variationAxes });
    await writeFile(path.join(out, "fonts", name), font);
  }
}

const options = {
  entryPoints: {
    app: path.join(assets, "js/app.js"),
    map: path.join(assets, "js/map.js"),
    "app-style": path.join(assets, "css/app.css"),
    "map-style": path.join(assets, "css/map-page.css"),
  },
  outdir: out,
  bundle: true,
  format: "esm",
  minify: true,
  target: ["es2022", "chrome123", "firefox128", "safari17.5"],
  external: ["fonts/*"],
  legalComments: "none",
  logLevel: "warning",
};

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await buildFonts();
await buildPrintFonts();
await copyFile(path.join(modules, "maplibre-gl/dist/maplibre-gl-worker.mjs"), path.join(out, "map-worker.mjs"));
await copyFile(path.join(assets, "icon.svg"), path.join(out, "icon.svg"));
if (process.argv.includes("--watch")) {
  const context = await esbuild.context(options);
  await context.watch();
} else {
  const { metafile } = await esbuild.build({ ...options, metafile: true });
  for (const file of Object.keys(metafile.outputs)) {
    const { size } = await stat(path.resolve(file));
    console.log(`${path.relative(root, path.resolve(file))}  ${(size / 1024).toFixed(1)} kB`);
  }
}
