// Where a signed-in person can go.

import { pageOf } from "./address.js";
import { make } from "./element.js";

const PAGES = ["account", "members", "settings", "audit"];
const FOR_EVERYBODY = ["account"];

// Pages that belong to another one.
const UNDER = { "set-up": "settings", external: "settings", applications: "settings" };

/** Puts the links in the header, once the person's role is known. A single page
 *  to be on needs no links. */
export function showNavigation(tenant, role) {
  document.getElementById("navigation")?.remove();
  const pages = role === "administrator" ? PAGES : FOR_EVERYBODY;
  const { page } = document.body.dataset;
  const here = UNDER[page] ?? page;
  const links = pages.map((name) => {
    const current = name === page ? "page" : name === here && "true";
    return make("li", {}, make("a", { id: `nav-${name}`, href: pageOf(tenant, name), "aria-current": current, say: `nav.${name}` }));
  });
  const list = make("ul", { role: "list" }, ...links);
  const navigation = make("nav", { id: "navigation", "aria-labelledby": "navigation-label" },
    make("span", { id: "navigation-label", class: "visually-hidden", say: "nav.label" }), list);
  document.querySelector(".top .brand").after(navigation);
}
