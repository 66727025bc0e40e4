import { describe, expect, it } from 'vitest';
import { createSpelling } from '../../server/src/host/spelling.ts';

describe('spelling of files', () => {
  it('is that of the disk where case does not count', () => {
    const spelling = createSpelling(true);
    spelling.remember('file:///c:/Shop/Models/Orders.sql');
    expect(spelling.known('file:///C%3A/shop/models/orders.sql')).toBe('file:///c:/Shop/Models/Orders.sql');
    expect(spelling.known('file:///c%3A/shop/models/new.sql')).toBe('file:///c:/shop/models/new.sql');
    spelling.remember('file:///c:/caf%65%CC%81.sql');
    expect(spelling.known('file:///c:/caf%C3%A9.sql')).toBe('file:///c:/cafe%CC%81.sql');
    spelling.forget('file:///c:/SHOP/MODELS/orders.sql');
    expect(spelling.known('file:///C%3A/shop/models/orders.sql')).toBe('file:///c:/shop/models/orders.sql');
  });

  it('is the one given where case counts', () => {
    const spelling = createSpelling(false);
    spelling.remember('file:///shop/Orders.sql');
    expect(spelling.known('file:///shop/orders.sql')).toBe('file:///shop/orders.sql');
  });
});
