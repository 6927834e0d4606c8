// Actors as nodes, acts as edges with an arrow to the addressee; a click shows the evidence behind an edge.
"use strict";
(async function () {
  const block = document.getElementById("graph-data");
  const box = document.getElementById("graph");
  const side = document.querySelector("[data-side]");
  if (!block || !box || typeof cytoscape === "undefined") return;
  const data = JSON.parse(block.textContent);
  const names = data.nodes.map((one) => one.label).join(" ");
  await document.fonts.load("13px Plex", names).catch(() => []); // a name measured in another font would be cut off
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  function color(name) {
    const probe = document.createElement("span");
    probe.className = "probe " + name;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  function style() {
    const ink = color("c-ink"), paper = color("c-paper"), node = color("c-accent"), quiet = color("c-quiet");
    const sheet = [
      { selector: "node", style: { "background-color": node, "width": "data(size)", "height": "data(size)",
        "label": "data(label)", "color": ink, "font-size": 13, "font-family": "Plex, sans-serif", "text-wrap": "wrap",
        "text-max-width": 130, "text-valign": "bottom", "text-margin-y": 5, "text-outline-color": paper,
        "text-outline-width": 3, "min-zoomed-font-size": 6 } },
      { selector: "edge", style: { "width": "data(width)", "curve-style": "bezier", "control-point-step-size": 46,
        "target-arrow-shape": "triangle", "arrow-scale": 1.1, "opacity": 0.75, "line-color": quiet,
        "target-arrow-color": quiet } },
      { selector: ".faded", style: { "opacity": 0.12 } },
      { selector: ":selected", style: { "opacity": 1, "border-width": 3, "border-color": ink } },
    ];
    for (const family of data.families) {
      const tone = color("c-" + family.toLowerCase());
      sheet.push({ selector: 'edge[family = "' + family + '"]', style: { "line-color": tone,
        "target-arrow-color": tone, "line-style": data.dashes[family] || "solid" } });
    }
    return sheet;
  }

  const count = data.nodes.length;
  const elements = data.nodes.map((one, n) => ({
    data: { id: one.key, label: one.label, size: 16 + 30 * Math.sqrt(one.weight / data.nodes[0].weight), href: one.href },
    position: { x: 320 * Math.cos((2 * Math.PI * n) / count), y: 240 * Math.sin((2 * Math.PI * n) / count) },
  })).concat(data.edges.map((one, n) => ({
    data: { id: "e" + n, source: one.agent, target: one.addressee, width: Math.min(1.2 + 1.1 * Math.sqrt(one.count), 8),
      family: one.family, n: n },
  })));
  const graph = cytoscape({ container: box, elements: elements, style: style(), minZoom: 0.2, maxZoom: 3,
    layout: { name: "cose", randomize: false, animate: false, padding: 36, nodeDimensionsIncludeLabels: true, nodeRepulsion: 60000,
      idealEdgeLength: 110, nodeOverlap: 30, gravity: 0.6, numIter: 1200, componentSpacing: 80 } });
  let far = 1;

  function resize() { // names stay readable however far away all of the graph is seen from
    graph.style().selector("node").style({ "font-size": 13 * far, "text-max-width": 130 * far }).update();
  }

  function apart() { // no name covers another one: boxes that meet move away from each other, the shorter way
    const gap = 6 * far;
    const boxes = graph.nodes().map((node) => {
      const box = node.boundingBox({ includeEdges: false }), at = node.position();
      return { node: node, x: at.x, y: at.y, left: at.x - box.x1, right: box.x2 - at.x, top: at.y - box.y1, bottom: box.y2 - at.y };
    });
    for (let round = 0, met = true; met && round < 300; round++) {
      met = false;
      for (let i = 0; i < boxes.length; i++) {
        for (let j = i + 1; j < boxes.length; j++) {
          const a = boxes[i], b = boxes[j];
          const x = Math.min(a.x + a.right, b.x + b.right) - Math.max(a.x - a.left, b.x - b.left) + gap;
          const y = Math.min(a.y + a.bottom, b.y + b.bottom) - Math.max(a.y - a.top, b.y - b.top) + gap;
          if (x <= 0.01 || y <= 0.01) continue;
          met = true;
          const axis = x < y ? "x" : "y", half = (a[axis] <= b[axis] ? 0.5 : -0.5) * Math.min(x, y);
          a[axis] -= half;
          b[axis] += half;
        }
      }
    }
    for (const one of boxes) one.node.position({ x: one.x, y: one.y });
  }
  function widen() { // the layout knows nothing of the shape of the box
    const found = graph.nodes().boundingBox({ includeEdges: false });
    const factor = Math.min((box.clientWidth / box.clientHeight) * (found.h / found.w), 3);
    graph.nodes().positions((node) => {
      const at = node.position();
      return factor > 1 ? { x: at.x * factor, y: at.y } : { x: at.x, y: at.y / Math.max(factor, 1 / 3) };
    });
  }

  widen();
  for (let round = 0; round < 3; round++) { // what is larger is seen from farther away, where names take more room
    far = 1 / Math.min(Math.max(graph.zoom(), 0.45), 1);
    resize();
    apart();
    graph.fit(undefined, 36);
  }
  if (!still) box.classList.add("ready");
  box.dataset.ready = "yes";

  function element(tag, text, className) {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function link(text, to, className) {
    const made = element("a", text, className);
    made.href = to;
    return made;
  }

  function showEdge(one) {
    const head = element("h2");
    const from = element("bdi", one.agentLabel), to = element("bdi", one.addresseeLabel);
    head.append(from, element("span", data.arrow, "arrow-text"), to);
    const list = element("ol", "", "evidence-list");
    for (const act of one.acts) {
      const row = element("li");
      row.append(link(act.label, act.href, "strong"));
      if (act.quote) {
        const quote = element("blockquote", act.quote, "quote");
        quote.lang = "ar"; quote.dir = "rtl";
        row.append(quote);
      }
      list.append(row);
    }
    side.replaceChildren(head, list, link(one.more, one.href, "button"));
  }

  function showNode(node) {
    const rows = data.edges.filter((one) => one.agent === node.id() || one.addressee === node.id());
    const list = element("ul", "", "plain");
    for (const one of rows.slice(0, 12)) {
      const row = element("li"), button = element("button", "", "link-like");
      button.type = "button";
      button.append(element("bdi", one.agentLabel), element("span", data.arrow, "arrow-text"), element("bdi", one.addresseeLabel),
        element("span", " " + one.count, "quiet"));
      button.addEventListener("click", function () { showEdge(one); });
      row.append(button);
      list.append(row);
    }
    side.replaceChildren(element("h2", node.data("label")), list, link(data.openActor, node.data("href"), "button"));
  }

  graph.on("tap", "edge", function (event) { showEdge(data.edges[event.target.data("n")]); });
  graph.on("tap", "node", function (event) {
    const near = event.target.closedNeighborhood();
    graph.elements().addClass("faded");
    near.removeClass("faded");
    showNode(event.target);
  });
  graph.on("tap", function (event) { if (event.target === graph) graph.elements().removeClass("faded"); });
  for (const button of document.querySelectorAll("[data-zoom]")) {
    button.addEventListener("click", function () {
      graph.zoom({ level: graph.zoom() * Number(button.dataset.zoom), renderedPosition: { x: box.clientWidth / 2, y: box.clientHeight / 2 } });
    });
  }
  document.querySelector("[data-fit]").addEventListener("click", function () {
    graph.elements().removeClass("faded");
    graph.fit(undefined, 36);
  });
  function repaint() { graph.style(style()); resize(); }
  document.addEventListener("themechange", repaint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  box.graph = graph;
})();
