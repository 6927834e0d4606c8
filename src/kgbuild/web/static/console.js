// The editor of the console: colors and indentation; Tab leaves it, Ctrl+Enter runs the query.
"use strict";
(function () {
  const area = document.getElementById("query");
  const form = document.querySelector("[data-console]");
  if (!area || !form || typeof CodeMirror === "undefined") return;
  const editor = CodeMirror.fromTextArea(area, {
    mode: "application/sparql-query",
    lineNumbers: true,
    lineWrapping: true,
    direction: "ltr",
    screenReaderLabel: area.dataset.label,
    viewportMargin: Infinity,
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run },
  });
  const inner = editor.getInputField();
  inner.setAttribute("aria-label", area.dataset.label);
  inner.setAttribute("aria-describedby", "console-hint");
  function run() { editor.save(); form.requestSubmit(); }
})();
