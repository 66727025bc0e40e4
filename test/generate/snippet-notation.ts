/** The notation of snippets, as the editors' manual gives it, read strictly: what it does not know is an error. */

export interface Read {
  /** What an editor inserts before anything is typed. */
  readonly text: string;
  /** Numbers of stops as they appear. */
  readonly stops: readonly number[];
  readonly choices: readonly (readonly string[])[];
}

export function readSnippet(body: string): Read {
  const defaults = new Map<number, string>();
  const parts: (string | number)[] = [];
  const stops: number[] = [];
  const choices: string[][] = [];
  let at = 0;

  const fail = (what: string): never => {
    throw new Error(`${what} at ${at}: ${body.slice(at, at + 30)}`);
  };
  /** Text up to one of the characters that end it, without backslashes. */
  const textUntil = (ends: string, escapable: string): string => {
    let text = '';
    for (; at < body.length && !ends.includes(body[at] ?? ''); at++) {
      if (body[at] === '\\') {
        at++;
        if (!escapable.includes(body[at] ?? '?')) fail('A backslash before nothing that needs one');
      } else if (body[at] === '$' && escapable.includes('$')) fail('A bare $');
      text += body[at] ?? '';
    }
    return text;
  };

  while (at < body.length) {
    if (body[at] !== '$') {
      parts.push(textUntil('$', '\\$}'));
      continue;
    }
    at++;
    const braced = body[at] === '{';
    if (braced) at++;
    const digits = /^\d+/.exec(body.slice(at))?.[0] ?? fail('A $ without a number');
    at += digits.length;
    const number = Number(digits);
    stops.push(number);
    parts.push(number);
    if (!braced) continue;
    if (body[at] === ':') {
      at++;
      const text = textUntil('}', '\\$}');
      if (defaults.has(number)) fail('A second default');
      defaults.set(number, text);
    } else if (body[at] === '|') {
      const own: string[] = [];
      do {
        at++;
        own.push(textUntil(',|', '\\,|'));
      } while (body[at] === ',');
      if (body[at] !== '|') fail('A choice without an end');
      at++;
      if (own.some(each => each === '')) fail('An empty choice');
      choices.push(own);
      if (defaults.has(number)) fail('A second default');
      defaults.set(number, own[0] ?? '');
    }
    if (body[at] !== '}') fail('A stop without an end');
    at++;
  }
  const text = parts.map(part => (typeof part === 'number' ? (defaults.get(part) ?? '') : part)).join('');
  const bare = stops.find(stop => stop !== 0 && !defaults.has(stop));
  if (bare !== undefined) throw new Error(`Stop ${bare} has no text.`);
  return { text, stops, choices };
}
