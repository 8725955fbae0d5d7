// Single keys, off until somebody switches them on (WCAG 2.1.4), and never while one types.

const SWITCH = "clerkwork-keys";
const known = new Map([
  ["/", ["Go to the search field", search]],
  ["j", ["Next row, or next item", () => step(1)]],
  ["k", ["Previous row, or previous item", () => step(-1)]],
  ["?", ["Show these keys", () => help().showModal()]],
]);
let dialog;

// A key of one page's own, such as "p" for pause on the live log.
export function key(letter, words, act) {
  known.set(letter, [words, act]);
  dialog?.remove();
  dialog = undefined;
}

export function keys() {
  const place = document.querySelector("[data-keys]");
  if (!place) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "cw-plain-button";
  button.textContent = "Keyboard shortcuts";
  button.addEventListener("click", () => help().showModal());
  place.append(button);
  place.hidden = false;
  document.addEventListener("keydown", pressed);
}

function on() {
  try {
    return localStorage.getItem(SWITCH) === "on";
  } catch {
    return false;
  }
}

function turn(to) {
  try {
    localStorage.setItem(SWITCH, to ? "on" : "off");
  } catch {
    // A browser that keeps nothing keeps them off.
  }
}

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || !on()) return;
  const target = event.target;
  if (target.isContentEditable || target.closest("input, select, textarea, dialog")) return;
  const [, act] = known.get(event.key) ?? [];
  if (!act) return;
  event.preventDefault();
  act();
}

function search() {
  const field = document.querySelector("main input[type='search']");
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}

// On an item: the one after or before it. On a list: the row.
function step(by) {
  const link = document.querySelector(by > 0 ? "a[data-next]" : "a[data-previous]");
  if (link) {
    link.click();
    return;
  }
  const rows = [...document.querySelectorAll("main .cw-table tbody tr")].filter((row) => row.querySelector("a[href]"));
  if (!rows.length) return;
  const here = rows.findIndex((row) => row.classList.contains("cw-here"));
  const next = here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1);
  rows[here]?.classList.remove("cw-here");
  rows[next].classList.add("cw-here");
  rows[next].querySelector("a[href]").focus();
}

function help() {
  if (dialog) return dialog;
  dialog = document.createElement("dialog");
  dialog.className = "cw-keys";
  dialog.setAttribute("aria-labelledby", "keys-title");
  const title = made("h2", "govuk-heading-m", "Keyboard shortcuts");
  title.id = "keys-title";
  const list = made("dl", "govuk-summary-list");
  for (const [letter, [words]] of known) {
    const row = made("div", "govuk-summary-list__row");
    const name = made("dt", "govuk-summary-list__key");
    name.append(made("kbd", "", letter));
    row.append(name, made("dd", "govuk-summary-list__value", words));
    list.append(row);
  }
  const item = made("div", "govuk-checkboxes__item");
  const box = made("input", "govuk-checkboxes__input");
  Object.assign(box, { type: "checkbox", id: "keys-on", checked: on() });
  box.addEventListener("change", () => turn(box.checked));
  const label = made("label", "govuk-label govuk-checkboxes__label", "Use these keys in this browser");
  label.htmlFor = "keys-on";
  item.append(box, label);
  const boxes = made("div", "govuk-checkboxes govuk-form-group");
  boxes.append(item);
  const close = made("button", "govuk-button govuk-button--secondary govuk-!-margin-bottom-0", "Close");
  close.type = "button";
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, list, boxes, close);
  document.body.append(dialog);
  return dialog;
}

function made(name, className, text = "") {
  const element = document.createElement(name);
  if (className) element.className = className;
  element.textContent = text;
  return element;
}
