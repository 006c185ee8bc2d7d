// The whole log as a file, fetched in parts.

import { getText } from "./api.js";
import { Form } from "./form.js";
import { put } from "./language.js";
import { saveFile } from "./save-file.js";
import { whileSignedIn } from "./signed-in.js";
import { doorOf } from "./tenant.js";

const TYPES = { jsonl: "application/jsonl", csv: "text/csv" };

const $ = (id) => document.getElementById(id);

export function wireExport(tenant) {
  for (const [format, type] of Object.entries(TYPES)) {
    new Form($(`export-${format}-form`), {
      name: "audit",
      send: whileSignedIn(tenant, async () => {
        const parts = [];
        let after;
        do {
          const query = new URLSearchParams({ format, ...(after && { after }) });
          const { text, next } = await getText(`${doorOf(tenant)}/audit/export?${query}`);
          parts.push(parts.length > 0 && format === "csv" ? withoutHeader(text, parts[0]) : text);
          after = next;
        } while (after);
        saveFile(`audit-${tenant}.${format}`, parts.join(""), type);
        put($("export-done"), "audit.exported");
      }),
    });
  }
}

/** Each part may name the columns anew. */
function withoutHeader(text, first) {
  const [header] = first.split("\n", 1);
  return text.startsWith(`${header}\n`) ? text.slice(header.length + 1) : text;
}
