// A list of people to invite, read and looked at before anything is sent.

import { parseCsv } from "./csv.js";
import { say } from "./language.js";

const USERNAME = /^[a-z0-9._@+-]{1,64}$/;
const HEADERS = ["username", "user", "name", "gebruikersnaam", "gebruiker", "naam", "e-mail", "email", "e-mailadres"];
const ROLE_HEADERS = ["role", "rol"]; // nobody has a role of that name
const ROLES = { "": "member", member: "member", lid: "member", administrator: "administrator", admin: "administrator", beheerder: "administrator" };

/** The roles by the words for them: English, Dutch and those that the page itself uses. */
function roles() {
  const here = ["member", "administrator"].map((role) => [say(`role.${role}`).toLowerCase(), role]);
  return { ...ROLES, ...Object.fromEntries(here) };
}

/** `{ line, username, role, problem }` for each person; `problem` is undefined,
 *  or what is wrong with the line, in the words of the API. A first line of
 *  column names is passed over. */
export function readRows(text) {
  const records = parseCsv(text);
  const [name = "", role = ""] = records[0]?.cells.map((cell) => cell.toLowerCase()) ?? [];
  if ([...HEADERS, say("field.username").toLowerCase()].includes(name) || ROLE_HEADERS.includes(role)) records.shift();
  const byWord = roles();
  const seen = new Set();
  return records.map(({ line, cells }) => {
    const [name, wantedRole = "", ...more] = cells;
    const username = name.toLowerCase();
    const role = byWord[wantedRole.toLowerCase()];
    const twice = seen.has(username);
    seen.add(username);
    let problem;
    if (!USERNAME.test(username)) problem = "username_unacceptable";
    else if (!role || more.some((cell) => cell !== "")) problem = "role_unacceptable";
    else if (twice) problem = "twice";
    return { line, username: name && username, role: role ?? wantedRole, problem };
  });
}
