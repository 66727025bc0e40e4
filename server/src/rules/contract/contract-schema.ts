import { baseName } from '../../base/uri.ts';
import { checkContract } from '../../contracts/check-contract.ts';
import { kindOf } from '../../contracts/kind-of.ts';
import { defineRule, replace, suggest } from '../rule.ts';

export default defineRule({
  summary: 'A data contract that does not have the form contracts have.',
  why: 'Whoever reads the contract, person or program, misses what is misspelt or misplaced.',
  details:
    'All errors at once, each at its key or value. A document is a contract by its content (`contract:` with a name and a schema) or by its name (`*.contract.yml`, `contracts/`). Empty values of a template are unfinished, not wrong.',
  severity: 'error',
  on: 'yaml:file',
  check({ documents }, { file, report }) {
    if (kindOf(documents, baseName(file)) !== 'contract') return;
    for (const { message, span, replacement } of checkContract(documents)) {
      report(span, message, {
        fixes: replacement === undefined ? [] : [suggest(`Change to '${replacement}'`, replace(span, replacement))],
      });
    }
  },
  examples: {},
});
