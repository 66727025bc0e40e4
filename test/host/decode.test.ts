import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, encodeText } from '../../server/src/host/decode.ts';

const text = 'select größe, "顧客" -- 😀\r\n';

describe('encodings', () => {
  it.each(['utf-8', 'utf-8-bom', 'utf-16le', 'utf-16be'] as const)(
    '%s is read and written back byte for byte',
    encoding => {
      const bytes = encodeText(text, encoding);
      expect(decodeText(bytes)).toEqual({ text, encoding, isLossy: false });
    },
  );

  it('starts with the byte order mark that the encoding names', () => {
    expect([...encodeText('a', 'utf-8')]).toEqual([0x61]);
    expect([...encodeText('a', 'utf-8-bom')]).toEqual([0xef, 0xbb, 0xbf, 0x61]);
    expect([...encodeText('a', 'utf-16le')]).toEqual([0xff, 0xfe, 0x61, 0]);
    expect([...encodeText('a', 'utf-16be')]).toEqual([0xfe, 0xff, 0, 0x61]);
  });

  it('says when bytes are no UTF-8', () => {
    expect(decodeText(Buffer.from('größe', 'latin1'))).toEqual({
      text: 'gr\uFFFD\uFFFDe',
      encoding: 'utf-8',
      isLossy: true,
    });
    expect(decodeText(Buffer.from('a \uFFFD b'))?.isLossy).toBe(false);
    expect(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0x62))?.isLossy).toBe(true);
  });

  it('takes a file with a zero byte for binary', () => {
    expect(decodeText(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0))).toBeUndefined();
    expect(decodeText(new Uint8Array())).toEqual({ text: '', encoding: 'utf-8', isLossy: false });
  });

  it('never throws, and writes back what it read whole', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
        const decoded = decodeText(bytes);
        if (!decoded || decoded.isLossy) return;
        // UTF-16 may hold lone surrogates; Buffer keeps them.
        expect([...encodeText(decoded.text, decoded.encoding)]).toEqual([...bytes]);
      }),
    );
  });
});
