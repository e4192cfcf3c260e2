/**
 * A table of options: of each its rule (and with it its type), its default and its meaning, in one place. The interface of the settings, the checks, the CLI's
 * lists and the READMEs' tables are made of it, so that a new option is one line.
 *
 *   const searchOptions = {
 *     ...withDefaults(runOptions, { numEnvs: 4 }),
 *     sigma: option(rule.number({ above: 0 }), 0.1, "deviation of the search"),
 *   };
 *   type SearchConfig = SettingsOf<typeof searchOptions>;      // { readonly sigma: number; readonly numEnvs: number; … }
 */
import { checkOptions, rule, type Rule, type Rules } from "./rules.ts";

export interface Option<out T> {
  readonly rule: Rule<T>;
  readonly default: T;
  readonly meaning: string;
  /** The saved numbers mean something else under another value: states that were saved with one are refused. */
  readonly fixed?: boolean;
  /** What states were saved with that are older than the option. */
  readonly before?: T;
}
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** What the options of a table are set to. */
export type SettingsOf<Table extends OptionTable> = { readonly [Key in keyof Table]: Table[Key] extends Option<infer T> ? T : never };

export const option = <T>(of: Rule<T>, value: NoInfer<T>, meaning: string): Option<T> => ({ rule: of, default: value, meaning });

/** An option whose value a saved state must have been saved with; `before`: what held in states that are older than the option. */
export const fixed = <T>(own: Option<T>, before?: NoInfer<T>): Option<T> => ({
  ...own,
  fixed: true,
  ...(before === undefined ? {} : { before }),
});

export const fixedOptions = (table: OptionTable): string[] => Object.keys(table).filter((name) => table[name]!.fixed === true);

/** The same options with other defaults, and where it must be other words. */
export function withDefaults<Table extends OptionTable>(
  table: Table,
  defaults: Partial<SettingsOf<Table>>,
  meanings: { readonly [Key in keyof Table]?: string } = {},
): Table {
  const changed = Object.entries(table).map(([name, own]): [string, Option<unknown>] => [
    name,
    { ...own, default: name in defaults ? defaults[name] : own.default, meaning: meanings[name] ?? own.meaning },
  ]);
  return Object.fromEntries(changed) as Table;
}

/** Every option at its default. */
export const defaultsOf = <Table extends OptionTable>(table: Table): SettingsOf<Table> =>
  Object.fromEntries(Object.entries(table).map(([name, own]) => [name, own.default])) as SettingsOf<Table>;

/** What a user gave, checked, without what is left out; and the preset to start from. */
export interface Given<Settings, Preset> {
  readonly given: Partial<Settings>;
  readonly preset: Preset;
}

/** Checks what a user gave to a trainer's `create…` against its table: `env` must be there, `preset` is one of `presets`. */
export function checkGiven<Table extends OptionTable, Preset extends string>(
  where: string,
  options: { readonly env?: unknown; readonly preset?: Preset },
  table: Table,
  presets: Readonly<Record<Preset, object>>,
  defaultPreset: NoInfer<Preset>,
): Given<SettingsOf<Table>, Preset> {
  const rules: Record<string, Rule> = { env: rule.anything, preset: rule.oneOf(...Object.keys(presets)) };
  for (const [name, own] of Object.entries(table)) rules[name] = own.rule;
  checkOptions(where, options, rules as Rules<object>);
  if (options.env === undefined)
    throw new Error(`${where}: env is missing; expected an environment id such as "CartPole-v1", an Env or a VecEnv.`);
  const { env: _, preset = defaultPreset, ...settings } = options;
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { given: given as Partial<SettingsOf<Table>>, preset };
}

/** A row of a table of options, as text. */
export interface OptionRow {
  readonly name: string;
  /** Which values obey: "≥ 1", `"gae", "return"`. */
  readonly values: string;
  readonly default: string;
  readonly meaning: string;
}

/** The rows of a table of options, in its order, for lists, help and documents. */
export const optionRows = (table: OptionTable): OptionRow[] =>
  Object.entries(table).map(([name, own]) => ({
    name,
    values: own.rule.values ?? "any",
    default: settingText(own.default),
    meaning: own.meaning,
  }));

/** A setting as one would write it: `[64, 64]`, `"auto"`, `{ linear: [0.001, 0] }`, `∞`. */
export function settingText(value: unknown): string {
  if (value === Infinity) return "∞";
  if (typeof value === "number" && Math.abs(value) > 0 && Math.abs(value) < 0.01) return value.toExponential();
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return `[${value.map(settingText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, part]) => `${key}: ${settingText(part)}`)
      .join(", ")} }`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
