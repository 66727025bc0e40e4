/** Every kind of generator, by id. Written by `npm run gen`. */

import type { Kind } from './kind.ts';
import dimension from './kinds/dimension.ts';

export const KINDS: readonly Kind[] = [{ id: 'dimension', ...dimension }];
