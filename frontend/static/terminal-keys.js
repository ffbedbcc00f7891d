// @ts-check
/** How does a finger write? A keyboard on the screen, whose keys leave the focus in the field. */

const LINGER = 200; // milliseconds: what a finger is about to press must not move under it

let byKey = false; // whether the focus was last moved by a key: then these keys stay, to be reached by it
addEventListener("keydown", () => (byKey = true), { capture: true });
addEventListener("pointerdown", () => (byKey = false), { capture: true });

/**
 * Let the keys of a page write into its field. They show while the field, or one of them, has the focus.
 *
 * @param {HTMLElement} keys
 * @param {HTMLInputElement} input
 * @param {(shown: boolean) => void} changed called where they have been shown or hidden
 * @returns {{ turn: (on: boolean) => void }}
 */
export function equipKeys(keys, input, changed) {
  let on = false;
  let timer = 0;
  const all = /** @type {HTMLButtonElement[]} */ ([...keys.querySelectorAll("button")]);
  const rows = [...keys.children].map((row) => /** @type {HTMLButtonElement[]} */ ([...row.children]));
  reach(all[0]);

  function here() {
    const focused = document.activeElement;
    return focused === input || keys.contains(focused);
  }

  function arrange() {
    clearTimeout(timer);
    const shown = on && (here() || (byKey && !keys.hidden));
    if (keys.hidden === !shown) return;
    keys.hidden = !shown;
    changed(shown);
  }

  /** @param {HTMLButtonElement} key the one that the tabulator leads to */
  function reach(key) {
    for (const one of all) one.tabIndex = one === key ? 0 : -1;
  }

  /** @param {string} text @param {number} from @param {number} to */
  function write(text, from, to) {
    if (text && input.value.length - (to - from) + text.length > input.maxLength) return;
    input.setRangeText(text, from, to, "end");
    input.dispatchEvent(
      new InputEvent("input", { bubbles: true, data: text || null, inputType: text ? "insertText" : "deleteContentBackward" }),
    );
  }

  /** @param {HTMLButtonElement} key */
  function press(key) {
    const start = input.selectionStart ?? input.value.length;
    const end = input.selectionEnd ?? start;
    const before = start - ([...input.value.slice(0, start)].pop()?.length ?? 0);
    const after = end + ([...input.value.slice(end)].shift()?.length ?? 0);
    const { sign } = key.dataset;
    if (sign) return write(sign, start, end);
    switch (key.dataset.do) {
      case "erase":
        return write("", start === end ? before : start, end);
      case "clear":
        return write("", 0, input.value.length);
      case "left":
        return input.setSelectionRange(before, before);
      case "right":
        return input.setSelectionRange(after, after);
      case "search":
        return input.form?.requestSubmit();
      case "hide":
        byKey = false;
        /** @type {HTMLElement} */ (document.activeElement)?.blur();
    }
  }

  keys.addEventListener("pointerdown", (event) => event.preventDefault()); // the focus stays in the field
  keys.addEventListener("click", (event) => {
    const key = /** @type {Element} */ (event.target).closest("button");
    if (!key) return;
    if (event.detail && document.activeElement !== input) input.focus();
    press(/** @type {HTMLButtonElement} */ (key));
  });
  keys.addEventListener("keydown", (event) => {
    const row = rows.findIndex((one) => one.includes(/** @type {HTMLButtonElement} */ (event.target)));
    if (row < 0) return;
    const column = rows[row].indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const next = {
      ArrowLeft: rows[row][column - 1],
      ArrowRight: rows[row][column + 1],
      ArrowUp: rows[row - 1]?.[Math.min(column, rows[row - 1].length - 1)],
      ArrowDown: rows[row + 1]?.[Math.min(column, rows[row + 1].length - 1)],
    }[event.key];
    if (!next) return;
    event.preventDefault();
    reach(next);
    next.focus();
  });
  input.addEventListener("focus", arrange);
  for (const element of [input, keys]) {
    element.addEventListener("focusout", () => {
      clearTimeout(timer);
      timer = setTimeout(arrange, LINGER);
    });
  }

  return {
    turn(wanted) {
      on = wanted;
      input.inputMode = on ? "none" : "search"; // no second keyboard from the system
      arrange();
    },
  };
}
