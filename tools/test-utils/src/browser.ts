/** Running a piece of code in a browser, with nothing installed beforehand: headless Chromium comes from npm; Firefox where the system has it. */
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import chromium from "@sparticuz/chromium";
import { build } from "esbuild";
import puppeteer, { type Browser } from "puppeteer-core";

export interface BrowserOptions {
  /** What the page can fetch: path → content, besides "/". Types by ending: .html .js .mjs .json .wasm .css .svg. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** More headers of every answer, such as a Content-Security-Policy. The page is isolated (SharedArrayBuffer) in any case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before giving up (default 600 000: a hang, no judgement of speed). */
  readonly timeout?: number;
}

export interface BrowserResult<T> {
  readonly value: T;
  /** "Chromium 147.0.7727.0" */
  readonly browser: string;
  /** What the page wrote to its console, and errors that nobody caught. */
  readonly console: readonly string[];
}

/** Runs `source`, the body of an async function, in a fresh page of headless Chromium and returns what it returns (JSON). Page, files and origin
 *  (http://localhost/) are made up: nothing goes over the network. Runs as root, too. Example: `runInChromium(await bundle(file) + "return bundle.main();")`. */
export async function runInChromium<T>(source: string, options: BrowserOptions = {}): Promise<BrowserResult<T>> {
  const { path, libraries } = await chromiumPath();
  const launch = (env: NodeJS.ProcessEnv): Promise<Browser> =>
    puppeteer.launch({ executablePath: path, headless: "shell", args: ["--no-sandbox", "--disable-dev-shm-usage"], env, timeout: 600_000 });
  let browser: Browser;
  try {
    browser = await launch(process.env);
  } catch (error) {
    if (!/shared librar/.test(String(error))) throw error;
    // A bare machine: the package brings the libraries as well.
    browser = await launch({ ...process.env, LD_LIBRARY_PATH: [await libraries(), process.env["LD_LIBRARY_PATH"] ?? ""].join(":") });
  }
  return runIn(browser, "Chromium", source, options);
}

/** As `runInChromium`, in the Firefox that `findFirefox` names. */
export async function runInFirefox<T>(source: string, options: BrowserOptions = {}): Promise<BrowserResult<T>> {
  const path = findFirefox();
  if (path === undefined)
    throw new Error("No Firefox on this machine; install one (Debian: apt-get install firefox-esr) or name it in the variable FIREFOX.");
  return runIn(
    await puppeteer.launch({ browser: "firefox", executablePath: path, headless: true, timeout: 600_000 }),
    "Firefox",
    source,
    options,
  );
}

/** Why `runInChromium` cannot run here; undefined where it can. Tests skip with it. */
export function noChromium(): string | undefined {
  if (process.env["CHROMIUM"] !== undefined || (process.platform === "linux" && process.arch === "x64")) return undefined;
  return "Chromium from npm is for Linux on x64; name a Chromium or Chrome of this machine in the variable CHROMIUM";
}

/** Where Firefox is; undefined where there is none. */
export function findFirefox(): string | undefined {
  const named = process.env["FIREFOX"];
  const places = (process.env["PATH"] ?? "").split(":").flatMap((folder) => [join(folder, "firefox"), join(folder, "firefox-esr")]);
  return [...(named === undefined ? [] : [named]), ...places, "/Applications/Firefox.app/Contents/MacOS/firefox"].find((path) =>
    existsSync(path),
  );
}

/** A TypeScript file with all it imports (workspace packages from source) as one script that defines the global `bundle`, its exports. */
export async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "bundle",
    platform: "browser",
    target: "es2022",
    conditions: ["@rl/source"],
    logLevel: "silent",
  });
  return `${outputFiles[0]?.text ?? ""}\n`;
}

const types: Record<string, string> = {
  html: "text/html",
  js: "text/javascript",
  mjs: "text/javascript",
  json: "application/json",
  wasm: "application/wasm",
  css: "text/css",
  svg: "image/svg+xml",
};

async function runIn<T>(browser: Browser, name: string, source: string, options: BrowserOptions): Promise<BrowserResult<T>> {
  const { files = {}, headers = {}, timeout = 600_000 } = options;
  const lines: string[] = [];
  try {
    const page = await browser.newPage();
    page.on("console", (message) => lines.push(message.text()));
    page.on("pageerror", (error) => lines.push(String(error)));
    await page.setRequestInterception(true);
    page.on("request", (request) => {
      const path = new URL(request.url()).pathname;
      const body = path === "/" ? "<!doctype html><title>test</title>" : (files[path] ?? files[path.slice(1)]);
      const contentType = path === "/" ? "text/html" : (types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream");
      void request.respond({
        status: body === undefined ? 404 : 200,
        contentType,
        headers: { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp", ...headers },
        body: body ?? "not found",
      });
    });
    await page.goto("http://localhost/", { timeout });
    page.setDefaultTimeout(timeout);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`${name} did not finish within ${timeout} ms. Its console: ${lines.join(" | ") || "empty"}.`)),
        timeout,
      );
    });
    try {
      const value = (await Promise.race([page.evaluate(`(async () => {${source}\n})()`), late])) as T;
      return { value, browser: `${name} ${(await browser.version()).replace(/^.*\//, "")}`, console: lines };
    } finally {
      clearTimeout(timer);
    }
  } finally {
    await browser.close().catch(() => undefined);
  }
}

/** The unpacked browser, in a folder of this user and version; unpacked aside and renamed, so that two processes may come at once. */
async function chromiumPath(): Promise<{ path: string; libraries: () => Promise<string> }> {
  const named = process.env["CHROMIUM"];
  if (named !== undefined) return { path: named, libraries: () => Promise.resolve("") };
  const reason = noChromium();
  if (reason !== undefined) throw new Error(`${reason}.`);
  const packed = join(dirname(createRequire(import.meta.url).resolve("@sparticuz/chromium")), "../..");
  const { version } = JSON.parse(readFileSync(join(packed, "package.json"), "utf8")) as { version: string };
  const home = join(tmpdir(), `rl-chromium-${version}-${userInfo().uid}`);
  const aside = async (unpack: (folder: string) => Promise<void>, done: string): Promise<void> => {
    if (existsSync(done)) return;
    const folder = mkdtempSync(`${done}-`);
    try {
      await unpack(folder);
      renameSync(folder, done);
    } catch (error) {
      if (!existsSync(done)) throw error;
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  await aside(async (folder) => {
    // The package unpacks to the folder for temporary files.
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = folder;
    try {
      await chromium.executablePath(join(packed, "bin"));
    } finally {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    }
  }, home);
  const libraries = async (): Promise<string> => {
    await aside(async (folder) => {
      const tar = join(folder, "al2023.tar");
      await pipeline(createReadStream(join(packed, "bin/al2023.tar.br")), createBrotliDecompress(), createWriteStream(tar));
      if (spawnSync("tar", ["-xf", tar, "-C", folder]).status !== 0) throw new Error("tar could not unpack Chromium's libraries.");
    }, `${home}-lib`);
    return join(`${home}-lib`, "lib");
  };
  return { path: join(home, "chromium"), libraries };
}
