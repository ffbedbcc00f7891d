// @ts-check
/**
 * Which suggestions fit what is being typed? A list combobox with manual selection, after the ARIA Authoring
 * Practices Guide (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/), around an input that works without it.
 *
 * It depends on nothing, keeps nothing, and works in a document as in a shadow root. The list is laid out by
 * CSS: `.suggestions` is to be positioned absolutely below the input, so that nothing on the page moves.
 */

/**
 * @typedef {object} Suggestion
 * @property {string} text what is put into the input and searched for
 * @property {string} [detail] what kind of page it leads to
 *
 * @typedef {object} Texts
 * @property {string} list the name of the list
 * @property {string} one said where there is one suggestion
 * @property {string} other said where there are several; {count} is their number
 * @property {string} none said where there is none
 *
 * @typedef {object} Options
 * @property {(typed: string, signal: AbortSignal) => Promise<Suggestion[]>} suggest
 * @property {Texts} texts
 * @property {Element} [holder] what the list and the status are put into; the input's parent by default
 * @property {(suggestion: Suggestion) => void} [choose] what follows once the input is filled; submits by default
 * @property {number} [delay] milliseconds of silence before asking
 */

const MOST = 6;
const SHORTEST = 2;
let made = 0;

/**
 * Make an input suggest.
 *
 * @param {HTMLInputElement} input
 * @param {Options} options
 * @returns {{ close: () => void, end: () => void }} `close` shuts the list; `end` makes a plain input of it again
 */
export function combobox(input, { suggest, texts, holder, choose, delay = 170 }) {
  const place = holder ?? /** @type {Element} */ (input.parentElement);
  const number = (made += 1);
  const list = document.createElement("ul");
  const status = document.createElement("div");
  const life = new AbortController();
  /** @type {Suggestion[]} */
  let shown = [];
  let active = -1;
  let answered = ""; // the text that `shown` belongs to
  let timer = 0;
  let asked = new AbortController();

  list.id = `suggestions-${number}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", texts.list);
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  place.append(list, status);
  const attributes = {
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  };
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);

  const typed = () => input.value.trim();

  /** @param {number} index the option that the arrow keys are at; -1 for none: what was typed */
  function mark(index) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = index;
    const option = list.children[active];
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", option.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function open() {
    list.hidden = !shown.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function close() {
    clearTimeout(timer);
    asked.abort();
    mark(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    status.textContent = "";
  }

  /** @param {Suggestion} suggestion */
  function take(suggestion) {
    input.value = suggestion.text;
    close();
    if (choose) choose(suggestion);
    else if (input.form?.requestSubmit) input.form.requestSubmit();
    else input.form?.submit();
  }

  /** Ask for suggestions, and show them unless something else was typed meanwhile. */
  async function ask() {
    clearTimeout(timer);
    asked.abort();
    const mine = (asked = new AbortController());
    const text = typed();
    if (text.length < SHORTEST) return close();
    try {
      const found = text === answered ? shown : await suggest(text, mine.signal);
      if (mine.signal.aborted) return;
      shown = found.slice(0, MOST);
      answered = text;
    } catch {
      if (!mine.signal.aborted) close(); // suggestions are a convenience: without them the form works
      return;
    }
    mark(-1);
    list.replaceChildren(...shown.map((suggestion, index) => option(suggestion, index, text)));
    open();
    const said = shown.length === 1 ? texts.one : shown.length ? texts.other : texts.none;
    status.textContent = said.replace("{count}", String(shown.length));
  }

  /**
   * @param {Suggestion} suggestion
   * @param {number} index
   * @param {string} text what was typed
   */
  function option({ text: offered, detail }, index, text) {
    const row = document.createElement("li");
    row.id = `${list.id}-${index}`;
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", "false");
    const words = document.createElement("span");
    words.className = "suggestion-text";
    words.append(...highlighted(offered, text));
    row.append(words);
    if (detail) {
      const kind = document.createElement("span");
      kind.className = "suggestion-detail";
      kind.textContent = detail;
      row.append(" ", kind);
    }
    return row;
  }

  /** @param {number} by how far to go; from what was typed, up leads to the last and down to the first */
  async function move(by) {
    if (list.hidden) await ask();
    const many = shown.length;
    if (!list.hidden) mark(active < 0 ? (by > 0 ? 0 : many - 1) : (active + by + many) % many);
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      if (event.altKey && down) void ask();
      else if (event.altKey) close();
      else void move(down ? 1 : -1);
    } else if (event.key === "Enter") {
      const chosen = shown[active];
      if (chosen && !list.hidden) {
        event.preventDefault();
        take(chosen);
      } else close();
    } else if (event.key === "Escape" && (!list.hidden || input.value)) {
      event.preventDefault();
      if (list.hidden) {
        input.value = "";
        input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
      }
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      mark(-1); // the caret moves in what was typed
    }
  }

  /** @param {Event} event */
  function optionOf(event) {
    const target = /** @type {Element} */ (event.target);
    return shown[Array.prototype.indexOf.call(list.children, target.closest("[role=option]"))];
  }

  const { signal } = life;
  input.addEventListener(
    "input",
    () => {
      mark(-1);
      clearTimeout(timer);
      asked.abort();
      if (typed().length < SHORTEST) close();
      else timer = setTimeout(ask, delay);
    },
    { signal },
  );
  input.addEventListener("keydown", key, { signal });
  input.addEventListener(
    "blur",
    () => {
      close();
      answered = ""; // the next question may be about another municipality
    },
    { signal },
  );
  input.form?.addEventListener("submit", close, { signal });
  list.addEventListener("mousedown", (event) => event.preventDefault(), { signal }); // the focus stays
  list.addEventListener(
    "click",
    (event) => {
      const chosen = optionOf(event);
      if (chosen) take(chosen);
    },
    { signal },
  );

  return {
    close,
    end() {
      close();
      life.abort();
      list.remove();
      status.remove();
      for (const name of Object.keys(attributes)) if (name !== "autocomplete") input.removeAttribute(name);
    },
  };
}

/**
 * A text with the beginnings of words that were typed set apart, as nodes: never as markup.
 *
 * @param {string} text
 * @param {string} typed
 * @returns {Node[]}
 */
export function highlighted(text, typed) {
  const words = typed.split(/\s+/).filter(Boolean).map((word) => word.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&"));
  if (!words.length) return [document.createTextNode(text)];
  const beginnings = new RegExp(`(^|[^\\p{L}\\p{N}])(${words.join("|")})`, "giu");
  /** @type {Node[]} */
  const nodes = [];
  let end = 0;
  for (const { 0: whole, 1: before, 2: met, index = 0 } of text.matchAll(beginnings)) {
    const piece = document.createElement("b");
    piece.textContent = met;
    nodes.push(document.createTextNode(text.slice(end, index) + before), piece);
    end = index + whole.length;
  }
  return [...nodes, document.createTextNode(text.slice(end))];
}

/**
 * What asks our API for suggestions.
 *
 * @param {string} address of /api/v1/suggest
 * @param {() => Record<string, string>} parameters beside `q`: the municipality, where one is chosen
 * @param {Record<string, string>} [kinds] what doctypes are called in the reader's language
 * @returns {(typed: string, signal: AbortSignal) => Promise<Suggestion[]>}
 */
export function suggester(address, parameters, kinds = {}) {
  return async (typed, signal) => {
    const query = new URLSearchParams({ ...parameters(), q: typed, limit: String(MOST) });
    const answer = await fetch(`${address}?${query}`, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
    if (!answer.ok) throw new Error(`suggestions: status ${answer.status}`);
    /** @type {{ suggestions: { text: string, doctype: string, label: string }[] }} */
    const { suggestions } = await answer.json();
    return suggestions.map(({ text, doctype, label }) => ({ text, detail: kinds[doctype] ?? label }));
  };
}
