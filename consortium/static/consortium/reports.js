// Of the parameters of all kinds of report, show those of the kind that is chosen.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const kind = document.querySelector("select[name=kind]");
  if (!kind) return;
  const fields = [...document.querySelectorAll("[name^=parameter-]")];

  function show() {
    for (const field of fields) {
      const box = field.closest(".form-field, .form-checkbox");
      if (box) box.hidden = !field.name.startsWith(`parameter-${kind.value}-`);
    }
  }

  kind.addEventListener("change", show);
  show();
});
