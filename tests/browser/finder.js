// Finds what a person would find by its words: arguments are the kind, the words, and within what.
const [kind, words, within] = arguments;
const said = (element) => (element.innerText || element.value || "").replace(/\s+/g, " ").trim();
const shown = (element) => element.getClientRects().length > 0;
const root = within || document;
const kinds = {
  field: "label, legend",
  choice: "label",
  button: "button, input[type=submit], a[role=button], a.govuk-button",
  link: "a[href]",
  summary: "summary",
  row: "tbody tr, .govuk-summary-list__row",
  group: "details, form, fieldset, section, tbody tr",
};
const all = [...root.querySelectorAll(kinds[kind])].filter(shown);
const found =
  all.find((element) => said(element) === words) ||
  all.find((element) => said(element).startsWith(words)) ||
  all.find((element) => said(element).includes(words));
if (!found) return null;
if (kind === "field") {
  return found.control || found.closest("fieldset").querySelector("input, select, textarea");
}
return found;
