/** The YAML package's faults in plain words. */

import type { Fault } from './compose.ts';

export function messageOf(fault: Fault, text: string): string {
  const written = text
    .slice(fault.span.start, Math.min(fault.span.end, fault.span.start + 40))
    .split(/\r?\n/)[0]!
    .trim();
  switch (fault.code) {
    case 'TOO_DEEP':
      return 'This is nested too deep; the values inside are left out.';
    case 'TAB_AS_INDENT':
      return 'YAML does not allow tabs as indentation; use spaces.';
    case 'BAD_SCALAR_START':
      return `A value that starts with '${written[0] ?? ''}' needs quotes.`;
    case 'BAD_DQ_ESCAPE':
      return `'${written}' is no escape YAML knows; write \\\\ for a backslash or use single quotes.`;
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return /sequence/.test(fault.message)
        ? 'A list item does not fit here; check the indentation.'
        : "A second key does not fit here: check the indentation, and quote a value that holds ': '.";
    case 'BAD_INDENT':
      return /Flow (sequence|map)/.test(fault.message)
        ? `This ${/sequence/.test(fault.message) ? "'[' is not closed by ']'" : "'{' is not closed by '}'"}.`
        : 'The indentation does not fit the lines above.';
    case 'KEY_OVER_1024_CHARS':
      return 'A key may have at most 1024 characters.';
    case 'BLOCK_IN_FLOW':
      return 'Inside brackets, lists and maps must be written with brackets.';
    case 'MISSING_CHAR':
      return missing(fault, written);
    case 'TAG_RESOLVE_FAILED':
      return `'${written}' cannot be read as what its tag says.`;
    case 'BAD_DIRECTIVE':
      return `'${written}' is no YAML directive.`;
    case 'BAD_ALIAS':
      return `'${written}' is no name for an anchor.`;
    case 'RESOURCE_EXHAUSTION':
      return 'This is too large or nested too deep to read.';
    default:
      return written === '' ? 'This does not fit here.' : `'${written}' does not fit here.`;
  }
}

function missing(fault: Fault, written: string): string {
  const { message } = fault;
  if (message.startsWith('Implicit map keys need')) return `A key needs a colon: '${written}:'.`;
  if (message.includes('closing "quote')) return 'A double quote is not closed.';
  if (message.includes("closing 'quote")) return 'A single quote is not closed.';
  if (message.includes('Sequence item without -'))
    return "An item of this list starts with '- '; check the indentation.";
  if (message.startsWith('Missing , or :') || message.startsWith('Missing , between'))
    return 'A comma is missing here.';
  if (message.startsWith('Missing space after :')) return 'A space is missing after the colon.';
  if (message.startsWith('Comments must be')) return "A comment needs a space before '#'.";
  if (/must end with a/.test(message)) {
    return `This ${/sequence/.test(message) ? "'[' is not closed by ']'" : "'{' is not closed by '}'"}.`;
  }
  if (message.startsWith('Tags and anchors')) return 'A space is missing before the next value.';
  return written === '' ? 'Something is missing here.' : `Something is missing at '${written}'.`;
}
