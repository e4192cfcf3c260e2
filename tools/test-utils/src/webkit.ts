/** Running a piece of code in WebKit, where the system has its WebDriver (Debian: apt-get install webkit2gtk-driver xvfb). */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { BrowserResult } from "./browser.ts";

/** WebDriver, the browser it drives, and a display where there is none. */
interface WebKit {
  readonly driver: string;
  readonly browser: string;
  readonly display: readonly string[];
}

/** What of WebKit is on this machine; undefined where a part is missing. */
export function findWebKit(): WebKit | undefined {
  const inPath = (name: string): string | undefined =>
    (process.env["PATH"] ?? "")
      .split(":")
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path));
  const driver = inPath("WebKitWebDriver");
  const browser = ["/usr/lib", "/usr/libexec", ...["x86_64", "aarch64"].map((cpu) => `/usr/lib/${cpu}-linux-gnu`)]
    .flatMap((folder) =>
      existsSync(folder)
        ? readdirSync(folder)
            .filter((name) => /^webkit2?gtk-/.test(name))
            .map((name) => join(folder, name, "MiniBrowser"))
        : [],
    )
    .find((path) => existsSync(path));
  const display = process.env["DISPLAY"] === undefined ? inPath("xvfb-run") : "";
  if (driver === undefined || browser === undefined || display === undefined) return undefined;
  return { driver, browser, display: display === "" ? [] : [display, "-a"] };
}

/** As `runInChromium`, in WebKitGTK's small browser. */
export async function runInWebKit<T>(source: string, options: { readonly timeout?: number } = {}): Promise<BrowserResult<T>> {
  const found = findWebKit();
  if (found === undefined) throw new Error("No WebKit on this machine; install one (Debian: apt-get install webkit2gtk-driver xvfb).");
  const timeout = options.timeout ?? 600_000;
  const page = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "text/html" }).end("<!doctype html><title>test</title>");
  });
  const free = createServer();
  await Promise.all([page, free].map((server) => new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready))));
  const portOf = (server: typeof page): number => (server.address() as AddressInfo).port;
  const port = portOf(free);
  await new Promise((closed) => free.close(closed));
  const [command, ...words] = [...found.display, found.driver, `--port=${port}`];
  // A group of its own, so that the display and the browser end with it.
  const driver = spawn(command!, words, { stdio: "ignore", detached: true });
  const failed = new Promise<never>((_, reject) => driver.once("error", reject));
  const ask = async (method: string, path: string, body?: object): Promise<unknown> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, signal: AbortSignal.timeout(timeout), ...text });
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`WebKit's WebDriver: ${value.error ?? ""} ${value.message ?? ""}`);
    return value;
  };
  const work = async (): Promise<BrowserResult<T>> => {
    for (let tries = 0; ; tries++) {
      try {
        await ask("GET", "/status");
        break;
      } catch (error) {
        if (tries >= 100) throw error;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
    const capabilities = { alwaysMatch: { "webkitgtk:browserOptions": { binary: found.browser, args: ["--automation"] } } };
    const session = (await ask("POST", "/session", { capabilities })) as { sessionId: string; capabilities: { browserVersion: string } };
    const at = `/session/${session.sessionId}`;
    try {
      await ask("POST", `${at}/timeouts`, { script: timeout, pageLoad: timeout });
      await ask("POST", `${at}/url`, { url: `http://127.0.0.1:${portOf(page)}/` });
      const script = `const done = arguments[arguments.length - 1]; (async () => {${source}\n})().then((value) => done({ value }), (error) => done({ error: String(error?.stack ?? error) }));`;
      const result = (await ask("POST", `${at}/execute/async`, { script, args: [] })) as { value: T; error?: string };
      if (result.error !== undefined) throw new Error(`WebKit: ${result.error}`);
      return { value: result.value, browser: `WebKit ${session.capabilities.browserVersion}`, console: [] };
    } finally {
      await ask("DELETE", at).catch(() => undefined);
    }
  };
  try {
    return await Promise.race([work(), failed]);
  } finally {
    page.close();
    if (driver.pid !== undefined)
      try {
        process.kill(-driver.pid, "SIGTERM");
      } catch {
        // It has ended by itself.
      }
  }
}
