/** What every rule owes its readers, whatever it finds. */

import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ruleUrl } from '../../server/src/analysis/rule-url.ts';
import { parseExample } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';

const TOPICS = ['contract', 'history', 'modeling', 'naming', 'project', 'sql'];
const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

it('has rules, each under one name', () => {
  const ids = RULES.map(rule => rule.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.length).toBeGreaterThan(0);
});

describe.each(RULES.map(rule => [rule.id, rule] as const))('%s', (id, rule) => {
  const examples = Object.entries(rule.examples).map(([title, source]) => ({ title, ...parseExample(source) }));
  const isMarked = ({ example }: (typeof examples)[number]) => example.files.some(file => file.marks.length > 0);

  it('has a name that can be typed and a known topic', () => {
    expect(id).toMatch(KEBAB);
    expect(TOPICS).toContain(rule.topic);
    expect(ruleUrl(id)).toMatch(/^https:\/\/.+\/docs\/rules\/[a-z0-9-]+\.md$/);
    expect(existsSync(new URL(`../../docs/rules/${id}.md`, import.meta.url))).toBe(true);
  });

  it('says in whole sentences what it finds and why', () => {
    for (const [what, sentence, longest] of [
      ['summary', rule.summary, 160],
      ['why', rule.why, 400],
    ] as const) {
      expect(sentence.length, what).toBeGreaterThan(20);
      expect(sentence.length, what).toBeLessThanOrEqual(longest);
      expect(sentence, `${what} ends with a period and stands on one line`).toMatch(/^[^\n]*[.]$/);
      expect(sentence, `${what} begins like a sentence`).toMatch(/^[^a-z\s]|^[a-z_]+\(|^dbt\b/);
    }
    if (rule.details !== undefined)
      expect(rule.details.trim(), 'details end a sentence, list or fence').toMatch(/[.|`:)]$/);
    expect(`${rule.summary} ${rule.why} ${rule.details ?? ''}`, 'not filled in').not.toMatch(/\bTODO\b/);
  });

  it('has an example of what it finds and one of what it leaves alone', () => {
    expect(examples.filter(isMarked).length, 'examples with marks').toBeGreaterThan(0);
    expect(examples.filter(each => !isMarked(each)).length, 'examples without marks').toBeGreaterThan(0);
  });

  it('marks its findings in words that can stand alone', () => {
    for (const { title, example } of examples) {
      expect(title, 'a title is a phrase without a period').toMatch(/[^.\s]$/);
      for (const mark of example.files.flatMap(file => file.marks)) {
        expect(mark.message.length, `'${mark.message}' of '${title}'`).toBeGreaterThan(5);
      }
    }
  });

  it('describes its options', () => {
    for (const [name, option] of Object.entries(rule.options ?? {})) {
      expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
      expect(option.description, name).toMatch(/^[^a-z\s].{10,}[.]$/);
      if (option.type === 'choice') expect(option.choices, name).toContain(option.default);
      if (option.type === 'number') {
        expect(option.default, name).toBeGreaterThanOrEqual(option.minimum);
        expect(option.default, name).toBeLessThanOrEqual(option.maximum);
      }
    }
  });
});
