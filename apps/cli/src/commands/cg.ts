/** rl cg: pictures of conjugate gradients as SVG files. */
import * as path from "node:path";
import { hint } from "@rl/train";
import { figures } from "../cg/figures.ts";
import { writePicture } from "../picture.ts";
import { UsageError } from "../errors.ts";
import type { Screen } from "../terminal/screen.ts";

export interface CgOptions {
  readonly figure?: string;
  readonly all?: boolean;
  readonly out?: string;
}

export async function cg(screen: Screen, { figure, all = false, out }: CgOptions): Promise<void> {
  const names = Object.keys(figures);
  if (all === (figure !== undefined)) throw new UsageError(`rl cg needs --figure NAME or --all; figures: ${names.join(", ")}.`);
  if (figure !== undefined && !Object.hasOwn(figures, figure)) {
    throw new UsageError(`--figure is "${figure}"${hint(figure, names)} Choose one of ${names.join(", ")}.`);
  }
  if (figure !== undefined && out !== undefined && path.extname(out) !== ".svg")
    throw new UsageError(`--out is "${out}", expected a file name that ends with .svg.`);
  for (const name of figure === undefined ? names : [figure]) {
    const file = figure === undefined ? path.join(out ?? "figures", `cg-${name}.svg`) : (out ?? `cg-${name}.svg`);
    writePicture(file, await figures[name]!.svg());
    screen.line(`Wrote ${file}`);
  }
}
