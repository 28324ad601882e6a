// Copy buttons beside citations; notes that fold; on tables, column help that folds, names for the filter fields and,
// on phones, no lines for empty cells; the SQL editor. Pages work without it.
for (const box of document.querySelectorAll("pre.copyable")) {
  box.after(button("Copy", async () => box.textContent));
}
for (const link of document.querySelectorAll("a[data-copy]")) {
  link.after(button("Copy " + (link.dataset.copy || link.textContent), async () => (await fetch(link.href)).text()));
}

function button(label, text) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "copy";
  made.textContent = label;
  made.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(await text());
      made.textContent = "Copied";
    } catch {
      made.textContent = "Could not copy; select the text instead";
    }
    setTimeout(() => (made.textContent = label), 2000);
  });
  return made;
}

// A note that a number in brackets has unfolded is folded again by Escape or a button.
function fold() {
  if (location.hash.startsWith("#note-")) history.back();
}
addEventListener("keydown", (event) => event.key === "Escape" && fold());
addEventListener("hashchange", () => {
  document.querySelector(".source-list .fold")?.remove();
  const note = location.hash.startsWith("#note-") && document.querySelector(location.hash);
  if (!note) return;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "copy fold";
  close.textContent = "Close";
  close.addEventListener("click", fold);
  note.closest(".source-list > li").prepend(close);
});

for (const list of document.querySelectorAll("dl.column-descriptions")) {
  const details = document.createElement("details");
  details.className = "columns";
  details.innerHTML = "<summary>What the columns mean</summary>";
  list.replaceWith(details);
  details.append(list);
}

// On a phone each cell has a line of its own; that of an empty one is left out.
for (const cell of document.querySelectorAll(".rows-and-columns td")) {
  if (!cell.textContent.trim()) cell.classList.add("none");
}

const names = {
  _filter_column: "Column to filter by",
  _filter_op: "Comparison",
  _filter_value: "Value to compare with",
  _sort: "Sort by",
  sql: "SQL query",
};
addEventListener("load", () => {  // by then the SQL editor has made its own field
  for (const field of document.querySelectorAll("select, input[type=text], textarea")) {
    const name = field.closest(".CodeMirror") ? names.sql : names[field.name.replace(/_\d+$/, "")];
    if (name && !field.labels?.length) field.setAttribute("aria-label", name);
  }
});

// Datasette's own inline scripts, moved here so that pages need none (its _close_open_menus.html and
// _codemirror_foot.html, which we leave empty).
document.body.addEventListener("click", (event) => {
  const within = event.target.closest("details");
  for (const menu of document.querySelectorAll("details.nav-menu[open], details.actions-menu-links[open]")) {
    if (menu !== within) menu.open = false;
  }
});
addEventListener("DOMContentLoaded", () => {
  const sql = document.querySelector("textarea#sql-editor");
  const format = document.querySelector("button#sql-format");
  const shown = document.querySelector("pre#sql-query");
  if (sql && window.CodeMirror) {
    const editor = CodeMirror.fromTextArea(sql, { lineNumbers: true, mode: "text/x-sql", lineWrapping: true });
    editor.setOption("extraKeys", { "Shift-Enter": () => sql.form.submit(), Tab: false });
    cmResize(editor, { resizableWidth: false });
    if (format) {
      format.hidden = false;
      format.addEventListener("click", () => editor.setValue(sqlFormatter.format(editor.getValue())));
    }
  } else if (format && shown) {
    const formatted = sqlFormatter.format(shown.textContent);
    format.hidden = formatted === shown.textContent;
    format.addEventListener("click", () => (shown.textContent = formatted));
  }
});
