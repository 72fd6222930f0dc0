/**
 * Lines of the thread page. The cards stand in columns by kind; each `data-edges` entry "from>to" is drawn from the right
 * edge of the earlier card to the left edge of the later one. Choosing a card lights all that hangs together with it;
 * while none is chosen, what hangs together with the card of this page is lit and nothing fades.
 */
const SVG = "http://www.w3.org/2000/svg";

interface Line {
  from: HTMLElement;
  to: HTMLElement;
  path: SVGPathElement;
}

function reached(start: HTMLElement, lines: Line[], forwards: boolean): Set<HTMLElement> {
  const found = new Set([start]);
  const waiting = [start];
  while (waiting.length) {
    const card = waiting.pop()!;
    for (const line of lines) {
      const next = forwards ? (line.from === card ? line.to : null) : line.to === card ? line.from : null;
      if (next && !found.has(next)) {
        found.add(next);
        waiting.push(next);
      }
    }
  }
  return found;
}

function draw(lanes: HTMLElement): void {
  if (lanes.dataset.lanesReady) return;
  lanes.dataset.lanesReady = "yes";
  const cards = new Map<string, HTMLElement>();
  lanes.querySelectorAll<HTMLElement>("[data-node]").forEach((card) => cards.set(card.dataset.node!, card));
  const svg = document.createElementNS(SVG, "svg");
  svg.classList.add("lines");
  svg.setAttribute("aria-hidden", "true");
  lanes.prepend(svg);
  const lines: Line[] = [];
  for (const edge of (lanes.dataset.edges ?? "").split(" ").filter(Boolean)) {
    const [from, to] = edge.split(">").map((key) => cards.get(key));
    if (!from || !to) continue;
    const path = document.createElementNS(SVG, "path");
    svg.append(path);
    lines.push({ from, to, path });
  }

  const place = (): void => {
    const room = lanes.getBoundingClientRect();
    svg.setAttribute("width", String(room.width));
    svg.setAttribute("height", String(room.height));
    for (const { from, to, path } of lines) {
      const a = from.getBoundingClientRect();
      const b = to.getBoundingClientRect();
      const shift = -room.left;
      const sameLane = Math.abs(a.left - b.left) < 4;
      const [x1, x2] = sameLane ? [a.right + shift, b.right + shift] : a.left < b.left ? [a.right + shift, b.left + shift] : [a.left + shift, b.right + shift];
      const [y1, y2] = [a.top + a.height / 2 - room.top, b.top + b.height / 2 - room.top];
      const bend = sameLane ? Math.min(26, 8 + Math.abs(y2 - y1) / 24) : (x2 - x1) / 2;
      path.classList.toggle("within", sameLane);
      path.setAttribute("d", `M${x1} ${y1} C${x1 + bend} ${y1} ${sameLane ? x2 + bend : x2 - bend} ${y2} ${x2} ${y2}`);
    }
  };

  const here = lanes.querySelector<HTMLElement>(".lane-card.here");
  const light = (chosen: HTMLElement | null): void => {
    lanes.classList.toggle("choosing", chosen !== null);
    const card = chosen ?? here;
    const lit = card ? new Set([...reached(card, lines, true), ...reached(card, lines, false)]) : new Set<HTMLElement>();
    cards.forEach((each) => each.classList.toggle("lit", lit.has(each)));
    lines.forEach((line) => line.path.classList.toggle("lit", card ? lit.has(line.from) && lit.has(line.to) : false));
  };

  place();
  light(null);
  new ResizeObserver(place).observe(lanes);
  void document.fonts?.ready.then(place);
  cards.forEach((card) => {
    card.addEventListener("mouseenter", () => light(card));
    card.addEventListener("focusin", () => light(card));
    card.addEventListener("mouseleave", () => light(null));
    card.addEventListener("focusout", () => light(null));
  });
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>(".lanes[data-edges]").forEach(draw);
}
