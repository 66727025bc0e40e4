// How the window's messages are read: each as `error: text`, `warning: text` or `info: text`. Scripts for the page.

const READ = `
  const read = item => {
    const message = item.querySelector('.notification-list-item-message');
    const icon = item.querySelector('.notification-list-item-icon');
    const kind = /codicon-(error|warning|info)/.exec(icon ? icon.className : '');
    return message && message.textContent ? (kind ? kind[1] : 'message') + ': ' + message.textContent : undefined;
  };
`;

/** The messages in the notification centre. */
export const SHOWN_MESSAGES = `(() => {
  ${READ}
  return [...document.querySelectorAll('.notifications-center .notification-list-item')].map(read).filter(Boolean);
})()`;

/** Toasts vanish by themselves, so the page keeps a list of all it has shown; `TAKE_TOASTS` empties it. */
export const RECORD_TOASTS = `(() => {
  ${READ}
  window.grainlineToasts = [];
  const seen = new WeakSet();
  setInterval(() => {
    for (const item of document.querySelectorAll('.notification-toast .notification-list-item')) {
      const text = seen.has(item) ? undefined : read(item);
      if (!text) continue;
      seen.add(item);
      window.grainlineToasts.push(text);
    }
  }, 100);
})()`;

export const TAKE_TOASTS = '(window.grainlineToasts || []).splice(0)';

/** Information is part of a person's day; errors and warnings that nobody asked for are faults. */
export function isComplaint(message: string): boolean {
  return !message.startsWith('info: ');
}
