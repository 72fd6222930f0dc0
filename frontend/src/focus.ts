/**
 * Whoever works by keyboard stays where they are. A piece of the page that is swapped while the focus is in it gives the
 * focus back to the same control, or, when that is gone, to the piece itself. A piece elsewhere never takes it.
 */

interface Place {
  same: (other: HTMLElement) => boolean;
  tag: string;
  root: string;
}

const words = (element: HTMLElement): string => (element.textContent ?? "").trim().replace(/\s+/g, " ");

function placeOf(active: HTMLElement, target: HTMLElement): Place {
  const [href, name, said] = [active.getAttribute("href"), active.getAttribute("name"), words(active)];
  return {
    tag: active.tagName,
    root: target.id,
    same: (other) => other.getAttribute("href") === href && other.getAttribute("name") === name && words(other) === said,
  };
}

function giveBack(place: Place): void {
  const again = [...document.querySelectorAll<HTMLElement>(place.tag)].find(place.same);
  const root = place.root ? document.getElementById(place.root) : null;
  if (again) again.focus({ preventScroll: true });
  else if (root) {
    if (!root.hasAttribute("tabindex")) root.tabIndex = -1;
    root.focus({ preventScroll: true });
  }
}

export function focus(): void {
  let held: Place | null = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const target = (event as CustomEvent).detail.target as HTMLElement;
    const active = document.activeElement as HTMLElement | null;
    held = active && active !== document.body && target.contains(active) ? placeOf(active, target) : held;
  });
  document.addEventListener("htmx:afterSettle", () => {
    const place = held;
    held = null;
    if (place && (!document.activeElement || document.activeElement === document.body)) giveBack(place);
  });
  // What unfolds over the page closes by Escape, and the focus goes back to what opened it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const from = document.activeElement as HTMLElement | null;
    const move = from?.closest<HTMLDetailsElement>("details.move[open]");
    const menu = from?.closest<HTMLElement>(".menu.open, [data-menu-toggle]");
    if (move) {
      move.open = false;
      move.querySelector<HTMLElement>("summary")?.focus();
    } else if (menu) {
      const button = document.querySelector<HTMLElement>("[data-menu-toggle][aria-expanded='true']");
      button?.click();
      button?.focus();
    }
  });
}
