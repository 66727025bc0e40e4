// Preloaded into a measured process: at its end it writes what the operating system counted for it.

import { writeFileSync } from 'node:fs';

const file = process.env.GRAINLINE_USAGE_FILE;
if (file) {
  process.on('exit', () => {
    const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
    writeFileSync(file, JSON.stringify({ cpuMs: (userCPUTime + systemCPUTime) / 1000, peakMb: maxRSS / 1024 }));
  });
}
