/** Every rule, by topic and id. Written by `npm run gen`. */

import type { Rule } from './rule.ts';

export const RULES: readonly Rule[] = [];
