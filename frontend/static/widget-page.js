// @ts-check
// What does a script add to the webmaster's page? Buttons that copy; the text can be copied without them too.
for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll("[data-copies]"))) {
  const { copies, done, failed } = /** @type {Record<string, string>} */ (button.dataset);
  const text = /** @type {HTMLTextAreaElement} */ (document.getElementById(copies));
  const status = /** @type {Element} */ (button.parentElement?.querySelector("[role=status]"));
  button.hidden = false;
  button.addEventListener("click", async () => {
    status.textContent = "";
    try {
      await navigator.clipboard.writeText(text.value);
      status.textContent = done;
    } catch {
      text.select(); // (no clipboard without https, or where the reader has forbidden it)
      status.textContent = failed;
    }
  });
}
