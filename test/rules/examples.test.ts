/** The examples of every rule are its tests: what they mark is found, nothing else, and each fix keeps its promise. */

import { describe, expect, it } from 'vitest';
import { parseExample } from '../../server/src/rules/example.ts';
import { RULES } from '../../server/src/rules/registry.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { writeMarks } from '../../server/src/rules/write-example.ts';
import {
  applyFix,
  differences,
  type Files,
  filesOf,
  findingsOf,
  fixNamed,
  marksOf,
  pathOf,
  syntaxProblemsOf,
  withLineEnds,
} from './run-example.ts';

for (const rule of RULES) {
  describe(rule.id, () => {
    for (const [title, source] of Object.entries(rule.examples)) {
      it(title, () => run(rule, source));
    }
  });
}

function run(rule: Rule, source: string): void {
  const { example, problems } = parseExample(source);
  expect(problems, 'mistakes in the notation').toEqual([]);
  const files = filesOf(example);
  const findings = findingsOf(rule, files);

  for (const file of example.files) {
    const found = writeMarks(file.text, marksOf(findings, file));
    expect(found, `what is found in ${file.path}`).toBe(writeMarks(file.text, file.marks));
  }
  const elsewhere = findings.filter(finding => !example.files.some(file => file.path === pathOf(finding.file)));
  expect(elsewhere, 'findings in files that the example does not show').toEqual([]);
  const onWindows = findingsOf(rule, withLineEnds(files, '\r\n'));
  expect(onWindows.map(finding => finding.message).sort(), 'with Windows line ends').toEqual(
    findings.map(finding => finding.message).sort(),
  );

  if (example.hasNoFix) expect(findings.flatMap(finding => finding.fixes)).toEqual([]);
  for (const shown of example.fixes) {
    const fix = fixNamed(findings, shown.title);
    const offered = findings.flatMap(finding => finding.fixes.map(each => each.title));
    if (!fix) throw new Error(`no fix ${shown.title ?? ''} is offered, but: ${offered.join(' | ') || 'none'}`);
    const after = applied(files, fix.edit);
    const changed = new Map<string, string | undefined>(shown.files.map(file => [file.path, file.text]));
    for (const { from, to } of shown.renames) {
      changed.set(from, undefined);
      if (!changed.has(to)) changed.set(to, files.get(from));
    }
    expect(sorted(differences(files, after)), `files after '${fix.title}'`).toEqual(sorted(changed));
  }

  // Every fix that is offered, shown or not: it applies, it ends its finding, and what it leaves can be read.
  const unreadable = syntaxProblemsOf(RULES, files);
  for (const finding of findings) {
    for (const fix of finding.fixes) {
      const after = applied(files, fix.edit);
      expect(findingsOf(rule, after).length, `findings after '${fix.title}'`).toBeLessThan(findings.length);
      const broken = syntaxProblemsOf(RULES, after).filter(problem => !unreadable.includes(problem));
      expect(broken, `syntax problems after '${fix.title}'`).toEqual([]);
    }
  }
}

function applied(files: Files, edit: Parameters<typeof applyFix>[1]): Files {
  const after = applyFix(files, edit);
  if (typeof after === 'string') throw new Error(after);
  return after;
}

function sorted(files: ReadonlyMap<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}
