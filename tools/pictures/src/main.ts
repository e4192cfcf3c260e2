// Makes the pictures that the documentation shows: pnpm pictures [NAME…] [--check]
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { envPictures } from "./envs.ts";
import type { Picture } from "./picture.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "../../..");
const sets: Readonly<Record<string, () => readonly Picture[]>> = { envs: envPictures };

const args = process.argv.slice(2);
const check = args.includes("--check");
const names = args.filter((arg) => arg !== "--check");
for (const name of names) {
  if (!(name in sets)) {
    console.error(`pictures: unknown set "${name}", expected ${Object.keys(sets).join(", ")} or --check; leave it out to make all.`);
    process.exit(2);
  }
}

let stale = 0;
for (const [name, make] of Object.entries(sets)) {
  if (names.length > 0 && !names.includes(name)) continue;
  for (const { path, bytes } of make()) {
    const file = join(root, path);
    const same = existsSync(file) && readFileSync(file).equals(bytes);
    if (!same && check) stale++;
    if (!same && !check) {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, bytes);
    }
    console.log(`${same ? "same   " : check ? "differs" : "written"} ${relative(process.cwd(), file)} (${bytes.length} bytes)`);
  }
}
if (stale > 0) {
  console.error(`pictures: ${stale} of the committed pictures differ from what the code draws; run pnpm pictures and look at them.`);
  process.exit(1);
}
