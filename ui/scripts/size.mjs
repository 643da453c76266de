// Fails when the JavaScript that a page needs before its first paint is more
// than the budget. It reads Vite's manifest, so `npm run build` comes first.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budgetBytes = 350_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function gzipped(file) {
  return gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;
}

/** The keys of a chunk and of everything it imports without waiting. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const sum = (keys) =>
  [...new Set([...keys].map((k) => manifest[k].file))]
    .filter((f) => f.endsWith(".js"))
    .reduce((bytes, f) => bytes + gzipped(f), 0);

const entry = Object.keys(manifest).find((k) => manifest[k].isEntry);
const shell = closure(entry);
const pages = Object.keys(manifest).filter((k) => /^src\/pages\/[^/]+\/[A-Z]\w*Page\.tsx$/.test(k));
if (pages.length === 0) throw new Error("size: the manifest names no page");

let worst = 0;
for (const page of pages) {
  const bytes = sum(closure(page, new Set(shell)));
  worst = Math.max(worst, bytes);
  console.log(`${page}: ${(bytes / 1000).toFixed(1)} kB gzip before the first paint`);
}
if (worst > budgetBytes) {
  console.error(`size: ${worst} bytes is more than the budget of ${budgetBytes}`);
  process.exit(1);
}
