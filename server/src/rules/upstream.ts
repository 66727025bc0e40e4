import type { NodeFacts } from '../project/facts.ts';
import type { ProjectView } from './rule.ts';

/** Beyond this many nodes nobody looks on. */
const NODE_LIMIT = 5000;

/** True when the node, or one that it reads directly or through others, fits. */
export function someUpstream(node: NodeFacts, project: ProjectView, fits: (one: NodeFacts) => boolean): boolean {
  const seen = new Set<string>();
  const open = [node];
  for (let one = open.pop(); one && seen.size < NODE_LIMIT; one = open.pop()) {
    if (fits(one)) return true;
    for (const id of one.reads) {
      if (seen.has(id)) continue;
      seen.add(id);
      const next = project.node(id);
      if (next) open.push(next);
    }
  }
  return false;
}
