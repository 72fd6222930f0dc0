/** Many ticks: a field above them narrows what is shown. What is ticked always stays in sight. Without script: a plain list. */

const MANY = 8;

function searchable(options: HTMLElement): void {
  const labels = [...options.querySelectorAll<HTMLLabelElement>(":scope > label")];
  const legend = options.closest("fieldset")?.querySelector("legend");
  if (labels.length <= MANY || options.closest(".choices")) return;
  const box = document.createElement("div");
  const search = document.createElement("input");
  box.className = "choices";
  search.type = "search";
  search.autocomplete = "off";
  search.placeholder = options.dataset.narrow ?? "";
  search.setAttribute("aria-label", `${search.placeholder}: ${legend?.firstChild?.textContent?.trim() ?? ""}`);
  options.before(box);
  box.append(search, options);
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const label of labels) {
      const said = (label.textContent ?? "").toLowerCase();
      label.hidden = !label.querySelector<HTMLInputElement>("input")?.checked && !words.every((word) => said.includes(word));
    }
  });
  // Enter in it would send the whole form; whoever searches means the list.
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("fieldset.field > .options").forEach(searchable);
}
