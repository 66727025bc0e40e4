/** Bytes of a file as the text an editor shows, and back, so that a fix keeps the file's encoding. */

export type Encoding = 'utf-8' | 'utf-8-bom' | 'utf-16le' | 'utf-16be';

export interface DecodedText {
  /** Without byte order mark, as editors hold it: offsets count from the character behind it. */
  readonly text: string;
  readonly encoding: Encoding;
  /** Some bytes were no UTF-8 and stand as U+FFFD: writing the text back would lose them. */
  readonly isLossy: boolean;
}

/** `undefined` for a binary file: one with a zero byte near its start and no byte order mark of UTF-16. */
export function decodeText(bytes: Uint8Array): DecodedText | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer[0] === 0xff && buffer[1] === 0xfe) {
    return { text: buffer.toString('utf16le', 2), encoding: 'utf-16le', isLossy: buffer.length % 2 === 1 };
  }
  if (buffer[0] === 0xfe && buffer[1] === 0xff) {
    const swapped = Buffer.from(buffer.subarray(2, buffer.length - (buffer.length % 2))).swap16();
    return { text: swapped.toString('utf16le'), encoding: 'utf-16be', isLossy: buffer.length % 2 === 1 };
  }
  const hasMark = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf;
  if (buffer.subarray(0, BINARY_PROBE).includes(0)) return undefined;
  const text = buffer.toString('utf8', hasMark ? 3 : 0);
  // A file may hold a true U+FFFD; only then is the slower question asked.
  const isLossy = text.includes('\uFFFD') && !Buffer.from(text, 'utf8').equals(buffer.subarray(hasMark ? 3 : 0));
  return { text, encoding: hasMark ? 'utf-8-bom' : 'utf-8', isLossy };
}

export function encodeText(text: string, encoding: Encoding): Uint8Array {
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(text, 'utf8');
    case 'utf-8-bom':
      return Buffer.from(`\uFEFF${text}`, 'utf8');
    case 'utf-16le':
      return Buffer.from(`\uFEFF${text}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\uFEFF${text}`, 'utf16le').swap16();
  }
}

const BINARY_PROBE = 8192;
