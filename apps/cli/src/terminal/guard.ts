/** The one place where text is made fit for the terminal: control characters are shown, not obeyed, and long lines are broken between words. */
import type { Screen, Surface } from "./screen.ts";

/** Codes of the styles that `Screen.colors` has: bold, dim, six colours, and their ends. */
const STYLES = new Set([1, 2, 22, 31, 32, 33, 34, 35, 36, 39]);
/** Marks that change the direction of text or cannot be seen, and line separators. */
const HIDDEN = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;
/** Between the words of what must stay together, such as a command to paste. */
const GLUE = "\u00a0";

/** Text that is not broken; on the screen its blanks are blanks. */
export const unbroken = (text: string): string => text.replaceAll(" ", GLUE);

/** What a control character is shown as. */
function escape(letter: string): string {
  if (letter === "\n") return "\\n";
  return letter === "\t" ? "\\t" : `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The length of the style code that begins at `at`; 0 where none does. */
function styleAt(text: string, at: number): number {
  if (text[at + 1] !== "[") return 0;
  const end = text.indexOf("m", at);
  return end > 0 && end - at <= 4 && STYLES.has(Number(text.slice(at + 2, end))) ? end + 1 - at : 0;
}

/** Text with its control characters shown; with `styles`, codes of the screen's own colours stay. */
export function visible(text: string, styles = false): string {
  let shown = "";
  let styled = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at]!;
    const code = styles && letter === "\u001b" ? styleAt(text, at) : 0;
    if (code > 0) {
      shown += text.slice(at, at + code);
      styled = true;
      at += code - 1;
    } else shown += letter < " " || HIDDEN.test(letter) ? escape(letter) : letter;
  }
  // What came from elsewhere may have opened a style that nothing closes.
  return styled ? `${shown}\u001b[22m\u001b[39m` : shown;
}

/** Letters that are seen. */
function widthOf(text: string): number {
  let width = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text[at] === "\u001b" ? styleAt(text, at) : 0;
    if (code > 0) at += code - 1;
    else width++;
  }
  return width;
}

/**
 * A line as lines of at most `columns` letters, broken between words; a word that is longer stays whole. Further lines are indented like the first, and those of
 * a command ("$ …") end so that a shell goes on reading.
 */
export function wrap(line: string, columns: number): string[] {
  if (widthOf(line) <= columns) return [line];
  const indent = /^ */.exec(line)![0];
  const command = line.startsWith("$ ", indent.length);
  const next = indent + (command ? "    " : "");
  const room = command ? columns - 2 : columns;
  const lines: string[] = [];
  let current = indent;
  let empty = true;
  // An option of a command stays with its value.
  for (const word of line.slice(indent.length).split(command ? / (?=-)/ : " ")) {
    const longer = empty ? current + word : `${current} ${word}`;
    if (empty || widthOf(longer) <= room) {
      current = longer;
      empty = false;
    } else if (word !== "") {
      lines.push(current.trimEnd() + (command ? " \\" : ""));
      current = next + word;
    }
  }
  return [...lines, current];
}

const withBlanks = (text: string): string => text.replaceAll(GLUE, " ");

/** The screen behind the guard: whatever comes by `line` is one line of text, or several that are broken between words. `write` is for control codes, `complain` takes warnings. */
export function guard(screen: Surface, complain: (line: string) => void): Screen {
  const line = (text = ""): void => {
    const shown = visible(text, screen.colors.isColorSupported);
    for (const each of screen.live ? wrap(shown, Math.max(20, screen.columns - 1)) : [shown]) screen.line(withBlanks(each));
  };
  return {
    live: screen.live,
    colors: screen.colors,
    style: screen.style,
    get columns() {
      return screen.columns;
    },
    get rows() {
      return screen.rows;
    },
    write: (text) => screen.write(text),
    line,
    warn: (sentence) => complain(`warning: ${oneLine(sentence)}`),
  };
}

/** Nobody reads more of an error. */
const MOST_LETTERS = 3000;

/** An error's message as one line of bounded length. */
export function oneLine(message: string): string {
  const whole = message
    .slice(0, 2 * MOST_LETTERS)
    .split("\n")
    .map((part) => part.trim())
    .join(" ");
  const cut = whole.length > MOST_LETTERS || message.length > 2 * MOST_LETTERS;
  return withBlanks(visible(cut ? `${whole.slice(0, MOST_LETTERS)}…` : whole));
}
