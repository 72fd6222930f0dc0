/** Marking words in a frozen transcript fills the form that codes them; offsets are counted in code points, as the server does. */

const points = (text: string): number => Array.from(text).length;

/** The code point at which a place of the selection stands, or null outside the transcript. */
function placeOf(node: Node, offset: number, root: Element): number | null {
  const start = document.createRange();
  const at = (node instanceof Element ? node : node.parentElement)?.closest("[data-at]");
  if (at && root.contains(at)) {
    start.setStart(at, 0);
    start.setEnd(node, offset);
    return Number((at as HTMLElement).dataset.at) + points(start.toString());
  }
  // Between the pieces: the next piece begins there.
  const next = Array.from(root.querySelectorAll<HTMLElement>("[data-at]")).find(
    (piece) => node.compareDocumentPosition(piece) & Node.DOCUMENT_POSITION_FOLLOWING || (node as Element).children?.[offset]?.contains(piece),
  );
  return next ? Number(next.dataset.at) : null;
}

export function wake(scope: ParentNode): void {
  const root = scope.querySelector("[data-transcript]");
  const form = scope.querySelector<HTMLFormElement>("[data-quote-form]");
  const exact = form?.querySelector<HTMLTextAreaElement>("[data-quote-exact]");
  const start = form?.querySelector<HTMLInputElement>("[data-quote-start]");
  const end = form?.querySelector<HTMLInputElement>("[data-quote-end]");
  const said = form?.querySelector<HTMLElement>("[data-quote-place]");
  if (!root || !form || !exact || !start || !end) return;
  const text = Array.from(
    Array.from(root.querySelectorAll("p"), (line) => line.textContent ?? "").join("\n"),
  );
  const take = (): void => {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.rangeCount) return;
    const range = selection.getRangeAt(0);
    if (!root.contains(range.commonAncestorContainer)) return;
    let from = placeOf(range.startContainer, range.startOffset, root);
    let to = placeOf(range.endContainer, range.endOffset, root);
    if (from === null || to === null) return;
    while (from < to && /\s/.test(text[from] ?? "")) from += 1;
    while (to > from && /\s/.test(text[to - 1] ?? "")) to -= 1;
    if (from >= to) return;
    exact.value = text.slice(from, to).join("");
    start.value = String(from);
    end.value = String(to);
    if (said) said.textContent = `${from}–${to}`;
  };
  document.addEventListener("mouseup", take); // drawn in the transcript, and let go wherever the hand was
  root.addEventListener("keyup", take);
  root.addEventListener("touchend", () => setTimeout(take, 0));
  if (!exact.value) take(); // somebody was quicker than this script
  // What is typed by hand is looked for by the server.
  exact.addEventListener("input", () => {
    start.value = end.value = "";
    if (said) said.textContent = "";
  });
}
