// Takes from GOV.UK Frontend's own fixtures the cases that our parts can be asked for, with the HTML
// that they must give. Run by ../../assets/build.sh: node cases.mjs FOLDER-OF-COMPONENTS > govuk.json

import { readFileSync } from "node:fs";

const folder = process.argv[2];
const has = (options, keys) => Object.keys(options).every((key) => keys.includes(key));
const words = (it) => !it || has(it, ["text"]);
const told = (o) => words(o.label) && words(o.hint) && words(o.errorMessage);
const field = (o, ...more) =>
  has(o, ["id", "name", "label", "hint", "errorMessage", ...more]) && told(o);
const group = (o, ...more) =>
  has(o, ["name", "idPrefix", "fieldset", "hint", "errorMessage", "items", ...more]) && told(o)
  && o.fieldset && has(o.fieldset, ["legend"]) && has(o.fieldset.legend, ["text"])
  && o.items.every((it) => it && has(it, ["value", "text", "hint", "checked"]) && words(it.hint));
const COLOURS = ["grey", "green", "teal", "purple", "yellow", "orange", "red", "magenta"]
  .map((colour) => `govuk-tag--${colour}`);
const coloured = (it) => has(it, ["text", "classes"]) && (!it.classes || COLOURS.includes(it.classes));

const wanted = {
  "button": (o) => has(o, ["text", "href", "name", "classes"]) && o.text
    && [undefined, "govuk-button--secondary", "govuk-button--warning"].includes(o.classes),
  "input": (o) => field(o, "value", "classes", "autocomplete") && o.value !== 0
    && (!o.classes || /^govuk-input--width-\d+$/.test(o.classes)),
  "textarea": (o) => field(o, "value", "rows"),
  "select": (o) => field(o, "items", "value") && o.items
    && o.items.every((it) => it && has(it, ["value", "text", "selected"]) && it.value !== undefined),
  "radios": (o) => group(o, "value"),
  "checkboxes": (o) => group(o, "values"),
  "date-input": (o) => has(o, ["id", "namePrefix", "fieldset", "hint", "errorMessage", "values"])
    && told(o) && o.fieldset && has(o.fieldset, ["legend"]) && has(o.fieldset.legend, ["text"]),
  "file-upload": (o) => field(o),
  "password-input": (o) => field(o, "autocomplete"),
  "tag": coloured,
  "table": (o) => has(o, ["head", "rows", "caption", "captionClasses", "firstCellIsHeader"]) && o.head
    && o.captionClasses === "govuk-table__caption--m"
    && o.rows.every((row) => row && row.every((cell) => cell && has(cell, ["text", "format"])))
    && o.head.every((cell) => cell && has(cell, ["text", "format"])),
  "summary-list": (o) => has(o, ["rows"]) && o.rows.every((row) => row && has(row, ["key", "value"])
    && has(row.key, ["text"]) && has(row.value, ["text", "html"])),
  "task-list": (o) => has(o, ["items", "idPrefix"]) && o.items.every((it) => it
    && has(it, ["title", "href", "hint", "status"]) && has(it.title, ["text"]) && words(it.hint)
    && (has(it.status, ["text"]) || (has(it.status, ["tag"]) && coloured(it.status.tag)))),
  "details": (o) => has(o, ["summaryText", "text", "html"]),
  "inset-text": (o) => has(o, ["text", "html"]),
  "warning-text": (o) => has(o, ["text", "iconFallbackText"]) && o.iconFallbackText === "Warning" && o.text,
  "notification-banner": (o) => has(o, ["text", "type"]) && [undefined, "success"].includes(o.type),
  "panel": (o) => has(o, ["titleText", "html", "text"]) && (o.text || o.html),
  "error-summary": (o) => has(o, ["titleText", "errorList"]) && o.titleText === "There is a problem"
    && o.errorList && o.errorList.every((it) => has(it, ["text", "href"])),
  "pagination": (o) => has(o, ["previous", "next"])
    && [o.previous, o.next].every((it) => !it || has(it, ["href"])),
  "service-navigation": (o) => has(o, ["navigation"]) && o.navigation?.length
    && o.navigation.every((it) => it && has(it, ["href", "text", "current"]) && it.href && it.text),
};

const cases = [];
for (const [component, takes] of Object.entries(wanted)) {
  const { fixtures } = JSON.parse(readFileSync(`${folder}/${component}/fixtures.json`));
  for (const { name, options, html } of fixtures) {
    if (takes(options)) cases.push({ component, name, options, html });
  }
}
const lines = cases.map((it) => JSON.stringify(it)).join(",\n");
process.stdout.write(`[\n${lines}\n]\n`);
