// What the server gave: the document being edited, its JSON Schema and the words around it.

export const read = (id) => JSON.parse(document.getElementById(id).textContent);
const given = read("editor-data");
export const { schema, words } = given;
export const problems = read("editor-problems");

// The one document, and whether it differs from what is stored.
export const state = { doc: given.document, changed: problems.length > 0 };
export const touch = () => { state.changed = true; };

export const isMap = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

// The schema

export function resolve(node, value) {
  let name = "";
  let at = node;
  while (at && at.$ref) {
    name = at.$ref.split("/").pop();
    at = { ...schema.$defs[name], ...pick(at, ["x-name", "x-hint", "x-expert", "x-suggest"]) };
  }
  return { ...(at || {}), name };
}
const pick = (from, names) => Object.fromEntries(names.filter((n) => n in from).map((n) => [n, from[n]]));
export const optionsOf = (node) => node.oneOf || node.anyOf;

export function fits(option, value) {
  const node = resolve(option);
  const known = node.properties || {};
  if (!isMap(value)) return !node.properties;
  for (const [key, at] of Object.entries(known)) if ("const" in at && value[key] !== at.const) return false;
  return Object.keys(value).every((key) => key in known);
}

// What a new value of a schema begins as.
export function fresh(node) {
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
export const below = (path, step) =>
  typeof step === "number" ? `${path}[${step}]` : path ? `${path}.${keyed(step)}` : keyed(step);
