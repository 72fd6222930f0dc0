/** The switch of the theme and the menu of narrow screens; both work by a plain form or link without script. */

export function theme(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-theme-switch]")) return;
    event.preventDefault();
    const root = document.documentElement;
    const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
    const next = (root.dataset.theme || system) === "dark" ? "light" : "dark";
    root.dataset.theme = next;
    document.cookie = `theme=${next}; path=/; max-age=31536000; samesite=lax`;
    const field = form.querySelector<HTMLInputElement>("input[name='theme']");
    if (field) field.value = next === "dark" ? "light" : "dark";
  });
}

export function menu(): void {
  const button = document.querySelector<HTMLButtonElement>("[data-menu-toggle]");
  const list = document.getElementById("menu");
  if (!button || !list) return;
  button.addEventListener("click", () => {
    const open = list.classList.toggle("open");
    button.setAttribute("aria-expanded", String(open));
  });
}
