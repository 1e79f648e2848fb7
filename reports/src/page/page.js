// Tables can be sorted by a column, and long ones filtered; designs can be left out. Without this the page is complete.
"use strict";
const UNITS = { "µs": 1e-6, ms: 1e-3, s: 1, min: 60, h: 3600, d: 86400, k: 1e3, M: 1e6, G: 1e9 };
function value(text) {
  const plain = text.replace(/[−–]/g, "-").replace(/,/g, "");
  let sum = null;
  for (const [, number, unit] of plain.matchAll(/(-?\x24?[\d.]+)\s*(µs|ms|min|[sdhkMG](?![a-zA-Z]))?/g)) {
    const part = parseFloat(number.replace("\x24", "")) * (UNITS[unit] ?? 1);
    if (Number.isNaN(part)) continue;
    if (sum === null) sum = part; else if (["s", "min", "h", "ms"].includes(unit)) sum += part; else break;
  }
  return sum;
}
function sort(table, column, header) {
  const descending = header.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("thead th").forEach((other) => other.removeAttribute("aria-sort"));
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const isNumber = header.classList.contains("number");
  const key = (row) => (isNumber ? value(row.cells[column].textContent) : row.cells[column].textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [key(row), row]);
  rows.sort(([a], [b]) => {
    if (a === null || b === null) return (a === null) - (b === null);
    const order = isNumber ? a - b : a.localeCompare(b);
    return descending ? -order : order;
  });
  table.tBodies[0].append(...rows.map(([, row]) => row));
}
for (const table of document.querySelectorAll("table")) {
  const rows = [...table.tBodies[0].rows];
  if (rows.length < 2) continue;
  table.querySelectorAll("thead th").forEach((header) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...header.childNodes);
    button.addEventListener("click", () => sort(table, header.cellIndex, header));
    header.append(button);
  });
  if (rows.length < 12) continue;
  const filter = document.createElement("input");
  filter.type = "search";
  filter.className = "filter";
  filter.placeholder = "Filter rows";
  filter.setAttribute("aria-label", "Filter rows of: " + table.caption.textContent);
  filter.addEventListener("input", () => {
    const wanted = filter.value.toLowerCase();
    for (const row of table.tBodies[0].rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
  table.closest(".scroll").before(filter);
}
// A design that is left out takes its rows, its tables, and what has its colour in charts with it, unless another has that colour too.
const designs = [...document.querySelectorAll(".designs input")];
function leaveOut() {
  const out = designs.filter((design) => !design.checked);
  const colours = (of) => of.flatMap((design) => design.dataset.colours.split(" "));
  const shown = new Set(colours(designs.filter((design) => design.checked)));
  const hidden = new Set(colours(out).filter((colour) => !shown.has(colour)));
  const names = new Set(out.map((design) => design.value));
  const startsWith = (text) => [...names].some((name) => text.startsWith(name + " on "));
  for (const shape of document.querySelectorAll("figure svg [fill], figure svg [stroke]")) {
    const told = shape.querySelector("title")?.textContent.split(" · ") ?? [];
    const isOut = [shape.getAttribute("fill"), shape.getAttribute("stroke")].some((colour) => hidden.has(colour));
    shape.classList.toggle("off", isOut || told.some((name) => names.has(name)));
  }
  const name = (cell) => cell.textContent.trim().replaceAll("_", " ");
  for (const row of document.querySelectorAll("tbody tr")) row.classList.toggle("off", [...row.cells].slice(0, 2).some((cell) => names.has(name(cell))));
  for (const table of document.querySelectorAll(".table")) table.classList.toggle("off", startsWith(name(table.querySelector("h3") ?? table)));
}
for (const design of designs) {
  design.closest("fieldset").hidden = false;
  design.addEventListener("change", leaveOut);
}
