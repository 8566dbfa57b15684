// Builds what the browser loads into src/hotline/core/static/core/build: scripts, style sheets, one sprite of icons.
import { build, context } from "esbuild";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "../src/hotline/core/static/core/build");

const options = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  entryPoints: {
    app: "src/app.ts",
    map: "src/map.ts",
    phone: "src/phone/window.ts",
    spatial: "src/spatial.ts",
    theme: "src/theme-early.ts",
    "app-style": "css/app.css",
    "map-style": "css/map.css",
    "insight-style": "css/insight.css",
    "planning-style": "css/planning.css",
  },
  format: "iife",
  legalComments: "none",
  loader: { ".png": "dataurl", ".svg": "dataurl" },
  logLevel: "warning",
  minify: true,
  outdir: out,
  target: ["chrome123", "firefox121", "safari17.5"],
};

/** One SVG holding a <symbol> for each name in icons.txt; a name that does not exist fails the build. */
async function sprite() {
  const names = (await readFile(join(here, "icons.txt"), "utf8"))
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !line.startsWith("#"));
  const symbols = await Promise.all(
    names.map(async (name) => {
      const source = await readFile(join(here, `node_modules/@tabler/icons/icons/outline/${name}.svg`), "utf8");
      const inner = source
        .replace(/<!--[\s\S]*?-->/g, "")
        .replace(/^[\s\S]*?<svg[^>]*>/, "")
        .replace(/<\/svg>\s*$/, "")
        .replace(/\s+/g, " ")
        .trim();
      const look = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"';
      return `<symbol id="${name}" viewBox="0 0 24 24"><g ${look}>${inner}</g></symbol>`;
    }),
  );
  await writeFile(join(out, "sprite.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

await rm(out, { recursive: true, force: true });
await mkdir(out, { recursive: true });
await sprite();
if (process.argv.includes("--watch")) {
  await (await context(options)).watch();
} else {
  await build(options);
}
