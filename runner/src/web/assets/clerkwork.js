// What every page can do besides when the browser runs scripts. Nothing here is needed: each page
// works without it.

import { menu, passwords, wrong } from "./forms.js";
import { keys } from "./keys.js";

menu();
passwords();
wrong();
keys();
