import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

function runnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The Chromium to test with: `CHROMIUM`, else the first of the usual names in PATH. */
export function findChromium(): string {
  const chosen = process.env["CHROMIUM"];
  if (chosen !== undefined && chosen !== "") {
    if (runnable(chosen)) return chosen;
    throw new Error(`CHROMIUM names ${chosen}, which cannot be run.`);
  }
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(runnable);
    if (found !== undefined) return found;
  }
  throw new Error("No Chromium was found. Install it (on Debian: apt-get install chromium), or set CHROMIUM to its path.");
}
