/** Parts of the page that come later (templates/parts/later.html): says that they are busy, and keeps a link's aim. */

const held = (event: Event): HTMLElement | null => {
  const target = event.target as HTMLElement;
  return target.matches?.("[data-later]") ? target : null;
};

/** The address named something that was not there yet: go there now, unless the reader has moved on. */
function aim(root: HTMLElement): void {
  const name = decodeURIComponent(location.hash.slice(1));
  const goal = name ? document.getElementById(name) : null;
  if (goal && root.contains(goal) && scrollY < innerHeight) goal.scrollIntoView();
}

export function later(): void {
  document.addEventListener("htmx:beforeRequest", (event) => held(event)?.setAttribute("aria-busy", "true"));
  document.addEventListener("htmx:afterRequest", (event) => held(event)?.setAttribute("aria-busy", "false"));
  document.addEventListener("htmx:afterSettle", (event) => {
    const root = held(event);
    if (!root) return;
    root.classList.add("arrived");
    aim(root);
  });
}
