// Runs before a page's own scripts, in the gallery alone. It lets time be held still while pictures are taken, puts one
// fixed text in place of what differs from run to run (in the picture only), and answers fetches in the edge's place
// where a test says so.
(() => {
  let held = false;
  const startTimeout = setTimeout.bind(window);
  const stopTimeout = clearTimeout.bind(window);
  const startInterval = setInterval.bind(window);
  const put = new Map(); // timers whose time came while it was held, by the number that the page knows

  // What was started while time is held is the gallery's own (axe waits too), and runs.
  window.setTimeout = (act, wait, ...given) => {
    if (held || typeof act !== "function") return startTimeout(act, wait, ...given);
    const run = () => {
      if (held) return put.set(number, startTimeout(run, 50));
      put.delete(number);
      act(...given);
    };
    const number = startTimeout(run, wait);
    return number;
  };
  window.clearTimeout = (number) => {
    stopTimeout(number);
    stopTimeout(put.get(number));
    put.delete(number);
  };
  window.setInterval = (act, wait, ...given) =>
    held ? startInterval(act, wait, ...given) : startInterval(() => { if (!held) act(...given); }, wait);

  const ask = fetch.bind(window);
  window.fetch = async (asked, how) => {
    const { pathname } = new URL(asked.url ?? asked, location);
    const [, status, body] = (window.galleryAnswers ?? []).find(([end]) => pathname.endsWith(end)) ?? [];
    if (status === undefined) return ask(asked, how);
    if (status === "never") return new Promise(() => {});
    if (status === "offline") throw new TypeError("no way there");
    const headers = { "content-type": "application/json", date: new Date().toUTCString() };
    return new Response(status === 204 ? null : JSON.stringify(body), { status, headers });
  };

  // No blinking caret, and the QR as its box: black on its white ground.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    * { caret-color: transparent !important; }
    canvas { filter: brightness(0) !important; }`);

  const MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December";
  const RULES = [
    [/\bt-[0-9a-f]{10}\b/g, "t-0123456789"],
    [/\bapp-[\w-]+/g, "app-0123456789"],
    [/\bmfak\.\S+/g, "mfak.app-0123456789.the-key-itself-which-is-shown-this-once-and-then-never-again"],
    [/\b(localhost|127\.0\.0\.1):\d+/g, "$1:8787"],
    [/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "01234567-89ab-cdef-0123-456789abcdef"],
    [new RegExp(`\\b\\d{1,2} (${MONTHS})( \\d{4})?`, "g"), (whole, month, year) => (year ? "21 September 2026" : "21 September")],
    [/#[\w.~-]{20,}/g, "#the-token-of-this-link-which-is-as-long-as-this"],
    [/\b\d{1,2}:\d{2}\b/g, "12:00"],
    [/\b([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}\b/g, "AB0CD-EF1GH-JK2MN-PQ3RS-TV4WX"],
    [/\b[A-Z2-7]{4}( [A-Z2-7]{4}){7}\b/g, "ABCD EFGH IJKL MNOP QRST UVWX YZ23 4567"],
    [/\b[0-9a-f]{64}\b/g, "0123456789abcdef".repeat(4)],
  ];
  const FIXED = {
    "#preview-first-two": "12",
    "#preview-seconds": "15",
    "#preview-code": "123 456",
    "#proof-number": "key 4",
    "#verify-link": "0123456789abcdef".repeat(4),
    "#signing-key-list .name": "the-name-of-a-key-is-as-long-as-this-is-here",
    "#entries time": "21 September 2026 at 12:00",
  };
  const digits = (text, to) => text.replace(/\d+/g, to);
  const fixed = (text) => RULES.reduce((so_far, [pattern, to]) => so_far.replace(pattern, to), text);

  let undone = [];
  const change = (owner, name, value) => {
    if (owner[name] === value) return;
    const before = owner[name];
    undone.push(() => { owner[name] = before; });
    owner[name] = value;
  };
  const texts = (root) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    const found = [];
    while (walker.nextNode()) found.push(walker.currentNode);
    return found;
  };

  function mask() {
    for (const [selector, text] of Object.entries(FIXED)) {
      for (const element of document.querySelectorAll(selector)) {
        texts(element).forEach((node, index) => change(node, "data", index ? "" : text));
      }
    }
    for (const line of document.querySelectorAll(".countdown:not([hidden])")) {
      for (const node of texts(line)) change(node, "data", digits(node.data, "30"));
    }
    for (const node of texts(document.body)) change(node, "data", fixed(node.data));
    for (const field of document.querySelectorAll("input:not([type=checkbox], [type=radio], [type=file]), textarea")) {
      if (!field.value) continue;
      const value = field.type === "password" ? "twelve signs" : field.classList.contains("code") ? "123456"
        : field.classList.contains("long-key") ? "AB0CD-EF1GH-JK2MN-PQ3RS-TV4WX" : field.classList.contains("group-of-five") ? "TV4WX" : fixed(field.value);
      change(field, "value", value);
    }
    const attribute = (selector, name, value) => {
      for (const element of document.querySelectorAll(selector)) {
        const before = element.getAttribute(name);
        undone.push(() => element.setAttribute(name, before));
        element.setAttribute(name, value);
      }
    };
    attribute("#preview-ring[stroke-dasharray]", "stroke-dasharray", "50 100");
    // A curve over the minute that the test has taken so far.
    attribute(".chart-line", "d", "M0 160H320V80H640");
    attribute(".chart-area", "d", "M0 160H320V80H640V160Z");
  }

  window.gallery = {
    hold() {
      held = true;
      document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
      mask();
    },
    release() {
      for (const undo of undone.reverse()) undo();
      undone = [];
      document.adoptedStyleSheets = [];
      held = false;
    },
  };
})();
