/**
 * The candidate most like `name`, for "did you mean": at most `limit` edits away (2 unless told), ignoring case. What an
 * ending such as `_id` shares with many says nothing: the rest must be alike, so that `so_id` is no misspelt `uom_id`.
 */
export function nearest(name: string, candidates: Iterable<string>, limit = 2): string | undefined {
  const wanted = name.toLowerCase();
  const telling = wanted.replace(/_(?:id|key|at|on|date|name|code|type|no|by)$/, '').length;
  let best: string | undefined;
  let bestDistance = Math.min(limit, Math.max(1, Math.floor(telling / 2))) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours between the two; `bound` or more is returned as `bound`. */
export function editDistance(a: string, b: string, bound: number): number {
  if (Math.abs(a.length - b.length) >= bound) return bound;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let value = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        value = Math.min(value, beforePrevious[j - 2]! + 1);
      }
      current.push(value);
      smallest = Math.min(smallest, value);
    }
    if (smallest >= bound) return bound;
    beforePrevious = previous;
    previous = current;
  }
  return Math.min(previous[b.length]!, bound);
}
