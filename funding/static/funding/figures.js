/* Typing figures: lines are added up, keys go from cell to cell, a block can be pasted. */
"use strict";

(() => {
  const number = (text) => Number(text.replace(/[\s,，]/g, ""));

  /* Sums below the lines of a figure, each in its own row or form. */
  const addUp = (within) => {
    for (const sum of within.querySelectorAll("[data-sum]")) {
      const lines = [...within.querySelectorAll("[data-adds]")].filter(
        (each) => each.dataset.adds === sum.dataset.sum,
      );
      const filled = lines.filter((each) => each.value.trim());
      const total = filled.reduce(
        (running, each) => running + Number(each.dataset.sign) * number(each.value), 0,
      );
      sum.textContent = filled.length && !Number.isNaN(total)
        ? total.toLocaleString("en", { maximumFractionDigits: 3 }).replace("-", "−")
        : "—";
    }
  };
  /* Amounts are easier to check with commas between the thousands. */
  const group = (cell) => {
    const text = cell.value.trim();
    if (/^\d{4,}(\.\d+)?$/.test(text)) {
      const [whole, part] = text.split(".");
      cell.value = whole.replace(/\B(?=(\d{3})+$)/g, ",") + (part ? `.${part}` : "");
    }
  };
  const around = (cell) => cell.closest("tr") || cell.closest("form");

  /* The sheet as a grid: arrows and Enter go up and down, as people expect of a table. */
  const grid = () => [...document.querySelectorAll("#sheet tbody tr")]
    .map((row) => [...row.querySelectorAll(".season-cell")])
    .filter((row) => row.length);
  const placeOf = (cell, rows) => {
    const row = rows.findIndex((each) => each.includes(cell));
    return row < 0 ? null : [row, rows[row].indexOf(cell)];
  };
  const move = (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Enter: event.shiftKey ? -1 : 1 }[event.key];
    const cell = event.target;
    if (!step || !cell.matches("input.season-cell")) return;
    const rows = grid();
    const place = placeOf(cell, rows);
    if (!place) return;
    event.preventDefault();
    rows[place[0] + step]?.[place[1]]?.focus();
  };

  /* A block copied from a spreadsheet fills the cells to the right and below. */
  const paste = (event) => {
    const text = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "");
    const cell = event.target;
    if (!cell.matches(".season-cell") || !/[\t\n]/.test(text)) return;
    const rows = grid();
    const place = placeOf(cell, rows);
    if (!place) return;
    event.preventDefault();
    text.split(/\r?\n/).forEach((line, down) => {
      line.split("\t").forEach((value, right) => {
        const target = rows[place[0] + down]?.[place[1] + right];
        if (!target) return;
        fill(target, value.trim());
      });
    });
  };
  const fill = (cell, value) => {
    if (cell.tagName === "SELECT") {
      const meant = [...cell.options].find(
        (each) => each.value === value || each.text.toLowerCase() === value.toLowerCase(),
      );
      if (meant) cell.value = meant.value;
    } else {
      cell.value = value;
    }
    for (const kind of ["input", "change"]) cell.dispatchEvent(new Event(kind, { bubbles: true }));
  };

  let typed = false;
  document.addEventListener("DOMContentLoaded", () => {
    const sheet = document.getElementById("sheet");
    for (const sum of document.querySelectorAll("[data-sum]")) addUp(around(sum));
    document.addEventListener("input", (event) => {
      if (event.target.matches("[data-adds]")) addUp(around(event.target));
      if (sheet?.contains(event.target)) typed = true;
    });
    if (!sheet) return;
    const numbers = sheet.querySelectorAll(".season-number");
    for (const cell of numbers) {
      group(cell);
      cell.addEventListener("change", () => group(cell));
    }
    typed = sheet.dataset.typed === "yes";
    sheet.addEventListener("keydown", move);
    sheet.addEventListener("paste", paste);
    sheet.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  });
})();
