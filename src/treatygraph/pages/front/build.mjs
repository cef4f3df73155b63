// Bundle what the pages load into ../built, beside and renamed, with the licences of what is bundled.
import { build } from "esbuild";
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "built");
const beside = mkdtempSync(join(here, "..", ".built-"));

const { metafile } = await build({
  absWorkingDir: here,
  entryPoints: ["map.js", "site.js", "editor.js", "local.js"],
  outdir: beside,
  bundle: true,
  format: "esm",
  target: "es2021",
  minify: true,
  legalComments: "none",
  loader: { ".png": "dataurl", ".svg": "dataurl" },
  external: ["./local.js"],
  metafile: true,
});
cpSync(join(here, "node_modules/oxigraph/web_bg.wasm"), join(beside, "oxigraph.wasm"));

// Of every package that a bundle contains, its name, version, licence and the text of the licence.
const names = new Set(["oxigraph"]);
for (const input of Object.keys(metafile.inputs)) {
  const match = input.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//);
  if (match) names.add(match[1]);
}
// The editor comes as one file: what it consists of is what it depends on.
const waiting = [...names];
while (waiting.length) {
  const about = JSON.parse(readFileSync(join(here, "node_modules", waiting.pop(), "package.json"), "utf8"));
  for (const name of Object.keys(about.dependencies ?? {})) {
    if (!names.has(name) && existsSync(join(here, "node_modules", name))) {
      names.add(name);
      waiting.push(name);
    }
  }
}
const notices = [...names].sort().map((name) => {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  const text = file ? readFileSync(join(folder, file), "utf8").trim() : "";
  return `${name} ${about.version}: ${about.license?.type ?? about.license ?? "see its text"}\n${text}`;
});
writeFileSync(join(beside, "licences.txt"), `${notices.join(`\n\n${"-".repeat(78)}\n\n`)}\n`);

chmodSync(beside, 0o755);
rmSync(target, { recursive: true, force: true });
renameSync(beside, target);
