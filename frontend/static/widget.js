// @ts-check
// How does one tag put the search box on any page? A custom element around the author's own GET form.
//
// The form is the page's own: where no script runs, it searches. Where this module runs, the element shows the
// same form in a shadow tree of its own, with suggestions and, if wanted, answers beneath it.
// searchapi/pages/widget_file.py makes one file of this module, those that it imports, its styles and texts;
// STYLES and TEXTS are put before it. Nothing is stored, and no other origin than the file's own is asked.
import { combobox, suggester } from "./combobox.js";

/* global STYLES, TEXTS */
const NAME = "medborgarsok-sok";
const BASE = import.meta.url.replace(/widget(\/\w+\/widget)?\.js.*$/, "");
const API = `${BASE}api/v1/`;
const HITS = 5;
const ACTIONS = 3;
const PATIENCE = 10000; // milliseconds that an answer may take

// Where the host page's policy forbids to ask us, the browser has told so once, and the form does the rest.
let blocked = false;
document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) => {
  if (effectiveDirective === "connect-src" && blockedURI.startsWith(new URL(BASE).origin)) blocked = true;
});

/** An element: attributes that are empty or false are left out; children are texts and nodes, never markup. */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const name in attributes) if (attributes[name]) made.setAttribute(name, attributes[name]);
  made.append(...children.filter(Boolean));
  return made;
}

/** A link, where its address is one that may be followed. */
const link = (href, attributes, ...children) =>
  make("a", { part: "link", ...attributes, href: /^(https?|tel|mailto):/i.test(href) && href }, ...children);

const phone = (number, written) => link(`tel:${number.replace(/[^+\d]/g, "")}`, {}, written);

class SearchBox extends HTMLElement {
  static observedAttributes = ["kommun", "language", "results", "results-url", "theme", "heading-level"];

  #input;
  #suggestions;
  #query = ""; // what is answered beneath the box
  #asked; // the search that is under way; one that was overtaken, or whose element is gone, is given up

  connectedCallback() {
    // (A parser that is still at work has not read the form yet.)
    if (document.readyState === "loading")
      document.addEventListener("DOMContentLoaded", () => this.isConnected && this.connectedCallback());
    else if (!this.shadowRoot || this.#asked) this.#build();
  }

  disconnectedCallback() {
    this.#suggestions?.close();
    this.#asked?.abort();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.#build();
  }

  #build() {
    const set = (name) => this.getAttribute(name);
    const form = this.querySelector("form");
    const text = (selector) => form?.querySelector(selector)?.textContent.trim();
    const wanted = (set("language") || this.closest("[lang]")?.lang || "").slice(0, 2);
    const language = TEXTS[wanted] ? wanted : "sv";
    const texts = TEXTS[language];
    const page = form?.getAttribute("action") || `${BASE}${language === "sv" ? "" : `${language}/`}sok`;
    const parameters = Object.fromEntries(form ? new FormData(form) : []);
    delete parameters.q;
    if (this.hasAttribute("kommun")) parameters.kommun = set("kommun");
    const kommun = parameters.kommun || "";
    const inline = set("results") === "inline";
    const before = this.#input || form?.querySelector("input[name=q]");
    const focused = before && (this.shadowRoot || document).activeElement === before;

    const label = text("label") || texts.label;
    const input = make("input", {
      id: "q",
      name: "q",
      type: "search",
      part: "input",
      maxlength: 500,
      autocapitalize: "none",
      enterkeyhint: "search",
    });
    const search = make(
      "form",
      { role: "search", "aria-label": label, action: set("results-url") || page, "accept-charset": "utf-8", part: "form" },
      make("label", { for: "q", part: "label" }, label),
      make("div", { part: "row" },
        make("div", { part: "field" }, input),
        make("button", { part: "button" }, text("button") || texts.button)),
      ...Object.keys(parameters).map((name) => make("input", { type: "hidden", name, value: parameters[name] })),
    );
    const status = make("p", { part: "status", role: "status" });
    const answers = make("div", { part: "results" });
    const suggest = suggester(`${API}suggest`, () => ({ kommun }), texts);
    this.#suggestions?.end();
    this.#suggestions = combobox(input, {
      texts: texts.suggestions,
      suggest: (typed, signal) => (blocked ? Promise.reject() : suggest(typed, signal)),
    });

    const show = async (query) => {
      this.#asked?.abort();
      const asked = (this.#asked = new AbortController());
      this.#query = query;
      answers.replaceChildren();
      status.textContent = query && texts.searching;
      if (!query) return;
      const everything = (words) =>
        answers.append(link(`${search.action}?${new URLSearchParams(new FormData(search))}`, { part: "all", rel: "noreferrer" }, words));
      try {
        const answer = await fetch(`${API}search?${new URLSearchParams({ q: query, kommun, limit: HITS })}`, {
          signal: AbortSignal.any([asked.signal, AbortSignal.timeout(PATIENCE)]),
          credentials: "omit",
          referrerPolicy: "no-referrer",
        });
        const { total, hits, interpretation, fallback } = await answer.json();
        const { corrected, suggestion } = interpretation;
        const found = total === 1 ? texts.found_one : total ? texts.found_other : texts.found_none;
        status.textContent = found
          .replace("{count}", total.toLocaleString(language))
          .replace("{query}", () => corrected || query);
        if (suggestion) {
          const button = make("button", { type: "button" }, suggestion);
          button.addEventListener("click", () => show((input.value = suggestion)));
          answers.append(make("p", {}, texts.suggestion, " ", button));
        }
        if (total)
          answers.append(
            make("ol", { role: "list", "aria-label": texts.list },
              ...hits.map((hit) => shown(hit, texts, language, set("heading-level")))),
          );
        for (const { name, switchboard } of fallback)
          if (switchboard) answers.append(make("p", {}, name, " ", phone(switchboard, switchboard)));
        everything(total ? texts.all : texts.further);
      } catch {
        if (this.#asked !== asked || !this.isConnected) return;
        await new Promise((resolve) => setTimeout(resolve, 50)); // (the policy's event comes after the refusal)
        if (blocked) search.submit();
        status.textContent = texts.silent;
        everything(texts.all);
      }
      this.#asked = undefined;
    };
    search.addEventListener("submit", (event) => {
      if (!inline || blocked) return;
      event.preventDefault();
      show(input.value.trim());
    });

    const root = this.shadowRoot || this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(
      make("div", { part: "box", lang: language, dir: "ltr", "data-theme": set("theme") }, search, status, answers),
    );
    if (before) input.value = before.value;
    if (focused) input.focus();
    // A page of the author's own that shows the answers is asked as ours is: with ?q= in its address.
    if (inline && !this.#input) this.#query = input.value ||= new URLSearchParams(location.search).get("q") || "";
    this.#input = input;
    if (inline && this.#query) show(this.#query);
  }
}

/** A hit as an answer: what it is, whose, what it says, what can be done and whom to reach. */
function shown(hit, texts, language, level) {
  const lang = hit.language !== language && hit.language;
  const kind = (doctype) => make("span", { part: "kind" }, texts[doctype]);
  const eid = (needed) => needed !== null && make("span", { part: "eid" }, needed ? texts.eid : texts.no_eid);
  const actions = hit.actions
    .filter(({ url, kind }) => url !== hit.url && (kind !== "contact" || !hit.contact))
    .slice(0, ACTIONS)
    .map((one) => make("li", {}, link(one.url, { part: "action" }, one.title), kind(one.kind), eid(one.needs_eid)));
  const { name, role, phone: number, phone_written, email, opening_hours } = hit.contact || {};
  return make(
    "li",
    { part: "hit" },
    make("p", { part: "from" }, kind(hit.doctype), " ", hit.agency.name),
    make(`h${/^[2-6]$/.test(level) ? level : 3}`, { part: "title" }, link(hit.url, { lang }, hit.title)),
    make("p", { lang }, ...hit.snippet.map(({ text, match }) => (match ? make("mark", {}, text) : text))),
    eid(hit.needs_eid),
    actions[0] && make("ul", { role: "list" }, ...actions),
    hit.contact &&
      make("p", { part: "contact" },
        make("span", {}, name || role || texts.contact),
        number && phone(number, phone_written || number),
        email && link(`mailto:${email}`, {}, email),
        opening_hours && make("span", {}, opening_hours)),
  );
}

// (A browser of before 2024 keeps the author's form as it is.)
let sheet;
if (CSS.supports("color", "light-dark(red,red)") && !customElements.get(NAME)) {
  sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLES);
  customElements.define(NAME, SearchBox);
}
