// @ts-check
/**
 * How does a terminal go from page to page, and forget? It sends each form itself and shows the answer in the
 * same document: so there is one address, one entry in the history, no page that could be gone back to, and
 * the time without a touch is counted on. Nothing is kept but in this document, which ends with the person.
 */

import { combobox } from "./combobox.js";
import { watchIdle } from "./terminal-idle.js";
import { equipKeys } from "./terminal-keys.js";

const PATIENCE = 15_000; // milliseconds that an answer may take
const RETRY = 5_000; // … between two tries while the server is away
const LOOK_UP = 30_000; // … between two looks at the server while nobody is at the screen
const RENEW = 600_000; // … after which a screen that nobody uses is loaded anew
const SLOW = 400; // … after which a person is told that we are searching
const SAID = [5, 10, 20]; // seconds that are left when a screen reader is told so
const LOOK = /** @type {const} */ ({ text: "text", farger: "colours", tangentbord: "keyboard" });
const QUIET = /** @type {RequestInit} */ ({ cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" });

const root = document.documentElement;
const home = root.dataset.home ?? "/terminal";
const status = /** @type {HTMLElement} */ (document.querySelector("[data-status]"));
const first = { page: /** @type {HTMLElement} */ (terminal().cloneNode(true)), root: /** @type {HTMLElement} */ (root.cloneNode()), title: document.title };
const begun = Date.now();
let underWay = new AbortController();
let isAway = false;
let nextTry = 0;
/** @type {ReturnType<typeof combobox> | undefined} */
let box;
/** @type {ReturnType<typeof equipKeys> | undefined} */
let keys;

function terminal() {
  return /** @type {HTMLElement} */ (document.getElementById("terminal"));
}

/** @param {string} selector */
function part(selector) {
  return /** @type {HTMLElement | null} */ (terminal().querySelector(selector));
}

/** @returns {HTMLDialogElement} */
function dialog() {
  return /** @type {HTMLDialogElement} */ (part("[data-warning-dialog]"));
}

// --- A page is shown ---

/** @param {HTMLElement} page @param {HTMLElement} look the element that says how it looks @param {string} title */
function show(page, look, title) {
  box?.end();
  if (dialog().open) dialog().close();
  isAway = false;
  for (const name of ["lang", "data-text", "data-colours", "data-keyboard"]) {
    root.setAttribute(name, look.getAttribute(name) ?? "");
  }
  document.title = title;
  for (const plain of page.querySelectorAll("noscript")) plain.remove();
  page.querySelector("#q")?.removeAttribute("autofocus"); // it is given the focus below
  terminal().replaceWith(document.importNode(page, true));
  equip();
  const start = terminal().dataset.view === "start" && part("#q");
  (start || part("h1") || part("main"))?.focus({ preventScroll: true });
}

/** Give a page what needs a script. */
function equip() {
  const input = /** @type {HTMLInputElement | null} */ (part("#q"));
  const board = part("[data-keys]");
  keys = box = undefined;
  for (const button of terminal().querySelectorAll("[data-print], [data-keys-switch]")) {
    /** @type {HTMLElement} */ (button).hidden = false;
  }
  if (input?.form && board) {
    const { list = "", one = "", other = "", none = "" } = input.form.dataset;
    box = combobox(input, { suggest, texts: { list, one, other, none } });
    keys = equipKeys(board, input, measure);
    keys.turn(root.dataset.keyboard === "1");
  }
  const main = part("main");
  main?.addEventListener("scroll", measure, { passive: true });
  if (main) sizes.observe(main);
  measure();
}

const sizes = new ResizeObserver(measure);

/** Offer to scroll where there is more than the screen holds, and no keyboard in the way. */
function measure() {
  const main = part("main");
  const ways = part("[data-scroll]");
  if (!main || !ways) return;
  const more = main.scrollHeight - main.clientHeight;
  ways.hidden = more < 24 || part("[data-keys]")?.hidden === false;
  const input = part("#q");
  if (input) {
    const room = main.getBoundingClientRect().bottom - input.getBoundingClientRect().bottom - 14;
    root.style.setProperty("--room", `${Math.round(room)}px`); // for suggestions, above the keyboard
  }
  const [up, down] = /** @type {HTMLButtonElement[]} */ ([...ways.querySelectorAll("button")]);
  up.disabled = main.scrollTop < 4;
  down.disabled = main.scrollTop > more - 4;
}

/** @param {string} typed @param {AbortSignal} signal */
async function suggest(typed, signal) {
  const body = new URLSearchParams({ sida: "forslag", q: typed });
  const here = part("#look")?.getAttribute("action") ?? home;
  const answer = await fetch(here, { ...QUIET, method: "POST", body, signal });
  if (!answer.ok) throw new Error(`suggestions: status ${answer.status}`);
  return answer.json();
}

// --- From page to page ---

/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function go(form, button) {
  const address = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? home;
  const body = new URLSearchParams(/** @type {any} */ (new FormData(form, button)));
  const input = /** @type {HTMLInputElement | null} */ (part("#q"));
  if (form.id === "look" && terminal().dataset.view === "start" && input) body.set("q", input.value);
  underWay.abort();
  const mine = (underWay = new AbortController());
  const slow = setTimeout(() => (status.textContent = status.dataset.searching ?? ""), SLOW);
  let page;
  try {
    const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(PATIENCE)]);
    const answer = await fetch(address, { ...QUIET, method: "POST", body, signal });
    page = new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    page = null;
  }
  clearTimeout(slow);
  if (mine.signal.aborted) return;
  status.textContent = "";
  const fresh = page?.getElementById("terminal");
  if (!page || !fresh) return away();
  show(fresh, page.documentElement, page.title);
  if (form.id === "look" && terminal().dataset.view !== "start") {
    part(`[formaction="${CSS.escape(address)}"]`)?.focus({ preventScroll: true });
  }
}

/** Change the look of the page at once, without asking for it anew. @param {string} change such as "text=2" */
function alter(change) {
  const [name, value] = /** @type {[keyof typeof LOOK, string]} */ (change.split("="));
  root.dataset[LOOK[name]] = value;
  for (const field of terminal().querySelectorAll(`input[name="${name}"]`)) {
    /** @type {HTMLInputElement} */ (field).value = value;
  }
  for (const button of terminal().querySelectorAll(`button[name="andra"][value^="${name}="]`)) {
    button.setAttribute("aria-pressed", String(/** @type {HTMLButtonElement} */ (button).value === change));
  }
  measure();
}

function turnKeys() {
  const on = root.dataset.keyboard !== "1";
  alter(`tangentbord=${on ? 1 : 0}`);
  part("[data-keys-switch]")?.setAttribute("aria-pressed", String(on));
  if (on) part("#q")?.focus();
  keys?.turn(on);
}

// --- Nobody is there any more; the server is away ---

/** Forget the person at once: the first page stands here again, then it is loaded anew in place of this one. */
async function end() {
  underWay.abort();
  status.textContent = "";
  const wasAway = isAway;
  show(/** @type {HTMLElement} */ (first.page.cloneNode(true)), first.root, first.title);
  idle.forget();
  if (wasAway) return away();
  if (!(await answers())) return away();
  if (!idle.used()) location.replace(home);
}

/** Whether the server is there, and has a terminal's page to show. */
async function answers() {
  try {
    for (const address of ["/healthz", home]) {
      const answer = await fetch(address, { ...QUIET, signal: AbortSignal.timeout(PATIENCE) });
      if (!answer.ok) return false;
    }
    return true;
  } catch {
    return false;
  }
}

/** Tell that the server is away, with nothing of the person left, and go on asking for it. */
function away() {
  const message = /** @type {HTMLTemplateElement} */ (part("template[data-away]"));
  box?.end();
  box = keys = undefined;
  for (const field of terminal().querySelectorAll("#look input:not([name=text], [name=farger], [name=tangentbord])")) {
    field.remove();
  }
  part("main")?.replaceChildren(message.content.cloneNode(true));
  for (const name of ["[data-keys]", "[data-keys-switch]"]) {
    const element = part(name);
    if (element) element.hidden = true;
  }
  terminal().dataset.view = "away";
  document.title = part("h1")?.textContent ?? "";
  measure();
  part("h1")?.focus();
  isAway = true;
  clearTimeout(nextTry);
  nextTry = setTimeout(retry, RETRY);
}

async function retry() {
  if (await answers()) location.replace(home);
  else nextTry = setTimeout(retry, RETRY);
}

setInterval(async () => {
  if (idle.used() || isAway) return;
  if (!(await answers())) {
    if (!idle.used()) away();
  } else if (!idle.used() && Date.now() - begun > RENEW) location.replace(home);
}, LOOK_UP);

const idle = watchIdle({
  idle: Number(root.dataset.idle),
  warning: Number(root.dataset.warning),
  warn() {
    const said = part("[data-seconds-said]");
    if (said) [said.textContent, said.dataset.mark] = ["", ""];
    dialog().showModal();
  },
  count(seconds) {
    const shown = part("[data-seconds]");
    const said = part("[data-seconds-said]");
    if (shown) shown.textContent = String(seconds);
    const mark = SAID.find((one) => seconds <= one);
    if (said && mark && said.dataset.mark !== String(mark)) {
      said.dataset.mark = String(mark);
      said.textContent = (dialog().dataset.said ?? "").replace("{count}", String(seconds));
    }
  },
  stay: () => dialog().close(),
  end,
});

// --- What a person presses ---

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const { submitter, target } = event;
  if (submitter instanceof HTMLButtonElement && submitter.name === "andra") alter(submitter.value);
  else void go(/** @type {HTMLFormElement} */ (target), submitter);
});
document.addEventListener("click", (event) => {
  const pressed = /** @type {Element} */ (event.target);
  const scroll = /** @type {HTMLElement | null} */ (pressed.closest("[data-by]"));
  if (pressed.closest("[data-leave], [data-end]")) {
    event.preventDefault();
    void end();
  } else if (idle.warned()) idle.answer();
  else if (pressed.closest("[data-keys-switch]")) turnKeys();
  else if (pressed.closest("[data-print]")) print();
  else if (scroll) part("main")?.scrollBy({ top: Number(scroll.dataset.by) * (part("main")?.clientHeight ?? 0) * 0.8 });
});
document.addEventListener("pointerdown", (event) => {
  if (/** @type {Element} */ (event.target).closest(".t-bar button")) event.preventDefault(); // the focus stays
});
document.addEventListener("contextmenu", (event) => event.preventDefault());
addEventListener("pageshow", (event) => {
  if (event.persisted) void end(); // a page that the browser has kept is not the next person's
});
addEventListener("resize", measure);

equip();
part("#q")?.focus({ preventScroll: true });
