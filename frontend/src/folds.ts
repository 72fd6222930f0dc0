/** Small screens: filters that open when asked for, and rows of tabs that show where there is more. */

export function folds(): void {
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-unfold]");
    if (!button) return;
    const open = button.closest(".filters")?.classList.toggle("open") ?? false;
    button.setAttribute("aria-expanded", String(open));
  });
}

/** The current tab comes into view; an edge fades while tabs lie beyond it. */
export function tabs(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>(".tabs").forEach((row) => {
    const current = row.querySelector<HTMLElement>("[aria-current]");
    if (current && row.scrollWidth > row.clientWidth)
      row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
    const mark = (): void => {
      row.classList.toggle("more-left", row.scrollLeft > 4);
      row.classList.toggle("more-right", row.scrollLeft + row.clientWidth < row.scrollWidth - 4);
    };
    row.addEventListener("scroll", mark, { passive: true });
    addEventListener("resize", mark);
    mark();
  });
}
