/** `?` lists the keys; `g` and a letter goes to a room. Keys rest while one types. */

export function keys(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog#keys");
  let leader = -Infinity;
  document.querySelectorAll("[data-keys]").forEach((opener) => opener.addEventListener("click", () => dialog?.showModal()));
  dialog?.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  document.addEventListener("keydown", (event) => {
    // An editor in a shadow root is seen from here as its host: ask the path where the typing really happens.
    const target = (event.composedPath()[0] ?? event.target) as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable='true'], dialog") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "?") {
      event.preventDefault();
      dialog?.showModal();
    } else if (event.key === "/") {
      event.preventDefault();
      document.querySelector<HTMLElement>("[data-jump]")?.click();
    } else if (event.key === "g") {
      leader = event.timeStamp;
    } else if (event.timeStamp - leader < 1200) {
      leader = -Infinity;
      const link = document.querySelector<HTMLAnchorElement>(`.menu a[data-key="${CSS.escape(event.key)}"]`);
      if (link) location.assign(link.href);
    }
  });
}
