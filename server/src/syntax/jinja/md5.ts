/** MD5 of text as UTF-8, in hexadecimal: what dbt's local_md5 gives. */
export function md5(text: string): string {
  const bytes = utf8(text);
  const length = ((bytes.length + 8) >> 6) * 16 + 16;
  const words = new Uint32Array(length);
  for (let i = 0; i < bytes.length; i++)
    words[i >> 2] = (words[i >> 2] as number) | ((bytes[i] as number) << ((i % 4) * 8));
  words[bytes.length >> 2] = (words[bytes.length >> 2] as number) | (0x80 << ((bytes.length % 4) * 8));
  words[length - 2] = (bytes.length << 3) >>> 0;
  words[length - 1] = Math.floor(bytes.length / 0x20000000);
  let a0 = 0x67452301;
  let b0 = 0xefcdab89;
  let c0 = 0x98badcfe;
  let d0 = 0x10325476;
  for (let block = 0; block < length; block += 16) {
    let [a, b, c, d] = [a0, b0, c0, d0];
    for (let i = 0; i < 64; i++) {
      const round = i >> 4;
      let mix: number;
      let at: number;
      if (round === 0) {
        mix = (b & c) | (~b & d);
        at = i;
      } else if (round === 1) {
        mix = (d & b) | (~d & c);
        at = (5 * i + 1) % 16;
      } else if (round === 2) {
        mix = b ^ c ^ d;
        at = (3 * i + 5) % 16;
      } else {
        mix = c ^ (b | ~d);
        at = (7 * i) % 16;
      }
      const sum = (a + mix + (CONSTANTS[i] as number) + (words[block + at] as number)) | 0;
      const shift = SHIFTS[round * 4 + (i % 4)] as number;
      [a, d, c, b] = [d, c, b, (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0];
    }
    a0 = (a0 + a) | 0;
    b0 = (b0 + b) | 0;
    c0 = (c0 + c) | 0;
    d0 = (d0 + d) | 0;
  }
  return [a0, b0, c0, d0].map(toHex).join('');
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const CONSTANTS = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 0x100000000));

function toHex(word: number): string {
  let text = '';
  for (let i = 0; i < 4; i++) text += ((word >>> (i * 8)) & 0xff).toString(16).padStart(2, '0');
  return text;
}

// The language itself has no encoder; hosts do, but the core asks nothing of its host.
function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    let code = character.codePointAt(0) as number;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 0x3f), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
  }
  return bytes;
}
