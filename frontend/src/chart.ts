/**
 * Lines over time by uPlot. The page already holds the same figures as a table:
 * <figure data-chart="lines"><table>…</table></figure>; the table stays one click away and is the text alternative.
 */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

function figuresOf(table: HTMLTableElement): { names: string[]; x: number[]; rows: (number | null)[][] } {
  const names = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent?.trim() ?? "");
  const body = [...table.querySelectorAll("tbody tr")].map((row) => [...row.children] as HTMLElement[]);
  const value = (cell?: HTMLElement): number | null => {
    const text = cell?.dataset.value ?? cell?.textContent?.replace(/[^\d.eE+-]/g, "") ?? "";
    return text === "" ? null : Number(text);
  };
  const x = body.map((cells) => Date.parse(cells[0]?.dataset.value ?? cells[0]?.textContent ?? "") / 1000);
  return { names, x, rows: names.slice(1).map((_, index) => body.map((cells) => value(cells[index + 1]))) };
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(figure: HTMLElement): void {
  const table = figure.querySelector("table");
  if (!table || figure.querySelector(".chart-canvas")) return;
  const { names, x, rows } = figuresOf(table);
  if (x.length < 2) return;
  const room = document.createElement("div");
  room.className = "chart-canvas";
  room.setAttribute("role", "img");
  room.setAttribute("aria-label", figure.dataset.alt ?? names.join(", "));
  figure.prepend(room);
  const hues = ["--thread", "--l2", "--l3", "--l4", "--l5"];
  const axis = { stroke: colour("--muted"), grid: { stroke: colour("--line"), width: 1 }, ticks: { stroke: colour("--line") } };
  const plot = new uPlot(
    {
      width: figure.clientWidth || 600,
      height: 220,
      series: [{}, ...rows.map((_, index) => ({ label: names[index + 1], stroke: colour(hues[index % hues.length]!), width: 1.6, points: { show: x.length < 40 } }))],
      axes: [axis, axis],
      legend: { show: rows.length > 1 },
      cursor: { y: false },
    },
    [x, ...rows],
    room,
  );
  new ResizeObserver(() => plot.setSize({ width: figure.clientWidth, height: 220 })).observe(figure);
  fold(figure, table);
}

/** Puts the table under a heading that opens it. */
function fold(figure: HTMLElement, table: HTMLTableElement): void {
  const details = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = figure.dataset.tableLabel ?? "Table";
  summary.className = "muted small";
  details.append(summary, table);
  figure.append(details);
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-chart='lines']").forEach(draw);
}
