/** Loaded on every page: htmx, keys, theme, menu. Editor, charts and graphs come only when a page has one. */
import "./styles/main.css";
import htmx from "htmx.org";
import { wake as choices } from "./choices";
import { focus } from "./focus";
import { folds, tabs } from "./folds";
import { jump } from "./jump";
import { keys } from "./keys";
import { later } from "./later";
import { menu, theme } from "./shell";

document.documentElement.classList.add("js");
// The content policy allows no eval and no inline style; refused answers carry markup worth showing.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "(400|403|404|409|412|422|500)", swap: true, error: true },
  { code: "...", swap: false, error: true },
];
document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector<HTMLMetaElement>("meta[name='csrf-token']")?.content;
  if (token) (event as CustomEvent).detail.headers["X-CSRFToken"] = token;
});

/** A table that scrolls sideways must be reachable by keyboard (WCAG 2.1.1). */
function reach(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>(".table-wrap:not([tabindex])").forEach((wrap, index) => {
    const name = wrap.querySelector("caption") ?? wrap.closest(".card")?.querySelector("h2");
    wrap.tabIndex = 0;
    wrap.setAttribute("role", "group");
    wrap.setAttribute("aria-label", name?.textContent?.trim() || `${index + 1}`);
  });
}

/** Wakes what a piece of the page asks for; called for the page and for every fragment swapped in. */
async function wake(root: ParentNode): Promise<void> {
  reach(root);
  choices(root);
  tabs(root);
  if (root.querySelector("[data-chart]")) (await import("./chart")).wake(root);
  if (root.querySelector("textarea[data-editor]")) (await import("./editor")).wake(root);
  if (root.querySelector("[data-graph]")) (await import("./graph")).wake(root);
  if (root.querySelector(".lanes[data-edges]")) (await import("./lanes")).wake(root);
  if (root.querySelector("[data-quote-form]")) (await import("./transcript")).wake(root);
}

theme();
menu();
jump();
keys();
folds();
focus();
void wake(document);
document.addEventListener("htmx:afterSwap", (event) => void wake(event.target as HTMLElement));
later();
// A refused form puts the reason in view and in focus.
const refused = document.querySelector<HTMLElement>("[data-refused]");
refused?.focus();

// A field marked data-autosubmit (a filter) sends its form when it changes; without script the button does.
document.addEventListener("change", (event) => {
  const field = event.target as HTMLElement;
  if (field.matches("[data-autosubmit]")) (field as HTMLInputElement).form?.requestSubmit();
});
// A form that would lose typed words asks first.
let dirty = false;
document.addEventListener("input", (event) => {
  if ((event.target as HTMLElement).closest("form[data-guard-typing]")) dirty = true;
});
document.addEventListener("submit", () => (dirty = false));
window.addEventListener("beforeunload", (event) => {
  if (dirty) event.preventDefault();
});
