/** The generators as requests of the client. */

import { dimensionOptions, newDimension } from '../analysis/new-dimension.ts';
import type { Projects } from '../project/project.ts';
import { DIMENSION_CHOICES, type DimensionChoices, type GeneratedFiles, NEW_DIMENSION } from './protocol.ts';

export function generatorRequests(projects: Projects): { readonly [method: string]: (params: unknown) => unknown } {
  return {
    [DIMENSION_CHOICES]: (): DimensionChoices => ({ choices: dimensionOptions(projects) }),
    [NEW_DIMENSION]: (params): GeneratedFiles => {
      const { project, node, naturalKey, trackedColumns, changeTime } = (params ?? {}) as Record<string, unknown>;
      if (typeof project !== 'string' || typeof node !== 'string' || !isTexts(naturalKey) || !isTexts(trackedColumns)) {
        return { problem: 'An answer is missing.' };
      }
      const time = typeof changeTime === 'string' ? { changeTime } : {};
      return newDimension(projects, { project, node, naturalKey, trackedColumns, ...time });
    },
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string');
}
