// Says in one line whether the real-VS-Code suites can run here; exit code 0 when they can.

import { isPrepared, PREPARE_HINT } from './e2e-cache.mjs';

if (isPrepared()) {
  console.log('The real-VS-Code suites are prepared: `npm run test:e2e` runs them.');
} else {
  console.log(PREPARE_HINT);
  process.exitCode = 1;
}
