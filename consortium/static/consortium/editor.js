// The form over a charter's JSON Schema. It edits one plain document; what the
// server finds wrong comes back with paths, and each is shown at its field.
"use strict";
(() => {
  const form = document.getElementById("editor");
  if (!form) return;
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const { schema, words, document: given } = read("editor-data");
  const problems = read("editor-problems");
  const host = document.getElementById("ed-form");
  const text = form.elements.text;
  let doc = given;
  let mode = "form";
  let changed = problems.length > 0;

  const touch = () => { changed = true; };
  const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
  const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

  // Elements

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
      else if (name === "value" || name === "checked") element[name] = value;
      else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  }
  const button = (label, act, kind = "") =>
    make("button", { type: "button", class: `ed-button ${kind}`, onclick: act }, label);
  const symbol = (name, label, act) =>
    make("button", { type: "button", class: "ed-symbol material-symbols-outlined", title: label, "aria-label": label, onclick: act }, name);

  // The schema

  function resolve(node, value) {
    let name = "";
    let at = node;
    while (at && at.$ref) {
      name = at.$ref.split("/").pop();
      at = { ...schema.$defs[name], ...pick(at, ["x-name", "x-hint", "x-expert", "x-suggest"]) };
    }
    return { ...(at || {}), name };
  }
  const pick = (from, names) => Object.fromEntries(names.filter((n) => n in from).map((n) => [n, from[n]]));
  const optionsOf = (node) => node.oneOf || node.anyOf;

  function fits(option, value) {
    const node = resolve(option);
    const known = node.properties || {};
    if (!isMap(value)) return !node.properties;
    for (const [key, at] of Object.entries(known)) if ("const" in at && value[key] !== at.const) return false;
    return Object.keys(value).every((key) => key in known);
  }

  // What a new value of a schema begins as.
  function fresh(node) {
    const at = resolve(node);
    if ("const" in at) return at.const;
    if (optionsOf(at)) return fresh(optionsOf(at)[0]);
    if (at.type === "array") return [];
    if (at.type === "boolean") return at.default === true;
    if (at.type === "object") {
      const made = {};
      for (const name of at.required || []) {
        const inner = resolve(at.properties[name]);
        if ("const" in inner || inner.type === "object" || inner.type === "array") made[name] = fresh(inner);
      }
      return made;
    }
    return undefined;
  }

  // Paths, as the server writes them

  const keyed = (key) => (/^[\p{L}\p{N}_-]+$/u.test(key) ? key : `"${key}"`);
  const below = (path, step) =>
    typeof step === "number" ? `${path}[${step}]` : path ? `${path}.${keyed(step)}` : keyed(step);

  // Fields: each is given its schema, its holder and its key there, and the path.

  function field(node, holder, key, path, { required = false, bare = false } = {}) {
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
    const listed = where.split(".").reduce((at, name) => at?.[name], doc);
    if (Array.isArray(listed)) found.push(...listed.map((each) => each.code)); else seek(doc);
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

  // Structures: rendered anew whenever their shape changes.

  function living(build) {
    const box = make("div", { class: "ed-living" });
    const again = () => { box.replaceChildren(...build(again)); mark(); };
    box.append(...build(again));
    return box;
  }

  function titleOf(value, index) {
    const chinese = document.documentElement.lang.startsWith("zh");
    const said = value?.label || value?.title || value?.text;
    if (isMap(said)) return (chinese ? said.zh || said.en : said.en || said.zh) || `${index + 1}`;
    const verb = isMap(value) ? Object.keys(value)[0] : "";
    return value?.code || (verb ? `${index + 1}` : `${index + 1}`);
  }

  function list(at, holder, key, path) {
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

  function named(at, holder, key, path) {
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

  function union(at, holder, key, path) {
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

  function group(at, holder, key, path) {
    if (!isMap(holder[key])) holder[key] = {};
    return living((again) => [make("div", { class: "ed-group" }, ...properties(at, holder[key], path, again))]);
  }

  // Lines of a rule: their verbs exclude each other, so one is chosen.
  const exclusive = (at) => {
    const names = Object.keys(at.properties || {}).filter((name) => optionsOf(resolve(at.properties[name])));
    return names.length > 1 && !(at.required || []).some((name) => names.includes(name)) ? names : null;
  };

  function properties(at, value, path, again) {
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

  // The page

  function section(name) {
    const node = resolve(schema.properties[name]);
    return living((again) => {
      if (!isMap(doc[name])) return [];
      const drop = symbol("delete", words.remove, (event) => { event.preventDefault(); if (confirm(words.removing)) { delete doc[name]; touch(); render(); } });
      return [make("details", { class: "ed-section desk-card", open: true, "data-path": name, id: `section-${name}` },
        make("summary", {}, make("span", {}, node["x-name"] ? capital(node["x-name"]) : name), drop),
        make("div", { class: "ed-inside" }, ...properties(node, doc[name], name, again)))];
    });
  }

  function render() {
    const own = { properties: Object.fromEntries(schema["x-own"].map((name) => [name, schema.properties[name]])), required: ["code", "title", "starts_on"] };
    const names = Object.keys(schema.properties).filter((name) => !schema["x-own"].includes(name));
    const head = living((again) => [make("section", { class: "ed-section desk-card" }, make("h3", {}, words.own), make("div", { class: "ed-inside" }, ...properties(own, doc, "", again)))]);
    const absent = names.filter((name) => !isMap(doc[name]));
    const add = (name) => { doc[name] = fresh(schema.properties[name]); touch(); render(); document.getElementById(`section-${name}`)?.scrollIntoView({ block: "start" }); };
    const missing = absent.length ? make("div", { class: "ed-absent" }, words.missing, " ", ...absent.map((name) => button(`+ ${capital(schema.properties[name]["x-name"] || name)}`, () => add(name)))) : null;
    host.replaceChildren(head, ...names.filter((name) => isMap(doc[name])).map(section), ...(missing ? [missing] : []));
    mark();
  }

  // Problems at their fields: at the place itself, or at the nearest one above it.

  function placeOf(path) {
    let at = path;
    while (at) {
      const found = host.querySelector(`[data-path="${CSS.escape(at)}"]`);
      if (found) return found;
      at = at.replace(/(\.?("[^"]*"|[^.[\]"]+)|\[\d+\])$/, "");
    }
    return null;
  }

  function mark() {
    host.querySelectorAll(".ed-error").forEach((each) => each.remove());
    for (const { path, sentence } of problems) {
      const place = path && placeOf(path);
      if (!place) continue;
      for (let up = place; up && up !== host; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
      const said = make("p", { class: "ed-error" }, sentence);
      (place.querySelector(":scope > .ed-inside") ?? place).append(said);
    }
  }

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
    sent.append("body", JSON.stringify(doc));
    sent.append("text", text.value);
    const answer = await fetch(form.dataset.convert, { method: "POST", body: sent });
    const found = await answer.json();
    if (!answer.ok) { alert([words.unreadable, ...(found.problems || []).map((each) => each.sentence)].join("\n")); return; }
    if (wanted === "text") text.value = found.text; else doc = found.body;
    show(wanted);
  }

  form.querySelector(".ed-tabs").hidden = false;
  form.querySelectorAll("[data-mode]").forEach((tab) => tab.addEventListener("click", () => change(tab.dataset.mode)));
  text.addEventListener("input", touch);
  form.addEventListener("submit", () => { form.elements.body.value = JSON.stringify(doc); changed = false; });
  window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
  show(read("editor-mode"));
})();
