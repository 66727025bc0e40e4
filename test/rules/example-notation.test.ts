import { describe, expect, it } from 'vitest';
import { type Example, parseExample } from '../../server/src/rules/example.ts';
import { writeMarks } from '../../server/src/rules/write-example.ts';

function read(source: string): Example {
  const { example, problems } = parseExample(source);
  expect(problems).toEqual([]);
  return example;
}

describe('files', () => {
  it('takes text without a header as a model, without its indentation', () => {
    expect(
      read(`
        select
          a
        from b
      `).files,
    ).toEqual([{ path: 'models/example.sql', text: 'select\n  a\nfrom b\n', marks: [] }]);
  });

  it('starts a file at each header and drops the blank lines between them', () => {
    const example = read(`
      //- models/a.yml
      version: 2

      //- models/b.sql

      select 1
    `);
    expect(example.files.map(file => [file.path, file.text])).toEqual([
      ['models/a.yml', 'version: 2\n'],
      ['models/b.sql', '\nselect 1\n'],
    ]);
  });

  it('can stand outside any project', () => {
    const example = read(`
      //- without dbt_project.yml
      select 1
    `);
    expect(example.isOutsideProject).toBe(true);
    expect(example.files.map(file => file.path)).toEqual(['models/example.sql']);
    expect(read('select 1').isOutsideProject).toBe(false);
  });

  it('says when two files have one name', () => {
    const { problems } = parseExample('//- a.sql\nselect 1\n//- a.sql\nselect 2');
    expect(problems).toEqual(["two files are called 'a.sql'"]);
  });
});

describe('marks', () => {
  it('marks what stands above the carets', () => {
    const [file] = read(`
      select *
             ^ star
      from   orders
             ^^^^^^ error: no such table
    `).files;
    expect(file?.text).toBe('select *\nfrom   orders\n');
    expect(file?.marks).toEqual([
      { at: { start: 7, end: 8 }, message: 'star', severity: undefined },
      { at: { start: 16, end: 22 }, message: 'no such table', severity: 'error' },
    ]);
  });

  it('takes several marks of one line, in any order', () => {
    const [file] = read(`
      select a, b
                ^ second
             ^ first
             ^^^^ both
    `).files;
    expect(file?.marks.map(mark => [mark.at, mark.message])).toEqual([
      [{ start: 7, end: 8 }, 'first'],
      [{ start: 7, end: 11 }, 'both'],
      [{ start: 10, end: 11 }, 'second'],
    ]);
  });

  it('marks a range over lines, an empty place, and the file', () => {
    const [file] = read(`
      !!! wrong folder
      select (
             ^> too long
        1
      )
      ^<
      from a
           ^0 nothing here
    `).files;
    expect(file?.text).toBe('select (\n  1\n)\nfrom a\n');
    expect(file?.marks.map(mark => [mark.at, mark.message])).toEqual([
      ['file', 'wrong folder'],
      [{ start: 7, end: 14 }, 'too long'],
      [{ start: 20, end: 20 }, 'nothing here'],
    ]);
  });

  it.each([
    ['^ no line above', 'a mark has no line above it'],
    ['select 1\n       ^', 'a mark without a message'],
    ['select 1\n         ^^^ far away', 'a mark goes beyond the line above it'],
    ['select 1\n       ^> open', "a mark that '^>' opened is not closed"],
    ['select 1\n       ^<', "'^<' closes a mark that no '^>' opened"],
  ])('says what is wrong with %j', (source, problem) => {
    expect(parseExample(source).problems.join('\n')).toContain(problem);
  });

  it('is written back as it was read', () => {
    const source = `!!! warning: wrong folder
select a, b
       ^ first
          ^ error: second
from (
     ^> all of it
  x
) y
^^^<
where
    ^0 nothing`;
    const [file] = read(source).files;
    expect(writeMarks(file?.text ?? '', file?.marks ?? [])).toBe(source);
    expect(file?.marks).toHaveLength(5);
  });
});

describe('fixes', () => {
  it('gives the text of the file that is marked', () => {
    const example = read(`
      //- models/a.yml
      version: 2
      //- models/b.sql
      select *
             ^ star
      -> List the columns
      select a
      ->
      select b
    `);
    expect(example.fixes).toEqual([
      { title: 'List the columns', files: [{ path: 'models/b.sql', text: 'select a\n' }], renames: [] },
      { title: undefined, files: [{ path: 'models/b.sql', text: 'select b\n' }], renames: [] },
    ]);
    expect(example.hasNoFix).toBe(false);
  });

  it('gives other files, new files and renames under their names', () => {
    const example = read(`
      //- models/a.sql
      !!! wrong name
      select 1
      -> Rename
      //- models/a.sql => models/stg_a.sql
      //- models/b.sql => models/c.sql
      select 2
      //- models/schema.yml
      version: 2
    `);
    expect(example.fixes).toEqual([
      {
        title: 'Rename',
        files: [
          { path: 'models/c.sql', text: 'select 2\n' },
          { path: 'models/schema.yml', text: 'version: 2\n' },
        ],
        renames: [
          { from: 'models/a.sql', to: 'models/stg_a.sql' },
          { from: 'models/b.sql', to: 'models/c.sql' },
        ],
      },
    ]);
  });

  it('can say that there is none', () => {
    const example = read(`
      select *
             ^ star
      -> no fix
    `);
    expect(example).toMatchObject({ hasNoFix: true, fixes: [] });
  });
});
