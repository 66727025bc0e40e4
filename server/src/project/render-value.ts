/** Values of dbt's YAML that hold Jinja: `"{{ env_var('SCHEMA', 'raw') }}"`, `"{{ var('use_stripe', true) }}"`. */

import { UNKNOWN } from '../base/source-map.ts';
import { expand } from '../syntax/jinja/expand.ts';
import type { Environment, PlainValue } from '../syntax/jinja/expansion.ts';
import { parseTemplate } from '../syntax/jinja/parse-template.ts';
import type { Template } from '../syntax/jinja/tree.ts';
import { define } from '../syntax/yaml/access.ts';
import type { NodeConfig } from './node-config.ts';

/** The value as dbt would render it; `undefined` (unknown) where it depends on something only dbt knows. Deep, for lists and maps. */
export function renderValue(value: PlainValue, environment: Environment, depth = 0): PlainValue {
  if (typeof value === 'string')
    return value.includes('{{') || value.includes('{%') ? renderText(value, environment) : value;
  if (typeof value !== 'object' || value === null || depth > 20) return value;
  if (Array.isArray(value))
    return (value as readonly PlainValue[]).map(one => renderValue(one, environment, depth + 1));
  return mapValues(value as NodeConfig, one => renderValue(one, environment, depth + 1));
}

/** Most values hold no Jinja: the map itself is then the answer. */
function mapValues(map: NodeConfig, change: (value: PlainValue, key: string) => PlainValue): NodeConfig {
  let changed: Record<string, PlainValue> | undefined;
  for (const key of Object.keys(map)) {
    const value = map[key];
    const other = change(value, key);
    if (other === value) continue;
    changed ??= Object.fromEntries(Object.entries(map));
    define(changed, key, other);
  }
  return changed ?? map;
}

/** A node's configuration. Hooks stay as written: dbt renders them when they run. */
export function renderConfig(config: NodeConfig, environment: Environment): NodeConfig {
  return mapValues(config, (value, key) => (HOOKS.has(key) ? value : renderValue(value, environment)));
}

const HOOKS: ReadonlySet<string> = new Set(['pre-hook', 'post-hook', 'pre_hook', 'post_hook']);

function renderText(text: string, environment: Environment): PlainValue {
  const world = { incremental: false, branch: 0 };
  const rendered = expand(templateOf(text), environment, { world, maxSteps: 2000, maxOutput: 10_000, maxDepth: 10 });
  if (rendered.text.includes(UNKNOWN) || rendered.tooDynamic !== undefined) return undefined;
  const isOneExpression = /^\s*\{\{[^{}]*\}\}\s*$/.test(text);
  const result = rendered.text.trim();
  if (isOneExpression && /^(?:true|false)$/i.test(result)) return result.toLowerCase() === 'true';
  if (isOneExpression && result === 'None') return null;
  return result;
}

/** The same few texts stand in the configuration of every node. */
function templateOf(text: string): Template {
  const known = templates.get(text);
  if (known) return known;
  const { value: template } = parseTemplate(text, 'value:');
  if (templates.size >= MAX_TEMPLATES) templates.clear();
  templates.set(text, template);
  return template;
}

const templates = new Map<string, Template>();
const MAX_TEMPLATES = 500;
