/**
 * A graph of things by Cytoscape, laid out in layers. The page already holds the edges as a table:
 * <div data-graph="TABLE-ID"></div>; each row has data-source, data-target (and links in its cells).
 */
import cytoscape from "cytoscape";
import dagre from "cytoscape-dagre";

cytoscape.use(dagre as cytoscape.Ext);

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function draw(room: HTMLElement): void {
  const table = document.getElementById(room.dataset.graph ?? "");
  if (!table || room.dataset.graphReady) return;
  room.dataset.graphReady = "yes";
  const nodes = new Map<string, cytoscape.ElementDefinition>();
  const edges: cytoscape.ElementDefinition[] = [];
  table.querySelectorAll<HTMLElement>("tr[data-source]").forEach((row) => {
    const { source = "", target = "", sourceUrl = "", targetUrl = "", sourceLabel, targetLabel } = row.dataset;
    nodes.set(source, { data: { id: source, label: sourceLabel ?? source, url: sourceUrl } });
    nodes.set(target, { data: { id: target, label: targetLabel ?? target, url: targetUrl } });
    edges.push({ data: { id: `${source}>${target}`, source, target } });
  });
  // Cytoscape would write a <style> unless it finds this id; .graph is positioned by our own sheet.
  const sheet = "__________cytoscape_stylesheet";
  if (!document.getElementById(sheet)) document.head.append(Object.assign(document.createElement("meta"), { id: sheet }));
  const graph = cytoscape({
    maxZoom: 1.5,
    container: room,
    elements: [...nodes.values(), ...edges],
    wheelSensitivity: 0.3,
    style: [
      { selector: "node", style: { shape: "round-rectangle", width: "label", height: 26, padding: "8px", label: "data(label)", "text-valign": "center", "font-size": 12, "font-family": colour("--sans"), "background-color": colour("--card"), color: colour("--ink"), "border-width": 1, "border-color": colour("--line-strong") } },
      { selector: "node:selected", style: { "border-color": colour("--thread"), "border-width": 2 } },
      { selector: "edge", style: { width: 1.4, "line-color": colour("--thread"), "target-arrow-color": colour("--thread"), "target-arrow-shape": "triangle", "arrow-scale": 0.7, "curve-style": "bezier" } },
    ],
    layout: { name: "dagre", rankDir: "LR", nodeSep: 16, rankSep: 60, fit: false } as unknown as cytoscape.LayoutOptions,
  });
  graph.fit(undefined, 24);
  if (graph.zoom() > 1.1) graph.zoom(1.1);
  graph.center();
  graph.$id(room.dataset.here ?? "").select();
  graph.on("tap", "node", (event) => {
    const url = event.target.data("url") as string;
    if (url) location.assign(url);
  });
}

export function wake(root: ParentNode): void {
  root.querySelectorAll<HTMLElement>("[data-graph]").forEach(draw);
}
