/** Programs in SQL files: the statements of a procedure's body are statements of the file. */

const PROGRAM =
  /\b(?:create\s+(?:or\s+(?:replace|alter)\s+)?(?:procedure|proc|function|task)|execute\s+immediate|do)\b/i;
const FENCE = /\$(?:[A-Za-z_]\w*)?\$/g;

/** The text with the quotes around bodies (`$$ … $$`) blank; every other character stays where it is. */
export function withoutBodies(text: string): string {
  if (!text.includes('$') || !PROGRAM.test(text)) return text;
  return text.replace(FENCE, fence => ' '.repeat(fence.length));
}
