import { relativePath } from '../base/uri.ts';
import type { Config, RuleSetting } from '../config/config.ts';
import { matchesGlob } from '../config/glob.ts';
import type { ActiveRule } from './listeners.ts';
import type { OptionDefinitions, OptionValues, Rule, Severity } from './rule.ts';

/**
 * The rules that are on for a file, with severity and options: the rule sets first, then `rules`, then the overrides whose
 * patterns the path below the configuration's folder fits. `only` names exactly the rules to run, whatever the settings say.
 */
export function activeRules(
  rules: readonly Rule[],
  { config, root }: { readonly config: Config; readonly root: string | undefined },
  uri: string,
  only?: readonly string[],
): readonly ActiveRule[] {
  const hasPatterns = config.ignore.length + config.overrides.length > 0;
  const path = (root === undefined || !hasPatterns ? undefined : relativePath(root, uri)) ?? uri;
  if (only === undefined && config.ignore.some(pattern => matchesGlob(pattern, path))) return [];
  const overrides = config.overrides.filter(one => one.files.some(pattern => matchesGlob(pattern, path)));
  // Thousands of files share a handful of answers.
  let known = answers.get(config);
  if (known?.rules !== rules || known.only !== only) {
    known = { rules, only, byOverrides: new Map() };
    answers.set(config, known);
  }
  const key = overrides.map(one => config.overrides.indexOf(one)).join();
  let found = known.byOverrides.get(key);
  if (found === undefined) {
    found = rules.flatMap(rule => activeRule(rule, config, overrides, only) ?? []);
    known.byOverrides.set(key, found);
  }
  return found;
}

interface Answers {
  readonly rules: readonly Rule[];
  readonly only: readonly string[] | undefined;
  /** Key: indexes of the overrides that fit the file. */
  readonly byOverrides: Map<string, readonly ActiveRule[]>;
}

const answers = new WeakMap<Config, Answers>();

function activeRule(
  rule: Rule,
  config: Config,
  overrides: Config['overrides'],
  only: readonly string[] | undefined,
): ActiveRule | undefined {
  const settings = [config.rules[rule.id], ...overrides.map(one => one.rules[rule.id])].filter(
    one => one !== undefined,
  );
  const level = settings.map(one => one.level).findLast(one => one !== undefined);
  const byConvention = config.conventions.map(name => rule.conventions?.[name]).find(one => one !== undefined);
  const isOnByItself = isOnBySets(rule, config) || byConvention !== undefined;
  const isOn = only ? only.includes(rule.id) : level === undefined ? isOnByItself : level !== 'off';
  if (!isOn) return undefined;
  const chosen = byConvention === rule.severity ? undefined : byConvention;
  const severity = level === undefined || level === 'on' || level === 'off' ? chosen : (level satisfies Severity);
  return { rule, severity, options: optionsOf(rule, settings) };
}

function isOnBySets(rule: Rule, config: Config): boolean {
  return config.ruleSets.some(set => {
    switch (set) {
      case 'all':
        return true;
      case 'strict':
        return rule.default !== 'off' && rule.default !== 'checklist';
      case 'checklist':
        return rule.default === 'checklist' || isRecommended(rule);
      case 'recommended':
        return isRecommended(rule);
      default:
        return false;
    }
  });
}

function isRecommended(rule: Rule): boolean {
  return (rule.default ?? 'on') === 'on' && (rule.status ?? 'stable') === 'stable';
}

function optionsOf(rule: Rule, settings: readonly RuleSetting[]): OptionValues<OptionDefinitions> {
  const values: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(rule.options ?? {})) {
    const set = settings.map(one => one.options[name]).findLast(one => one !== undefined);
    values[name] = set ?? definition.default;
  }
  return values as OptionValues<OptionDefinitions>;
}
