import { type BrowserContext, chromium, type Page } from 'playwright-core';
import type { Profile, Surroundings } from './surroundings.ts';

/** Starts the browser with a fresh profile. It reaches this machine and nothing else. */
export async function startBrowser(surroundings: Surroundings, profile: Profile): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(profile.browser, {
    executablePath: surroundings.chromium,
    headless: true,
    viewport: { width: 1280, height: 800 },
    // The runner ends the browser itself, in order; the browser also ends when the runner's pipe to it closes.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      // Containers and root have no user namespaces for it; the pages shown here are our own.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--disable-dev-shm-usage',
    ],
  });
  await context.route(
    url => url.hostname !== '127.0.0.1' && /^(https?|wss?):$/.test(url.protocol),
    route => route.abort(),
  );
  return context;
}

export type PageWatch = {
  /** Everything that must not happen on a page and did, since the last call. */
  readonly takeFaults: () => readonly string[];
};

/** Listens for what a person would not see: a script of a webview that the content policy stopped, say. */
export function watchPage(page: Page): PageWatch {
  let faults: string[] = [];
  page.on('console', message => {
    if (/violates the following Content Security Policy/i.test(message.text())) {
      faults.push(`Content policy: ${message.text()}`);
    }
  });
  page.on('crash', () => faults.push('The page crashed.'));
  return {
    takeFaults: () => {
      const taken = faults;
      faults = [];
      return taken;
    },
  };
}
