// Loaded by every page. Each module makes something nicer that already works without it.
import "htmx.org/dist/htmx.esm.min.js";
import "./autosave.js";
import "./dialog.js";
import "./error-summary.js";
import "./live.js";
import "./map-soon.js";
import "./menu.js";
import "./palette.js";
import "./password.js";
import "./submit.js";
import "./toast.js";
