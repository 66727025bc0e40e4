import { baseName } from '../../base/uri.ts';
import { readConfig } from '../../config/config.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  summary: 'A setting in grainline.yml that does not exist, or a value that it cannot have.',
  why: 'What is misspelt is not in force: the project is checked under other rules than it asks for. The command line refuses to run.',
  details:
    'Says of every key, rule, option, convention, dialect, layer and pattern that is not known which one is near, and of every value what it may be. `grainline check` stops at the first mistake with exit code 2.',
  severity: 'error',
  on: 'yaml:file',
  check({ documents }, { file, declarations, report }) {
    if (!/^grainline\.ya?ml$/.test(baseName(file))) return;
    for (const { span, message } of readConfig(documents, declarations).problems) report(span, message);
  },
  examples: {
    'keys, rules and values that do not exist': `
      //- grainline.yml
      extend: [kimball]
      ^^^^^^ There is no setting 'extend'. Did you mean 'extends'?
      dialect: snowflak
               ^^^^^^^^ Did you mean 'snowflake'?
      rules:
        invalid-configurations: off
        ^^^^^^^^^^^^^^^^^^^^^^ There is no rule 'invalid-configurations'
        invalid-configuration: loud
                               ^^^^ There is no level 'loud'
    `,
    'a pattern that cannot be read': `
      //- grainline.yml
      names:
        models:
          staging: ['stg_<entity']
                    ^^^^^^^^^^^^^ is no pattern
    `,
    'what fits, and files of other names': `
      //- grainline.yml
      extends: [kimball, strict]
      names:
        columns: { boolean: ['is_<state>'] }
      //- other.yml
      extend: nothing
    `,
  },
});
