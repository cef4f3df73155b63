// SPARQL without a server: Oxigraph in the browser, over the file of all graphs that lies beside the pages.
import init, { Store } from "oxigraph/web.js";

const home = new URL(document.documentElement.dataset.local, location.href);
const FORMS = { csv: "text/csv", tsv: "text/tab-separated-values", json: "application/sparql-results+json", xml: "application/sparql-results+xml" };
let opened;

function open() {
  opened ??= (async () => {
    const [, data] = await Promise.all([
      init({ module_or_path: new URL("front/oxigraph.wasm", home) }),
      fetch(new URL("everything.nq", home)).then((answer) => {
        if (!answer.ok) throw new Error(`everything.nq: ${answer.status}`);
        return answer.text();
      }),
    ]);
    const store = new Store();
    store.load(data, { format: "application/n-quads", lenient: true });
    return store;
  })();
  return opened;
}

const ask = (store, query, format) => store.query(query, { use_default_graph_as_union: true, ...(format && { results_format: format }) });

function labels(store, iris, language) {
  const found = {};
  for (let at = 0; at < iris.length; at += 400) {
    const terms = iris.slice(at, at + 400).map((iri) => `<${iri}>`).join(" ");
    const query = `SELECT ?t ?l { VALUES ?t { ${terms} } ?t <http://www.w3.org/2004/02/skos/core#prefLabel>|<http://www.w3.org/2000/01/rdf-schema#label> ?l }`;
    for (const row of ask(store, query)) {
      const { value, language: tag } = row.get("l");
      const rank = tag === language ? 0 : tag === "en" ? 1 : 2;
      const iri = row.get("t").value;
      if (!found[iri] || rank < found[iri][0]) found[iri] = [rank, value];
    }
  }
  return found;
}

// The words of the passages and the places of the citations among some IRIs.
function evidence(store, iris) {
  const terms = iris.map((iri) => `<${iri}>`).join(" ");
  const oa = "http://www.w3.org/ns/oa#";
  const tg = "https://w3id.org/treatygraph/ontology/";
  const label = "<http://www.w3.org/2004/02/skos/core#prefLabel>";
  const query = `SELECT ?e ?words ?document ?pinpoint { VALUES ?e { ${terms} }
    { ?e <${oa}hasSelector>/<${oa}exact> ?words ; <${oa}hasSource>/<${tg}isVersionOf>/${label} ?document }
    UNION { ?e <${tg}isCitationOf>/${label} ?document OPTIONAL { ?e <${tg}pinpoint> ?pinpoint } } }`;
  const found = {};
  for (const row of ask(store, query)) found[row.get("e").value] ??= [row.get("words"), row.get("document").value, row.get("pinpoint")?.value];
  return found;
}

// The address of the page of an IRI, beside this one.
function page(iri) {
  const base = "https://w3id.org/treatygraph/";
  if (!iri.startsWith(base)) return iri;
  const language = document.documentElement.lang;
  return new URL(`${language === "en" ? "" : `${language}/`}${iri.slice(base.length)}.html`, home).href;
}

function node(name, ...children) {
  const made = document.createElement(name);
  made.append(...children);
  return made;
}

function table(store, query) {
  const language = document.documentElement.lang;
  const { head, results } = JSON.parse(ask(store, query, "json"));
  const terms = results.bindings.flatMap((row) => Object.values(row).filter(({ type }) => type === "uri").map(({ value }) => value));
  const iris = [...new Set(terms)];
  const names = labels(store, iris, language);
  const proofs = evidence(store, iris);
  const body = results.bindings.map((row) =>
    node("tr", ...head.vars.map((name) => {
      const cell = document.createElement("td");
      const term = row[name];
      if (!term) return cell;
      if (term.type !== "uri") {
        cell.append(term.value);
        if (term["xml:lang"]) cell.lang = term["xml:lang"];
        return cell;
      }
      const link = node("a", names[term.value]?.[1] ?? term.value.split("/").slice(-1)[0]);
      link.href = page(term.value);
      if (proofs[term.value]) {
        const [words, document_, pinpoint] = proofs[term.value];
        cell.className = "long";
        if (words) {
          const quote = node("blockquote", node("mark", words.value));
          quote.lang = words.language;
          cell.append(quote);
        }
        link.textContent = [document_, pinpoint].filter(Boolean).join(", ");
      }
      cell.append(link);
      return cell;
    })),
  );
  const before = [...document.querySelectorAll(".result th[data-name]")];
  const heads = node("tr", ...head.vars.map((name) => {
    const cell = node("th", before.find((old) => old.dataset.name === name)?.textContent ?? name.replaceAll("_", " "));
    cell.dataset.name = name;
    cell.scope = "col";
    return cell;
  }));
  const wide = node("div", node("table", node("thead", heads), node("tbody", ...body)));
  wide.className = "wide";
  wide.tabIndex = 0;
  return [wide, node("p", String(body.length))];
}

// A value as typed, as the term that the query asks with.
function term(store, type, value) {
  if (type === "xsd:date") return `"${value.replace(/[^\d-]/g, "")}"^^<http://www.w3.org/2001/XMLSchema#date>`;
  if (type === "xsd:integer") return String(parseInt(value, 10));
  if (type === "xsd:string") return JSON.stringify(value);
  const wanted = value.trim().toLowerCase();
  const query = `SELECT DISTINCT ?t ?n { ?t <http://www.w3.org/2004/02/skos/core#prefLabel>|<http://www.w3.org/2004/02/skos/core#altLabel>|<http://www.w3.org/2000/01/rdf-schema#label> ?n FILTER(isIRI(?t)) }`;
  const found = new Set();
  for (const row of ask(store, query)) {
    const iri = row.get("t").value;
    const [, kind, slug] = iri.match(/([^/]+)\/([^/]+)$/) ?? [];
    if (iri === value || slug === wanted || `${kind}:${slug}` === wanted || row.get("n").value.toLowerCase() === wanted) found.add(iri);
  }
  if (found.size !== 1) throw new Error(`${found.size ? [...found].join(" / ") : "?"}: ${value}`);
  return `<${[...found][0]}>`;
}

/** Answer the forms of the saved queries on this page. */
export function answerForms() {
  const form = document.querySelector("form.asking");
  const result = document.querySelector(".result");
  const text = document.querySelector("pre.sparql");
  const original = text.textContent;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    result.setAttribute("aria-busy", "true");
    try {
      const store = await open();
      let query = original;
      for (const input of form.querySelectorAll("[data-type]")) {
        const line = new RegExp(`^([ \\t]*VALUES[ \\t]+\\?${input.name}[ \\t]*\\{)[^{}]*(\\}[ \\t]*)$`, "m");
        const bound = input.value.trim() ? term(store, input.dataset.type, input.value) : "UNDEF";
        query = query.replace(line, (_, before, after) => `${before} ${bound} ${after}`);
      }
      result.replaceChildren(...table(store, query));
      text.textContent = query;
      for (const link of document.querySelectorAll(".downloads a")) {
        const form_ = link.download.split(".").at(-1);
        const data = form_ === "rq" ? query : ask(store, query, form_);
        link.href = URL.createObjectURL(new Blob([data], { type: FORMS[form_] ?? "text/plain" }));
      }
    } catch (error) {
      const told = node("p", String(error.message ?? error));
      told.className = "note";
      result.replaceChildren(told);
    }
    result.removeAttribute("aria-busy");
    result.dataset.answered = "true";
  });
  form.dataset.ready = "true";
}

/** Answer what the editor asks an endpoint that is not there. */
export function answerFetches(endpoint) {
  const elsewhere = window.fetch.bind(window);
  window.fetch = async (input, options) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href);
    if (url.origin + url.pathname !== endpoint) return elsewhere(input, options);
    const sent = input instanceof Request ? await input.clone().text() : options?.body;
    const query = url.searchParams.get("query") ?? new URLSearchParams(sent ?? "").get("query") ?? "";
    try {
      const store = await open();
      const graph = /^\s*(?:(?:PREFIX|BASE)\b[^\n]*\n|#[^\n]*\n|\s)*(?:CONSTRUCT|DESCRIBE)\b/i.test(query);
      const body = ask(store, query, graph ? "text/turtle" : "json");
      return new Response(body, { headers: { "Content-Type": graph ? "text/turtle" : FORMS.json } });
    } catch (error) {
      return new Response(String(error), { status: 400, headers: { "Content-Type": "text/plain" } });
    }
  };
}
