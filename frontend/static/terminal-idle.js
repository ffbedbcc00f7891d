// @ts-check
/** Has the person gone? Counts the time without a touch or a key, warns, and ends where nobody answers. */

const TICK = 250;
const TAP = 1000; // a touch is over after so long: closing under a finger would press what lies beneath
const NAVIGATION = new Set(["Tab", "Shift", "Control", "Alt", "Meta"]);

/**
 * @typedef {object} Watch
 * @property {number} idle seconds without a touch or a key until `warn`
 * @property {number} warning seconds from there until `end`
 * @property {() => void} warn
 * @property {(seconds: number) => void} count called with the seconds that are left
 * @property {() => void} stay called where a touch or a key has answered the warning
 * @property {() => void} end
 */

/**
 * Watch for the person. Nothing is counted before the first touch or key: a screen that nobody has used
 * neither warns nor ends.
 *
 * @param {Watch} watch
 * @returns {{ used: () => boolean, warned: () => boolean, answer: () => void, forget: () => void }} `answer`
 *   is what a touch does; `forget` begins anew, as if nobody had been there
 */
export function watchIdle({ idle, warning, warn, count, stay, end }) {
  let last = 0;
  let warned = false;

  function seen() {
    last = Date.now();
  }

  function answer() {
    seen();
    if (!warned) return;
    warned = false;
    stay();
  }

  function forget() {
    last = 0;
    warned = false;
  }

  /** Where the clock has leapt past the warning (the machine has slept), nobody is there to be warned. */
  function tick() {
    if (!last) return;
    const away = Date.now() - last;
    const left = idle + warning - away / 1000;
    if (left <= 0) {
      forget();
      end();
    } else if (left <= warning) {
      if (!warned) {
        warned = true;
        warn();
      }
      count(Math.ceil(left));
    } else if (warned && away > TAP) {
      answer();
    }
  }

  setInterval(tick, TICK);
  for (const kind of ["pointerdown", "wheel", "input"]) {
    document.addEventListener(kind, seen, { capture: true, passive: true });
  }
  document.addEventListener(
    "keydown",
    (event) => {
      if (!warned) seen();
      else if (!NAVIGATION.has(event.key) && !leaves(event)) {
        event.preventDefault(); // the key answers, and presses nothing that lies beneath
        answer();
      }
    },
    { capture: true },
  );
  return { used: () => last > 0, warned: () => warned, answer, forget };
}

/** @param {KeyboardEvent} event whether it presses the button that clears at once */
function leaves(event) {
  return /** @type {Element} */ (event.target).closest("[data-leave]") && [" ", "Enter"].includes(event.key);
}
