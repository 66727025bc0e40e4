/** What the watching process must end or remove should this one be killed. */
export type Notice = { readonly started: number } | { readonly ended: number } | { readonly created: string };

/** The parent may have been killed itself; that must not keep the runner from ending the rest. */
export function tellParent(notice: Notice): void {
  if (process.connected) process.send?.(notice, undefined, undefined, () => {});
}
