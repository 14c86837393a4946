// The form over a charter's JSON Schema. It edits one plain document; what the
// server finds wrong comes back with paths, and each is shown at its field.

import { button, living, make, mark, placeOf, symbol } from "editor/elements";
import { capital, fresh, isMap, read, resolve, schema, state, touch, words } from "editor/schema";
import { properties } from "editor/structures";

const form = document.getElementById("editor");
const host = document.getElementById("ed-form");
const text = form.elements.text;
let mode = "form";

// The sections

function section(name) {
  const node = resolve(schema.properties[name]);
  return living((again) => {
    if (!isMap(state.doc[name])) return [];
    const drop = symbol("delete", words.remove, (event) => { event.preventDefault(); if (confirm(words.removing)) { delete state.doc[name]; touch(); render(); } });
    return [make("details", { class: "ed-section desk-card", open: true, "data-path": name, id: `section-${name}` },
      make("summary", {}, make("span", {}, node["x-name"] ? capital(node["x-name"]) : name), drop),
      make("div", { class: "ed-inside" }, ...properties(node, state.doc[name], name, again)))];
  });
}

function render() {
  const own = { properties: Object.fromEntries(schema["x-own"].map((name) => [name, schema.properties[name]])), required: ["code", "title", "starts_on"] };
  const names = Object.keys(schema.properties).filter((name) => !schema["x-own"].includes(name));
  const head = living((again) => [make("section", { class: "ed-section desk-card" }, make("h3", {}, words.own), make("div", { class: "ed-inside" }, ...properties(own, state.doc, "", again)))]);
  const absent = names.filter((name) => !isMap(state.doc[name]));
  const add = (name) => { state.doc[name] = fresh(schema.properties[name]); touch(); render(); document.getElementById(`section-${name}`)?.scrollIntoView({ block: "start" }); };
  const missing = absent.length ? make("div", { class: "ed-absent" }, words.missing, " ", ...absent.map((name) => button(`+ ${capital(schema.properties[name]["x-name"] || name)}`, () => add(name)))) : null;
  host.replaceChildren(head, ...names.filter((name) => isMap(state.doc[name])).map(section), ...(missing ? [missing] : []));
  mark();
}

// From a problem to its place

form.addEventListener("click", (event) => {
  const link = event.target.closest("[data-goto]");
  if (!link) return;
  event.preventDefault();
  const place = placeOf(link.dataset.goto);
  place?.scrollIntoView({ block: "center" });
  place?.querySelector("input, select, textarea")?.focus({ preventScroll: true });
});

// Form or text

function show(wanted) {
  mode = wanted;
  form.elements.mode.value = wanted;
  host.hidden = wanted !== "form";
  document.getElementById("ed-text").hidden = wanted !== "text";
  form.querySelectorAll("[data-mode]").forEach((tab) => tab.setAttribute("aria-selected", tab.dataset.mode === wanted));
  if (wanted === "form") render();
}

async function change(wanted) {
  if (wanted === mode) return;
  const sent = new FormData();
  sent.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  sent.append("to", wanted);
  sent.append("body", JSON.stringify(state.doc));
  sent.append("text", text.value);
  const answer = await fetch(form.dataset.convert, { method: "POST", body: sent });
  const found = await answer.json();
  if (!answer.ok) { alert([words.unreadable, ...(found.problems || []).map((each) => each.sentence)].join("\n")); return; }
  if (wanted === "text") text.value = found.text; else state.doc = found.body;
  show(wanted);
}

form.querySelector(".ed-tabs").hidden = false;
form.querySelectorAll("[data-mode]").forEach((tab) => tab.addEventListener("click", () => change(tab.dataset.mode)));
text.addEventListener("input", touch);
form.addEventListener("submit", () => { form.elements.body.value = JSON.stringify(state.doc); state.changed = false; });
window.addEventListener("beforeunload", (event) => { if (state.changed) event.preventDefault(); });
show(read("editor-mode"));
