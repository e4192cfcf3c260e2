/** WebAssembly text of generated code, for people: one instruction a line, nested. */
import { F32, F64, I32, I64, instructions, V128, type Instruction } from "../kernels/opcodes.ts";

const TYPES: Record<number, string> = { [I32]: "i32", [I64]: "i64", [F32]: "f32", [F64]: "f64", [V128]: "v128" };

const byCode: ReadonlyMap<string, Instruction> = /* @__PURE__ */ (() =>
  new Map(instructions().map((instruction) => [instruction.bytes.join(), instruction])))();

class Reader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }
  byte(): number {
    return this.bytes[this.at++]!;
  }
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return value;
    }
  }
  signed(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value |= (byte & 127) << shift;
      if (byte < 128) return shift < 25 && byte & 64 ? value | (-1 << (shift + 7)) : value;
    }
  }
  instruction(): Instruction {
    const first = this.byte();
    if (first !== 0xfc && first !== 0xfd) return byCode.get(String(first))!;
    const code = [first];
    do code.push(this.byte());
    while (code.at(-1)! > 127);
    return byCode.get(code.join())!;
  }
  text(): string {
    const length = this.unsigned();
    this.at += length;
    return String.fromCharCode(...this.bytes.subarray(this.at - length, this.at));
  }
}

function immediate(reader: Reader, { immediate: kind }: Instruction, names: readonly string[], name: string): string {
  switch (kind) {
    case "index": {
      const index = reader.unsigned();
      return name === "call" ? ` $${index} (; ${names[index] ?? ""} ;)` : ` ${index}`;
    }
    case "i32":
      return ` ${reader.signed()}`;
    case "memory":
    case "memory lane": {
      reader.unsigned();
      const offset = reader.unsigned();
      const lane = kind === "memory lane" ? ` ${reader.byte()}` : "";
      return `${offset ? ` offset=${offset}` : ""}${lane}`;
    }
    case "lane":
      return ` ${reader.byte()}`;
    case "f32":
    case "f64": {
      const size = kind === "f32" ? 4 : 8;
      const view = new DataView(reader.bytes.buffer, reader.bytes.byteOffset + reader.at, size);
      reader.at += size;
      return ` ${size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true)}`;
    }
    case "bytes16": {
      const bytes = [...reader.bytes.subarray(reader.at, reader.at + 16)];
      reader.at += 16;
      return ` ${bytes.join(" ")}`;
    }
    case "block":
      reader.byte();
      return "";
    case "copy":
      reader.at += 2;
      return "";
    case "fill":
      reader.at += 1;
      return "";
    default:
      return "";
  }
}

function body(reader: Reader, end: number, names: readonly string[]): string[] {
  const locals: string[] = [];
  for (let runs = reader.unsigned(); runs > 0; runs--) {
    const count = reader.unsigned();
    locals.push(`${TYPES[reader.byte()]!} × ${count}`);
  }
  const lines = locals.length > 0 ? [`    (; locals: ${locals.join(", ")} ;)`] : [];
  let depth = 2;
  while (reader.at < end) {
    const instruction = reader.instruction();
    const { name } = instruction;
    if (name === "end" || name === "else") depth--;
    if (depth < 2) break;
    lines.push(`${"  ".repeat(depth)}${name}${immediate(reader, instruction, names, name)}`);
    if (name === "else" || instruction.immediate === "block") depth++;
  }
  return lines;
}

/** Text of a module built by the assembler. `names`: of its functions, imports first. */
export function moduleText(bytes: Uint8Array, names: readonly string[]): string {
  const reader = new Reader(bytes, 8);
  const lines = ["(module"];
  const types: string[] = [];
  const functionTypes: number[] = [];
  let imported = 0;
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.at + size;
    const count = reader.unsigned();
    for (let i = 0; i < count && reader.at < end; i++) {
      if (id === 1) {
        reader.byte();
        const lists = [0, 1].map(() => Array.from({ length: reader.unsigned() }, () => TYPES[reader.byte()]!));
        types.push(
          `${lists[0]!.length ? ` (param ${lists[0]!.join(" ")})` : ""}${lists[1]!.length ? ` (result ${lists[1]!.join(" ")})` : ""}`,
        );
      } else if (id === 2) {
        const from = reader.text();
        const name = reader.text();
        if (reader.byte() === 2) {
          reader.at += 2;
          lines.push(`  (import "${from}" "${name}" (memory 0))`);
        } else {
          lines.push(`  (import "${from}" "${name}" (func $${imported}${types[reader.unsigned()]!}))`);
          imported++;
        }
      } else if (id === 3) functionTypes.push(reader.unsigned());
      else if (id === 7) {
        const name = reader.text();
        reader.byte();
        lines.push(`  (export "${name}" (func $${reader.unsigned()}))`);
      } else if (id === 10) {
        const length = reader.unsigned();
        const stop = reader.at + length;
        lines.push(`  (func $${imported + i} (; ${names[imported + i] ?? ""} ;)${types[functionTypes[i]!]!}`);
        for (const line of body(reader, stop, names)) lines.push(line);
        lines.push("  )");
        reader.at = stop;
      }
    }
    reader.at = end;
  }
  lines.push(")");
  return lines.join("\n");
}
