// @ts-check
/** What does a script add to the pages? Suggestions while the reader types, and the number of hits said aloud. */

import { combobox, suggester } from "./combobox.js";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll("form[data-suggest]"))) {
  const input = /** @type {HTMLInputElement} */ (form.elements.namedItem("q"));
  const { suggest, list, one, other, none, kinds } = /** @type {Record<string, string>} */ (form.dataset);
  const home = () => {
    const chosen = form.elements.namedItem("kommun");
    return chosen instanceof HTMLSelectElement || chosen instanceof HTMLInputElement ? chosen.value : "";
  };
  combobox(input, {
    suggest: suggester(suggest, () => ({ kommun: home() }), JSON.parse(kinds)),
    texts: { list, one, other, none },
  });
}

// Screen readers tell what changes in a status, not what is there when the page comes.
for (const status of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-say]"))) {
  setTimeout(() => (status.textContent = status.dataset.say ?? ""), 400);
}
