/** Ctrl K: a dialog that asks the search page while one types; arrow keys choose, Enter goes. */

export function jump(): void {
  const dialog = document.querySelector<HTMLDialogElement>("dialog.jump");
  const input = dialog?.querySelector<HTMLInputElement>("input[type='search']");
  const hits = document.getElementById("jump-hits");
  if (!dialog || !input || !hits) return;

  const open = (): void => {
    if (!dialog.open) dialog.showModal();
    input.focus();
    input.select();
  };
  document.querySelectorAll("[data-jump]").forEach((opener) =>
    opener.addEventListener("click", (event) => {
      event.preventDefault();
      open();
    }),
  );
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });

  const links = (): HTMLAnchorElement[] => [...hits.querySelectorAll<HTMLAnchorElement>("a[href]")];
  const choose = (step: number): void => {
    const all = links();
    if (!all.length) return;
    const now = all.findIndex((link) => link.getAttribute("aria-selected") === "true");
    all.forEach((link) => link.removeAttribute("aria-selected"));
    const next = all[(now + step + all.length) % all.length]!;
    next.setAttribute("aria-selected", "true");
    next.id ||= `jump-hit-${all.indexOf(next)}`;
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };
  hits.addEventListener("htmx:afterSwap", () => {
    links().forEach((link) => link.setAttribute("role", "option"));
    input.setAttribute("aria-expanded", String(links().length > 0));
    input.removeAttribute("aria-activedescendant");
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(event.key === "ArrowDown" ? 1 : links().some((l) => l.hasAttribute("aria-selected")) ? -1 : 0);
    } else if (event.key === "Escape") {
      // A browser would empty the field first and leave the dialog open.
      event.preventDefault();
      dialog.close();
    } else if (event.key === "Enter") {
      const chosen = links().find((link) => link.getAttribute("aria-selected") === "true");
      if (chosen) {
        event.preventDefault();
        location.assign(chosen.href);
      }
    }
  });
}
