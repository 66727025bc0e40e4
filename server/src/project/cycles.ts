/** Circles in a graph: nodes that lead back to themselves. */

/**
 * For each node that lies on a circle, the shortest way around it: the node, what it reads, … up to the last one, which reads
 * the node again. `edges` are ids read by id.
 */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const group of groupsOf(edges)) {
    const [first] = group;
    if (first === undefined) continue;
    if (group.size === 1 && !edges.get(first)?.includes(first)) continue;
    for (const id of group) found.set(id, shortestWayBack(id, group, edges));
  }
  return found;
}

/** Sets of nodes that all reach one another. Takes no stack, however long the chains are. */
function groupsOf(edges: ReadonlyMap<string, readonly string[]>): readonly ReadonlySet<string>[] {
  const left: string[] = [];
  const seen = new Set<string>();
  for (const start of edges.keys()) {
    if (seen.has(start)) continue;
    seen.add(start);
    const open = [{ id: start, next: 0 }];
    for (let current = open.at(-1); current; current = open.at(-1)) {
      const read = edges.get(current.id)?.[current.next++];
      if (read === undefined) {
        left.push(current.id);
        open.pop();
      } else if (!seen.has(read)) {
        seen.add(read);
        open.push({ id: read, next: 0 });
      }
    }
  }
  const reversed = new Map<string, string[]>();
  for (const [id, reads] of edges) {
    for (const read of reads) {
      const list = reversed.get(read);
      if (list) list.push(id);
      else reversed.set(read, [id]);
    }
  }
  const groups: Set<string>[] = [];
  const grouped = new Set<string>();
  for (let i = left.length - 1; i >= 0; i--) {
    const start = left[i] as string;
    if (grouped.has(start)) continue;
    grouped.add(start);
    const group = new Set([start]);
    const open = [start];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      for (const reader of reversed.get(id) ?? []) {
        if (grouped.has(reader)) continue;
        grouped.add(reader);
        group.add(reader);
        open.push(reader);
      }
    }
    groups.push(group);
  }
  return groups;
}

function shortestWayBack(
  start: string,
  group: ReadonlySet<string>,
  edges: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const cameFrom = new Map<string, string>();
  const open = [start];
  for (let i = 0; i < open.length; i++) {
    const id = open[i] as string;
    for (const read of edges.get(id) ?? []) {
      if (read === start) {
        const way = [id];
        for (let at = cameFrom.get(id); at !== undefined; at = cameFrom.get(at)) way.unshift(at);
        return way;
      }
      if (!group.has(read) || cameFrom.has(read)) continue;
      cameFrom.set(read, id);
      open.push(read);
    }
  }
  return [start];
}
