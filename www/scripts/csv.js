// Comma-separated values, as spreadsheets write and read them (RFC 4180, and
// what they do instead: semicolons, tabs, a byte order mark).

const DELIMITERS = [",", ";", "\t"];

/** The records of a text: `[{ line, cells }]`, with the number of the line that
 *  each begins on. Empty lines are left out. */
export function parseCsv(text) {
  const rest = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const delimiter = delimiterOf(rest);
  const records = [];
  let cells = [];
  let cell = "";
  let quoted = false;
  let line = 1;
  let began = 1;
  const endCell = () => {
    cells.push(cell.trim());
    cell = "";
  };
  const endRecord = () => {
    endCell();
    if (cells.some((it) => it !== "")) records.push({ line: began, cells });
    cells = [];
    began = line + 1;
  };
  for (let index = 0; index < rest.length; index++) {
    const symbol = rest[index];
    if (quoted) {
      if (symbol === '"' && rest[index + 1] === '"') cell += rest[++index];
      else if (symbol === '"') quoted = false;
      else cell += symbol;
    } else if (symbol === '"' && cell.trim() === "") {
      cell = "";
      quoted = true;
    } else if (symbol === delimiter) endCell();
    else if (symbol === "\n") endRecord();
    else cell += symbol;
    if (symbol === "\n") line++;
  }
  endRecord();
  return records;
}

/** One line of cells. Each is quoted, and what a spreadsheet would take for a
 *  formula begins with an apostrophe instead. */
export function csvLine(cells) {
  const safe = (cell) => (/^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);
  return `${cells.map((cell) => `"${safe(String(cell ?? "")).replaceAll('"', '""')}"`).join(",")}\r\n`;
}

/** The one that its first line uses most. */
function delimiterOf(text) {
  const [first] = text.split("\n", 1);
  const bare = first.replace(/"[^"]*"/g, "");
  const count = (delimiter) => bare.split(delimiter).length;
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best));
}
