import { readFileSync } from "node:fs";
import * as path from "node:path";

const folder = path.join(import.meta.dirname, "golden");
export const goldenPath = (name: string): string => path.join(folder, name);
export const goldenBytes = (name: string): Uint8Array => new Uint8Array(readFileSync(goldenPath(name)));
export const goldenJson = <T>(name: string): T => JSON.parse(readFileSync(goldenPath(name), "utf8")) as T;

export async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

export async function joined(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(source)));
}

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
