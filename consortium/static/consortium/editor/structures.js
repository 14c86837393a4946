// Structures: lists, tables of names, alternatives and groups, each around its fields.

import { button, living, make, symbol } from "editor/elements";
import { field } from "editor/fields";
import { below, capital, fits, fresh, isMap, optionsOf, resolve, schema, touch, words } from "editor/schema";

function titleOf(value, index) {
  const chinese = document.documentElement.lang.startsWith("zh");
  const said = value?.label || value?.title || value?.text;
  if (isMap(said)) return (chinese ? said.zh || said.en : said.en || said.zh) || `${index + 1}`;
  const verb = isMap(value) ? Object.keys(value)[0] : "";
  return value?.code || (verb ? `${index + 1}` : `${index + 1}`);
}

export function list(at, holder, key, path) {
  return living((again) => {
    const items = holder[key] || [];
    const change = (act) => { act(items); holder[key] = items; touch(); again(); };
    const rows = items.map((value, index) => {
      const tools = make("span", { class: "ed-tools" },
        index > 0 ? symbol("arrow_upward", words.up, () => change((all) => all.splice(index - 1, 0, all.splice(index, 1)[0]))) : null,
        index < items.length - 1 ? symbol("arrow_downward", words.down, () => change((all) => all.splice(index + 1, 0, all.splice(index, 1)[0]))) : null,
        symbol("delete", words.remove, () => { if (confirm(words.removing)) change((all) => all.splice(index, 1)); }));
      const inner = resolve(at.items);
      const body = inner.type === "object" ? properties(inner, value, below(path, index), again) : [field(at.items, items, index, below(path, index), { bare: true })];
      if (exclusive(inner)) return make("div", { class: "ed-line", "data-path": below(path, index) }, make("span", { class: "ed-number" }, `${index + 1}`), make("div", { class: "ed-grow" }, ...body), tools);
      return make("details", { class: "ed-item", "data-path": below(path, index), open: items.length < 4 || Object.keys(value).length === 0 },
        make("summary", {}, titleOf(value, index), tools), make("div", { class: "ed-inside" }, ...body));
    });
    return [...rows, button(`+ ${words.add}`, () => change((all) => all.push(fresh(at.items))))];
  });
}

export function named(at, holder, key, path) {
  const inner = Object.values(at.patternProperties)[0];
  return living((again) => {
    const table = holder[key] || {};
    const rename = (from, to) => {
      holder[key] = Object.fromEntries(Object.entries(table).map(([name, value]) => [name === from ? to : name, value]));
      touch(); again();
    };
    const rows = Object.keys(table).map((name) =>
      make("div", { class: "ed-item ed-inside", "data-path": below(path, name) },
        make("label", { class: "ed-code" }, make("span", { class: "ed-label" }, capital(words.code)),
          make("input", { type: "text", value: name, onchange: (e) => rename(name, e.target.value.trim() || name) })),
        make("span", { class: "ed-tools" }, symbol("delete", words.remove, () => { delete table[name]; touch(); again(); })),
        field(inner, table, name, below(path, name), { bare: true })));
    const add = () => {
      let number = 1;
      while (`new_${number}` in table) number += 1;
      table[`new_${number}`] = fresh(inner);
      holder[key] = table; touch(); again();
    };
    return [...rows, button(`+ ${words.add}`, add)];
  });
}

export function union(at, holder, key, path) {
  return living((again) => {
    const options = optionsOf(at);
    let now = options.findIndex((option) => fits(option, holder[key]));
    if (now < 0) { now = 0; }
    const inner = resolve(options[now]);
    if (!isMap(holder[key])) holder[key] = fresh(options[now]) ?? {};
    const choose = (event) => { holder[key] = fresh(options[Number(event.target.value)]); touch(); again(); };
    const names = options.map((option, index) => { const each = resolve(option); return make("option", { value: index }, schema.$defs[each.name]?.["x-name"] ?? each.title ?? each.name); });
    const chooser = make("select", { onchange: choose, "aria-label": words.choose }, ...names);
    chooser.value = now;
    return [make("div", { class: "ed-union" }, options.length > 1 ? chooser : null, ...properties(inner, holder[key], path, again))];
  });
}

export function group(at, holder, key, path) {
  if (!isMap(holder[key])) holder[key] = {};
  return living((again) => [make("div", { class: "ed-group" }, ...properties(at, holder[key], path, again))]);
}

// Lines of a rule: their verbs exclude each other, so one is chosen.
const exclusive = (at) => {
  const names = Object.keys(at.properties || {}).filter((name) => optionsOf(resolve(at.properties[name])));
  return names.length > 1 && !(at.required || []).some((name) => names.includes(name)) ? names : null;
};

export function properties(at, value, path, again) {
  const required = new Set(at.required || []);
  const verbs = exclusive(at);
  const plain = [], folded = [], absent = [], front = [];
  for (const [name, node] of Object.entries(at.properties || {})) {
    if (verbs?.includes(name)) continue;
    const inner = resolve(node);
    const needs = required.has(name);
    const optionalGroup = !needs && inner.type === "object" && inner.name !== "Text" && !inner.patternProperties && value[name] === undefined;
    if (optionalGroup && !inner["x-expert"]) { absent.push([name, inner]); continue; }
    if (optionalGroup) { folded.push([name, button(`+ ${capital(inner["x-name"])}`, () => { value[name] = fresh(inner); touch(); again(); })]); continue; }
    const made = field(node, value, name, below(path, name), { required: needs });
    if (!needs && inner.type === "object" && inner.name !== "Text" && !inner.patternProperties) {
      made.querySelector("h4")?.append(symbol("close", words.remove, () => { delete value[name]; touch(); again(); }));
    }
    if (inner["x-expert"]) folded.push([name, made, value[name] !== undefined]); else plain.push(made);
  }
  if (verbs) front.push(verbChoice(at, verbs, value, path, again));
  return [...front, ...plain, additions(absent, value, again), foldedBox(folded, at)].filter(Boolean);
}

function verbChoice(at, verbs, value, path, again) {
  const now = verbs.find((verb) => verb in value);
  const options = verbs.map((verb) => make("option", { value: verb }, at.properties[verb]["x-name"] ?? verb));
  const choose = (event) => {
    const kept = now ? value[now] : undefined;
    for (const verb of verbs) delete value[verb];
    if (event.target.value) value[event.target.value] = kept ?? fresh(at.properties[event.target.value]);
    touch(); again();
  };
  const chooser = make("select", { onchange: choose, "aria-label": words.choose, class: "ed-verb" }, make("option", { value: "" }, words.choose), ...options);
  chooser.value = now ?? "";
  return make("div", { class: "ed-sentence" }, chooser, now ? make("div", { class: "ed-grow", "data-path": below(path, now) }, union(resolve(at.properties[now]), value, now, below(path, now))) : null);
}

function additions(absent, value, again) {
  if (!absent.length) return null;
  const buttons = absent.map(([name, inner]) => button(`+ ${capital(inner["x-name"] || name)}`, () => { value[name] = fresh(inner); touch(); again(); }));
  return make("div", { class: "ed-absent" }, ...buttons);
}

function foldedBox(folded) {
  if (!folded.length) return null;
  const filled = folded.filter(([, , has]) => has).length;
  const note = filled ? make("small", {}, ` (${filled} ${words.filled})`) : null;
  return make("details", { class: "ed-more" }, make("summary", {}, words.more, note), make("div", { class: "ed-inside" }, ...folded.map(([, each]) => each)));
}
