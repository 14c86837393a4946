// Fields: each is given its schema, its holder and its key there, and the path.

import { make } from "editor/elements";
import { below, capital, isMap, optionsOf, resolve, state, touch, words } from "editor/schema";
import { group, list, named, union } from "editor/structures";

export function field(node, holder, key, path, { required = false, bare = false } = {}) {
  const at = resolve(node);
  const label = capital(at["x-name"] || String(key));
  const box = make("div", { class: "ed-field", "data-path": path });
  const set = (value) => {
    if (value === undefined || value === "") delete holder[key];
    else holder[key] = value;
    touch();
  };
  const control = controlFor(at, holder, key, path, set);
  if (control === null) return make("div", { hidden: true });
  if (control.block) {
    box.classList.add("ed-block");
    if (!bare) box.append(make("h4", {}, label));
    if (at["x-hint"] && !bare) box.append(make("p", { class: "ed-hint" }, at["x-hint"]));
    box.append(control.element);
    return box;
  }
  const shown = bare ? null : make("span", { class: "ed-label" }, label, required ? make("b", { title: words.required }, " *") : "");
  box.append(make("label", {}, shown, control.element));
  if (control.after) box.append(control.after);
  if (at["x-hint"]) box.append(make("p", { class: "ed-hint" }, at["x-hint"]));
  if (bare) control.element.setAttribute("aria-label", label);
  return box;
}

function controlFor(at, holder, key, path, set) {
  const value = holder[key];
  if ("const" in at) { holder[key] = at.const; return null; }
  if (at.name === "Text") return { element: bilingual(holder, key, path), block: true };
  if (optionsOf(at)) return { element: union(at, holder, key, path), block: true };
  if (at.enum) return { element: select(at, value, set) };
  if (at.type === "boolean") return { element: make("input", { type: "checkbox", checked: value === true, onchange: (e) => set(e.target.checked) }) };
  if (at.type === "integer") {
    return { element: make("input", { type: "number", step: 1, value: value ?? "", min: at.minimum, max: at.maximum, placeholder: at.default, oninput: (e) => set(e.target.value === "" ? undefined : Number(e.target.value)) }) };
  }
  if (at.type === "array") return listControl(at, holder, key, path, set);
  if (at.type === "object") return { element: at.patternProperties ? named(at, holder, key, path) : group(at, holder, key, path), block: true };
  if (at.format === "date") return { element: make("input", { type: "date", value: value ?? "", onchange: (e) => set(e.target.value) }) };
  return line(at, value, set);
}

function line(at, value, set) {
  const amount = (at.pattern || "").includes("(?:0|[1-9]");
  const after = amount ? make("span", { class: "ed-amount" }) : null;
  const tell = (said) => {
    if (!amount) return;
    const number = Number(said);
    const part = ["Rate", "Share"].includes(at.title);
    const known = said !== "" && Number.isFinite(number);
    after.textContent = !known ? "" : part ? `= ${+(number * 100).toPrecision(12)}%` : said.length > 4 ? `= ${number.toLocaleString("en", { maximumFractionDigits: 12 })}` : "";
  };
  tell(value ?? "");
  const input = make("input", { type: "text", value: value ?? "", inputmode: amount ? "decimal" : false, oninput: (e) => { const said = amount ? e.target.value.replace(/[,，\s]/g, "") : e.target.value; set(said); tell(said); } });
  return { element: suggesting(input, at), after };
}

// Codes that stand elsewhere in the document, offered while typing.
function suggestions(where) {
  const found = [];
  const seek = (value) => {
    if (Array.isArray(value)) value.forEach(seek);
    else if (isMap(value)) for (const [name, inner] of Object.entries(value)) { if (name === where && isMap(inner)) found.push(...Object.keys(inner)); else seek(inner); }
  };
  const listed = where.split(".").reduce((at, name) => at?.[name], state.doc);
  if (Array.isArray(listed)) found.push(...listed.map((each) => each.code)); else seek(state.doc);
  return [...new Set(found.filter(Boolean))];
}
function suggesting(input, at) {
  if (!at["x-suggest"]) return input;
  const id = `codes-${at["x-suggest"].replace(".", "-")}`;
  input.setAttribute("list", id);
  input.addEventListener("focus", () => {
    document.getElementById(id)?.remove();
    document.body.append(make("datalist", { id }, ...suggestions(at["x-suggest"]).map((code) => make("option", { value: code }))));
  });
  return input;
}

function select(at, value, set) {
  const empty = make("option", { value: "" }, at.default ? `${at["x-labels"]?.[at.default] ?? at.default}` : words.none);
  const options = at.enum.filter((each) => each !== at.default || value === each).map((each) => make("option", { value: each }, at["x-labels"]?.[each] ?? each));
  const element = make("select", { onchange: (e) => set(e.target.value) }, empty, ...options);
  element.value = value ?? "";
  return element;
}

function bilingual(holder, key, path) {
  const box = make("div", { class: "ed-two" });
  for (const [language, label] of [["zh", words.chinese], ["en", words.english]]) {
    const now = holder[key]?.[language] ?? "";
    const long = now.length > 60;
    const write = (event) => {
      const said = { ...(holder[key] || {}), [language]: event.target.value };
      if (!said[language]) delete said[language];
      if (Object.keys(said).length) holder[key] = said; else delete holder[key];
      touch();
    };
    const input = make(long ? "textarea" : "input", { type: long ? false : "text", rows: long ? 3 : false, value: now, lang: language === "zh" ? "zh-Hans" : "en", oninput: write });
    box.append(make("label", { "data-path": below(path, language) }, make("span", { class: "ed-language" }, label), input));
  }
  return box;
}

function listControl(at, holder, key, path, set) {
  const item = resolve(at.items);
  const value = holder[key] || [];
  if (item.enum) {
    const ticks = item.enum.map((each) => {
      const flip = (event) => {
        const now = new Set(holder[key] || []);
        if (event.target.checked) now.add(each); else now.delete(each);
        set(now.size ? item.enum.filter((one) => now.has(one)) : undefined);
      };
      return make("label", { class: "ed-tick" }, make("input", { type: "checkbox", checked: value.includes(each), onchange: flip }), item["x-labels"]?.[each] ?? each);
    });
    return { element: make("div", { class: "ed-ticks" }, ...ticks), block: true };
  }
  if (item.type === "string" && !item.format) {
    const split = (event) => { const found = event.target.value.split(/[,，、;\s]+/).filter(Boolean); set(found.length ? found : undefined); };
    return { element: suggesting(make("input", { type: "text", value: value.join(", "), oninput: split }), at) };
  }
  return { element: list(at, holder, key, path), block: true };
}
