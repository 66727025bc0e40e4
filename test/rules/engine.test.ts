import { describe, expect, it } from 'vitest';
import { Workspace } from '../../server/src/analysis/workspace.ts';
import type { Rule } from '../../server/src/rules/rule.ts';
import { defineRule, insert, replace, safe, suggest } from '../../server/src/rules/rule.ts';

/** A rule of the test's own. */
function rule(id: string, definition: Parameters<typeof defineRule>[0]): Rule {
  return { id, topic: 'sql', ...definition };
}

const base = { summary: 'S.', why: 'W.', severity: 'warning', examples: {} } as const;

/** Reports every column called `bad`. */
const badColumn = rule(
  'bad-column',
  defineRule({
    ...base,
    on: 'sql:column',
    check(column, { report }) {
      if (column.parts.at(-1)?.name === 'bad')
        report(column, 'bad', { fixes: [safe('Mend', replace(column, 'good'))] });
    },
  }),
);

/** Reports every FROM without a WHERE behind it. */
const noFilter = rule(
  'no-filter',
  defineRule({
    ...base,
    basis: 'absence',
    on: 'sql:select',
    check(select, { report }) {
      if (select.from && !select.where && select.keyword) report(select.keyword, 'unfiltered');
    },
  }),
);

function open(files: Readonly<Record<string, string>>, rules: readonly Rule[]): Workspace {
  const workspace = new Workspace({ rules });
  const all = { 'dbt_project.yml': 'name: shop\n', ...files };
  workspace.apply(Object.entries(all).map(([path, text]) => ({ uri: `file:///w/${path}`, text })));
  return workspace;
}

/** Findings as the text they mark and their message. */
function found(workspace: Workspace, path: string): readonly string[] {
  const uri = `file:///w/${path}`;
  return workspace
    .findings(uri)
    .map(one => `${workspace.textOf(uri)?.slice(one.span.start, one.span.end)}: ${one.message}`);
}

describe('worlds', () => {
  it('what is there in one world is found', () => {
    const text = 'select id from x {% if is_incremental() %} where bad > 1 {% endif %}';
    expect(found(open({ 'models/a.sql': text }, [badColumn]), 'models/a.sql')).toEqual(['bad: bad']);
  });

  it('what is missing must be missing in every world', () => {
    const guarded = 'select id from x {% if is_incremental() %} where id > 1 {% endif %}';
    expect(found(open({ 'models/a.sql': guarded }, [noFilter]), 'models/a.sql')).toEqual([]);
    const bare = 'select id from x {% if is_incremental() %} order by id {% endif %}';
    expect(found(open({ 'models/a.sql': bare }, [noFilter]), 'models/a.sql')).toEqual(['select: unfiltered']);
  });

  it('what a world lacks altogether says nothing about it', () => {
    const text = '{% if is_incremental() %} select id from x {% else %} select id from y where id > 1 {% endif %}';
    expect(found(open({ 'models/a.sql': text }, [noFilter]), 'models/a.sql')).toEqual(['select: unfiltered']);
  });

  it('both branches of a condition nobody can decide are read', () => {
    const text = "select {% if env_var('X') == 'y' %} bad {% else %} t.bad {% endif %} from t";
    expect(found(open({ 'models/a.sql': text }, [badColumn]), 'models/a.sql')).toEqual(['bad: bad', 't.bad: bad']);
  });
});

describe('macros', () => {
  const files = {
    'macros/pick.sql': '{% macro pick() %} bad {% endmacro %}',
    'models/a.sql': 'select {{ pick() }} from x',
    'models/b.sql': 'select {{ pick() }} from y',
    'models/c.sql': 'select bad from z',
  };

  it('a finding in a macro is reported once, there, with the number of models it reaches', () => {
    const workspace = open(files, [badColumn]);
    expect(found(workspace, 'models/a.sql')).toEqual([]);
    expect(found(workspace, 'macros/pick.sql')).toEqual(["bad: bad (This macro's text reaches 2 models.)"]);
  });

  it('its fix edits the macro', () => {
    const [finding] = open(files, [badColumn]).findings('file:///w/macros/pick.sql');
    expect(finding?.fixes[0]?.edit.edits).toEqual([
      { file: 'file:///w/macros/pick.sql', edits: [{ span: finding?.span, text: 'good' }] },
    ]);
  });

  it('a package is never blamed', () => {
    const workspace = open(
      {
        'dbt_packages/tools/dbt_project.yml': 'name: tools\n',
        'dbt_packages/tools/macros/pick.sql': '{% macro pick() %} bad {% endmacro %}',
        'models/a.sql': 'select {{ tools.pick() }} from x',
      },
      [badColumn],
    );
    for (const uri of workspace.files()) expect(workspace.findings(uri)).toEqual([]);
  });

  describe('what is missing in their text', () => {
    const part = { 'macros/part.sql': '{% macro part() %} select id from y {% endmacro %}' };
    const unfiltered = ["select: unfiltered (This macro's text reaches 2 models.)"];

    it('is missing when no caller adds it', () => {
      const workspace = open({ ...part, 'models/a.sql': '{{ part() }}', 'models/b.sql': '{{ part() }}' }, [noFilter]);
      expect(found(workspace, 'macros/part.sql')).toEqual(unfiltered);
    });

    it('is there when one caller adds it', () => {
      const workspace = open({ ...part, 'models/a.sql': '{{ part() }}', 'models/b.sql': '{{ part() }} where id > 1' }, [
        noFilter,
      ]);
      expect(found(workspace, 'macros/part.sql')).toEqual([]);
    });

    it('is there when one of several calls adds it', () => {
      const twice = '{{ part() }} union all {{ part() }} where id > 1';
      expect(found(open({ ...part, 'models/a.sql': twice }, [noFilter]), 'macros/part.sql')).toEqual([]);
    });

    it('is there when one world adds it', () => {
      const text = '{{ part() }} {% if is_incremental() %} where id > 1 {% endif %}';
      expect(found(open({ ...part, 'models/a.sql': text }, [noFilter]), 'macros/part.sql')).toEqual([]);
    });
  });
});

describe('text that Jinja computed', () => {
  it('is not judged', () => {
    const workspace = open({ 'models/a.sql': "select {{ 'bad' }} from x" }, [badColumn]);
    expect(found(workspace, 'models/a.sql')).toEqual([]);
  });

  it('is found in the block that wrote it', () => {
    const text = '{% set part %} bad {% endset %} select {{ part }} from x';
    expect(found(open({ 'models/a.sql': text }, [badColumn]), 'models/a.sql')).toEqual(['bad: bad']);
  });

  it('is found once, however often a loop writes it', () => {
    const text = 'select {% for i in range(5) %} bad as c{{ i }}, {% endfor %} 1 as x from t';
    expect(found(open({ 'models/a.sql': text }, [badColumn]), 'models/a.sql')).toEqual(['bad: bad']);
  });
});

describe('fixes', () => {
  const acrossJinja = rule(
    'across',
    defineRule({
      ...base,
      on: 'sql:select',
      check(select, { report }) {
        const item = select.items[0];
        if (item)
          report(item, 'item', {
            fixes: [suggest('Replace', replace(item, 'x')), suggest('Add', insert(item.end, ' as y'))],
          });
      },
    }),
  );

  it('one that would edit what Jinja writes is dropped, the finding stays', () => {
    const [finding] = open({ 'models/a.sql': "select a + {{ 'b' }} + c from x" }, [acrossJinja]).findings(
      'file:///w/models/a.sql',
    );
    expect(finding?.message).toBe('item');
    expect(finding?.fixes.map(fix => fix.title)).toEqual(['Add']);
  });
});

describe('a rule that fails', () => {
  const failing = rule(
    'failing',
    defineRule({
      ...base,
      on: 'sql:column',
      check() {
        throw new Error('oops');
      },
    }),
  );

  it('is said once, and costs no other finding', () => {
    const workspace = open({ 'models/a.sql': 'select bad, bad as b, c from x' }, [failing, badColumn]);
    const messages = workspace.findings('file:///w/models/a.sql').map(one => `${one.rule}: ${one.message}`);
    expect(messages.filter(one => one.startsWith('failing'))).toHaveLength(1);
    expect(messages.filter(one => one.startsWith('bad-column'))).toHaveLength(2);
  });
});

describe('suppression', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['on the line', 'select bad from x -- grainline-ignore: bad-column', 0],
    ['on the line above, with a reason', '-- grainline-ignore: bad-column -- as agreed\nselect bad from x', 0],
    ['in a Jinja comment', '{# grainline-ignore: bad-column #}\nselect bad from x', 0],
    ['for the file', 'select id,\n\n bad from x\n-- grainline-ignore-file: bad-column', 0],
    ['noqa alone', 'select bad from x -- noqa', 0],
    ['noqa with the id', 'select bad from x -- noqa: LT01, bad-column', 0],
    ['noqa with other ids', 'select bad from x -- noqa: LT01', 1],
    ['of another rule', 'select bad from x -- grainline-ignore: no-filter', 1],
    ['two lines above', '-- grainline-ignore: bad-column\n\nselect bad from x', 1],
    ['in a string', "select bad, '-- grainline-ignore: bad-column' as x from x", 1],
  ];
  it.each(cases)('%s', (_, text, findings) => {
    const workspace = open({ 'models/a.sql': text }, [badColumn, noFilter]);
    const own = workspace.findings('file:///w/models/a.sql').filter(one => one.rule === 'bad-column');
    expect(own).toHaveLength(findings);
  });
});

describe('configuration', () => {
  const model = { 'models/staging/a.sql': 'select bad from x', 'models/marts/b.sql': 'select bad from x' };
  const severities = (config: string): readonly (string | undefined)[] => {
    const workspace = open({ ...model, 'grainline.yml': config }, [badColumn]);
    return ['staging/a', 'marts/b'].map(path => workspace.findings(`file:///w/models/${path}.sql`)[0]?.severity);
  };

  it('sets severities, for all files or by path, the later override winning', () => {
    expect(severities('')).toEqual(['warning', 'warning']);
    expect(severities('rules: { bad-column: error }')).toEqual(['error', 'error']);
    expect(severities('rules: { bad-column: off }')).toEqual([undefined, undefined]);
    const overrides = 'overrides:\n  - files: models/staging/**\n    rules: { bad-column: info }\n';
    expect(severities(overrides)).toEqual(['info', 'warning']);
    expect(severities(`${overrides}  - files: ["models/*/a.sql"]\n    rules: { bad-column: off }\n`)).toEqual([
      undefined,
      'warning',
    ]);
  });

  it('leaves ignored files alone', () => {
    expect(severities('ignore: [models/marts/]')).toEqual(['warning', undefined]);
  });
});
