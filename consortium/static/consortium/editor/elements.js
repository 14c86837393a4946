// Elements of the page, and the problems the server found marked at them.

import { problems } from "editor/schema";

const host = document.getElementById("ed-form");

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value" || name === "checked") element[name] = value;
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}
export const button = (label, act, kind = "") =>
  make("button", { type: "button", class: `ed-button ${kind}`, onclick: act }, label);
export const symbol = (name, label, act) =>
  make("button", { type: "button", class: "ed-symbol material-symbols-outlined", title: label, "aria-label": label, onclick: act }, name);

// Structures are rendered anew whenever their shape changes.
export function living(build) {
  const box = make("div", { class: "ed-living" });
  const again = () => { box.replaceChildren(...build(again)); mark(); };
  box.append(...build(again));
  return box;
}

// Problems at their fields: at the place itself, or at the nearest one above it.

export function placeOf(path) {
  let at = path;
  while (at) {
    const found = host.querySelector(`[data-path="${CSS.escape(at)}"]`);
    if (found) return found;
    at = at.replace(/(\.?("[^"]*"|[^.[\]"]+)|\[\d+\])$/, "");
  }
  return null;
}

export function mark() {
  host.querySelectorAll(".ed-error").forEach((each) => each.remove());
  for (const { path, sentence } of problems) {
    const place = path && placeOf(path);
    if (!place) continue;
    for (let up = place; up && up !== host; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    const said = make("p", { class: "ed-error" }, sentence);
    (place.querySelector(":scope > .ed-inside") ?? place).append(said);
  }
}
