/** A survey as the text of a grainline.yml, each line with what it rests on. */

import { COLUMN_SLOTS, LAYERS } from '../../config/config.ts';
import type { ColumnSlot } from '../../project/conventions.ts';
import type { Layer } from '../../project/facts.ts';
import { COLUMN_KINDS } from '../../rules/naming/column-kinds.ts';
import { LAYER_WORDS } from '../../rules/naming/model-names.ts';
import type { Followed } from './column-survey.ts';
import type { ColumnHabit, Survey } from './survey.ts';

/** From this share on, the rest are exceptions. */
const AGREED = 0.8;
/** From this share on, a person may want it. */
const OFFERED = 0.5;
/** Fewer names show no habit. */
const ENOUGH = 4;

export function writeConfig(survey: Survey): string {
  const parts = [
    "# Written by 'grainline init': how this project does things today, with the share of names that follow.\n# Change what should be otherwise; https://github.com/grainline/grainline/blob/main/docs/configuration.md says what else there is.",
    dialectPart(survey),
    conventionPart(survey),
    layersPart(survey),
    namesPart(survey),
    validityPart(survey),
    rulesPart(survey),
  ];
  return `${parts.filter(part => part !== '').join('\n\n')}\n`;
}

function dialectPart({ dialect, likely }: Survey): string {
  if (dialect !== undefined) return `dialect: ${dialect}`;
  if (likely !== undefined)
    return `# No profiles.yml names the warehouse, but ${likely.files} models write what this dialect does: ${likely.marks.join('; ')}.\ndialect: ${likely.dialect}`;
  return '# No profiles.yml beside the project names its warehouse; until this does, all dialects are read alike.\n# dialect: snowflake';
}

function conventionPart({ convention }: Survey): string {
  if (!convention) return '';
  return `extends: [${convention.name}]  # ${convention.following} of ${convention.total} names fit it`;
}

function layersPart({ layers }: Survey): string {
  const lines = LAYERS.flatMap(layer => {
    const folders = layers[layer];
    return folders ? [`  ${layer}: [${folders.map(scalar).join(', ')}]`] : [];
  });
  return lines.length === 0 ? '' : ['# Folders whose models are named so.', 'layers:', ...lines].join('\n');
}

/** Nothing but words where a convention says it all. */
function namesPart({ convention, models, columns, sourceWords }: Survey): string {
  const modelLines = convention
    ? []
    : LAYERS.flatMap(layer => linesOf(layer, models[layer as Layer], LAYER_WORDS[layer as Layer].plural, true));
  const columnLines = convention
    ? []
    : COLUMN_SLOTS.flatMap(slot =>
        linesOf(slot, columns[slot], COLUMN_KINDS[slot].plural, isHabit(slot, columns[slot])),
      );
  const words = sourceWords.length > 0 ? ['  words:', `    source: [${sourceWords.map(scalar).join(', ')}]`] : [];
  const lines = [...section('models', modelLines), ...section('columns', columnLines), ...words];
  if (lines.length === 0) return '';
  // A key without anything but comments would be no map.
  const hasContent = lines.some(line => !line.trimStart().startsWith('#'));
  return [hasContent ? 'names:' : '# names:', ...lines].join('\n');
}

function section(key: string, lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  const hasContent = lines.some(line => !line.trimStart().startsWith('#'));
  return [hasContent ? `  ${key}:` : `  # ${key}:`, ...lines];
}

/** Held to, it would find fault with few; and of what may be called by many names, one pattern is the habit. */
function isHabit(slot: ColumnSlot, habit: ColumnHabit | undefined): boolean {
  if (!habit?.hasFewStrays) return false;
  return !MANY_NAMES.has(slot) || habit.first >= AGREED;
}

const MANY_NAMES: ReadonlySet<ColumnSlot> = new Set(['amount', 'count', 'ratio']);

function linesOf(key: string, followed: Followed | undefined, plural: string, isHeldTo: boolean): readonly string[] {
  if (!followed || followed.total < ENOUGH) return [];
  const { patterns, following, total, exceptions } = followed;
  const share = following / total;
  const entry = `${key}: [${patterns.map(scalar).join(', ')}]`;
  const shown = `${exceptions.slice(0, 3).join(', ')}${exceptions.length > 3 ? ', …' : ''}`;
  const unlike = exceptions.length > 0 ? `; not ${shown}` : '';
  if (share >= AGREED && isHeldTo) return [`    ${entry}  # ${following} of ${total}${unlike}`];
  if (share >= OFFERED && patterns.length > 0) {
    return [`    # ${entry}  # ${share >= AGREED ? '' : 'only '}${following} of ${total}${unlike}`];
  }
  return [`    # ${key}: ${total} ${plural} follow no pattern`];
}

function validityPart({ validity }: Survey): string {
  const { validFrom, validTo, isCurrent, openEnd, histories } = validity;
  const lines = [
    ...(validFrom.length > 0 ? [`  valid_from: [${validFrom.map(scalar).join(', ')}]`] : []),
    ...(validTo.length > 0 ? [`  valid_to: [${validTo.map(scalar).join(', ')}]`] : []),
    ...(isCurrent.length > 0 ? [`  is_current: [${isCurrent.map(scalar).join(', ')}]`] : []),
    ...(openEnd === undefined ? [] : [`  open_end: '${openEnd}'`]),
  ];
  if (lines.length === 0) return '';
  const models = histories === 1 ? 'the model that keeps' : `the ${histories} models that keep`;
  return [
    `# Columns of ${models} history; the first name of each is the one that is written.`,
    'validity:',
    ...lines,
  ].join('\n');
}

function rulesPart({ isSnakeCase }: Survey): string {
  return isSnakeCase ? '' : '# Capitals inside of names are a habit here.\nrules:\n  not-snake-case: off';
}

/** Plain where YAML takes it for the text that it is. */
function scalar(text: string): string {
  const isPlain = /^[A-Za-z_<][\w<> -]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off|y|n|~)$/i.test(text);
  return isPlain ? text : `'${text.replaceAll("'", "''")}'`;
}
