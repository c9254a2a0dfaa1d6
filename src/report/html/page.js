// @ts-check
// The list of findings: filters, sorting, pages, details. Everything else of the report is in the page already.
//
// Texts become text nodes and nothing else: there is no markup in this file, and the page's security policy refuses it.
"use strict";

/**
 * @typedef {[id: string, title: string, service: string, controls: string, rows: string, anchor: string]} Check
 * @typedef {[text: string, permission: string | null, request: string | null]} Cause
 * @typedef {object} Resources
 * @property {string[]} prefixes @property {string[]} types @property {string[]} accounts @property {string[]} regions
 * @property {number[]} prefix @property {string[]} rest @property {string[]} name
 * @property {number[]} type @property {number[]} account @property {number[]} region
 * @typedef {object} Rows
 * @property {string[]} id @property {number[]} kind @property {number[]} check @property {number[]} resource
 * @property {number[]} message @property {number[]} detail @property {number[]} cause @property {number[]} exception
 * @property {number[][]} evidence
 * @typedef {object} Data
 * @property {number} total @property {number[][]} counts @property {Check[]} checks @property {Resources} resources
 * @property {string[]} messages @property {string[]} details @property {Cause[]} causes
 * @property {Record<"owner" | "reason" | "expires" | "source", string>[]} exceptions @property {string[]} exchanges @property {string[]} pointers
 * @property {Rows} rows
 */

(() => {
  const OUTCOMES = ["fail", "not_assessed", "pass", "not_applicable"];
  const OUTCOME_WORDS = ["failed", "not assessed", "passed", "not applicable"];
  const LEVELS = ["none", "low", "medium", "high", "critical"];
  const PILLARS = ["confidentiality", "integrity", "availability"];
  const PAGE = 50;
  /** Rows that a printed page carries. */
  const PRINTED = 1000;

  /** @param {string} id */
  const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

  /** @type {Data} */
  const data = JSON.parse(byId("data").textContent || "");
  const { rows, resources } = data;
  const count = rows.id.length;
  const severalAccounts = resources.accounts.length > 1;

  const form = /** @type {HTMLFormElement} */ (byId("filters"));
  const body = byId("rows");
  const status = byId("status");
  const pager = byId("pager");

  // ------------------------------------------------------------------ what a row holds

  /** @param {number} row */
  const outcomeOf = (row) => Math.floor(rows.kind[row] / 625);
  /** @param {number} row */
  const severityOf = (row) => Math.floor(rows.kind[row] / 125) % 5;
  /** Impact on a pillar. @param {number} row @param {number} pillar */
  const impactOf = (row, pillar) => Math.floor(rows.kind[row] / 5 ** (2 - pillar)) % 5;
  /** @param {number} resource */
  const arnOf = (resource) => resources.prefixes[resources.prefix[resource]] + resources.rest[resource];
  /** @param {number} resource */
  const nameOf = (resource) => resources.name[resource] || resources.rest[resource];
  /** @param {number} row */
  const regionOf = (row) => resources.regions[resources.region[rows.resource[row]]];
  /** @param {number} row */
  const accountOf = (row) => resources.accounts[resources.account[rows.resource[row]]];
  /** @param {number} row */
  const checkOf = (row) => data.checks[rows.check[row]];

  /** @param {number} row */
  const isAboutSettings = (row) => checkOf(row)[2] === "tripod";

  // ------------------------------------------------------------------ building elements

  /**
   * An element with attributes and children; a text becomes a text node.
   * @param {string} tag
   * @param {Record<string, string | null>} attributes
   * @param {...(Node | string | null)} children
   * @returns {HTMLElement}
   */
  function make(tag, attributes, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null) element.setAttribute(name, value);
    }
    for (const child of children) if (child !== null) element.append(child);
    return element;
  }

  /** A level or outcome as mark and word. @param {string} mark @param {string} words */
  function level(mark, words) {
    const space = "http://www.w3.org/2000/svg";
    const picture = document.createElementNS(space, "svg");
    const use = document.createElementNS(space, "use");
    picture.setAttribute("class", "mark");
    picture.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#m-" + mark);
    picture.append(use);
    return make("span", { class: "level " + mark }, picture, words);
  }

  /** @param {number} number */
  const grouped = (number) => String(number).replace(/\B(?=(\d{3})+$)/g, ",");

  // ------------------------------------------------------------------ filters

  /**
   * @typedef {object} Filter
   * @property {Set<number>} outcomes none: all of them
   * @property {Set<number>} severities none: all of them
   * @property {number} pillar -1: any
   * @property {string} service @property {string} account @property {string} region @property {string} check
   * @property {string} exception
   * @property {string[]} words
   */

  /** Parts of the filter that are counted, each alone: what it would leave with all the others in force. */
  const FACETS = ["outcome", "severity", "pillar", "service", "account", "region", "check", "exception"];

  /** @returns {Filter} */
  function readForm() {
    const values = new FormData(form);
    /** @param {string} name */
    const value = (name) => String(values.get(name) ?? "");
    return {
      outcomes: new Set(values.getAll("outcome").map((name) => OUTCOMES.indexOf(String(name)))),
      severities: new Set(values.getAll("severity").map((name) => LEVELS.indexOf(String(name)))),
      pillar: PILLARS.indexOf(value("pillar")),
      service: value("service"),
      account: value("account"),
      region: value("region"),
      check: value("check"),
      exception: value("exception"),
      words: value("text").toLowerCase().split(/\s+/).filter(Boolean),
    };
  }

  /** Lower-case texts to search, made when first searched. @type {Record<string, string[]> | null} */
  let texts = null;

  function searchable() {
    texts ??= {
      resources: resources.rest.map((_, resource) =>
        [arnOf(resource), nameOf(resource), resources.types[resources.type[resource]]].join("\n").toLowerCase()),
      messages: data.messages.map((text) => text.toLowerCase()),
      checks: data.checks.map((check) => check.slice(0, 5).join("\n").toLowerCase()),
      details: data.details.map((text) => text.toLowerCase()),
    };
    return texts;
  }

  /**
   * Whether each row holds every word. Each text is looked through once, however many rows have it.
   * @param {string[]} words
   * @returns {(row: number) => boolean}
   */
  function search(words) {
    if (words.length === 0) return () => true;
    const all = searchable();
    const found = words.map((word) => {
      /** @param {string[]} list */
      const among = (list) => list.map((text) => text.includes(word));
      return {
        word,
        resources: among(all.resources),
        messages: among(all.messages),
        checks: among(all.checks),
        details: among(all.details),
      };
    });
    return (row) => found.every((one) =>
      one.resources[rows.resource[row]] || one.messages[rows.message[row]] || one.checks[rows.check[row]] ||
      (rows.detail[row] > 0 && one.details[rows.detail[row] - 1]) || rows.id[row] === one.word);
  }

  /** Rows to show. @type {number[]} */
  let shown = [];
  /** @type {Filter} */
  let filter;

  /** The level a row counts at: with a pillar chosen, its impact on that. @param {number} row */
  const levelOf = (row) => (filter.pillar < 0 ? severityOf(row) : impactOf(row, filter.pillar));

  /** Decides which rows are shown, and how many each other choice would show. */
  function apply() {
    filter = readForm();
    const holds = search(filter.words);
    /** @type {Record<string, Map<string, number>>} */
    const facets = Object.fromEntries(FACETS.map((name) => [name, new Map()]));
    /** @param {string} name @param {string} value */
    const tally = (name, value) => facets[name].set(value, (facets[name].get(value) ?? 0) + 1);
    shown = [];
    for (let row = 0; row < count; row += 1) {
      if (!holds(row)) continue;
      const values = valuesOf(row);
      const misses = missesOf(row, values);
      if (misses === 0) shown.push(row);
      for (let facet = 0; facet < FACETS.length; facet += 1) {
        if ((misses & ~(1 << facet)) !== 0) continue;
        if (FACETS[facet] !== "pillar") tally(FACETS[facet], values[facet]);
        else PILLARS.forEach((name, pillar) => { if (impactOf(row, pillar) > 0) tally("pillar", name); });
      }
    }
    sort();
    tell(facets);
  }

  /** What a row has for each facet. @param {number} row @returns {string[]} */
  function valuesOf(row) {
    const check = checkOf(row);
    return [OUTCOMES[outcomeOf(row)], LEVELS[levelOf(row)], "", check[2], accountOf(row), regionOf(row), check[0],
      rows.exception[row] > 0 ? "accepted" : "open"];
  }

  /** The facets that keep a row out, a bit each. @param {number} row @param {string[]} values */
  function missesOf(row, values) {
    const { outcomes, severities, pillar } = filter;
    let misses = 0;
    if (outcomes.size > 0 && !outcomes.has(outcomeOf(row))) misses |= 1;
    if (severities.size > 0 && !severities.has(levelOf(row))) misses |= 2;
    if (pillar >= 0 && impactOf(row, pillar) === 0) misses |= 4;
    if (filter.service !== "" && filter.service !== values[3]) misses |= 8;
    if (filter.account !== "" && filter.account !== values[4]) misses |= 16;
    if (filter.region !== "" && filter.region !== values[5]) misses |= 32;
    if (filter.check !== "" && filter.check !== values[6]) misses |= 64;
    if (filter.exception !== "" && filter.exception !== values[7]) misses |= 128;
    return misses;
  }

  /** Writes the counts beside the choices, and how much is shown. @param {Record<string, Map<string, number>>} facets */
  function tell(facets) {
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      const input = /** @type {HTMLInputElement} */ (box);
      const output = input.closest("label")?.querySelector("output");
      if (output) output.textContent = grouped(facets[input.name].get(input.value) ?? 0);
    }
    for (const select of form.querySelectorAll("select")) {
      for (const option of select.options) {
        if (option.value === "") continue;
        option.dataset.words ??= option.text;
        option.text = `${option.dataset.words} (${grouped(facets[select.name].get(option.value) ?? 0)})`;
      }
    }
    byId("severity-legend").textContent = filter.pillar < 0 ? "Severity" : "Impact on " + PILLARS[filter.pillar];
    status.textContent = shown.length === 0
      ? `None of ${grouped(count)} findings fits the filter.`
      : `${grouped(shown.length)} of ${grouped(count)} findings.`;
  }

  // ------------------------------------------------------------------ order

  /** The report's order is by severity. */
  let order = { by: "severity", down: true };

  /** Places of texts when sorted. @param {string[]} list */
  function ranks(list) {
    const sorted = list.map((_, place) => place).sort((a, b) => (list[a] < list[b] ? -1 : list[a] > list[b] ? 1 : 0));
    const ranks = new Array(list.length);
    sorted.forEach((place, rank) => { ranks[place] = rank; });
    return ranks;
  }

  const checkRanks = ranks(data.checks.map((check) => check[0]));
  const placeRanks = ranks(resources.accounts.flatMap((account) => resources.regions.map((region) => account + " " + region)));

  /** @param {number} row @returns {number} */
  function keyOf(row) {
    const resource = rows.resource[row];
    switch (order.by) {
      case "resource": return resource;
      case "check": return checkRanks[rows.check[row]];
      case "place": return placeRanks[resources.account[resource] * resources.regions.length + resources.region[resource]];
      // What is about the settings comes after what is about the account.
      default: return -(100 * (3 - outcomeOf(row)) + (isAboutSettings(row) ? -50 : 0) + levelOf(row));
    }
  }

  function sort() {
    const sign = order.by === "severity" ? (order.down ? 1 : -1) : (order.down ? -1 : 1);
    const keys = new Map(shown.map((row) => [row, keyOf(row)]));
    shown.sort((a, b) => sign * (/** @type {number} */ (keys.get(a)) - /** @type {number} */ (keys.get(b))) || a - b);
  }

  function markOrder() {
    for (const head of document.querySelectorAll("#list th[data-sort]")) {
      const own = head.getAttribute("data-sort") === order.by;
      if (own) head.setAttribute("aria-sort", order.down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    }
  }

  for (const head of document.querySelectorAll("#list th[data-sort]")) {
    const by = head.getAttribute("data-sort") ?? "";
    const button = make("button", { type: "button", class: "sort" }, head.textContent ?? "");
    button.addEventListener("click", () => {
      order = { by, down: order.by === by ? !order.down : by === "severity" };
      sort();
      markOrder();
      show(0);
    });
    // Printed instead of the button.
    head.setAttribute("data-label", head.textContent ?? "");
    head.replaceChildren(button);
  }

  // ------------------------------------------------------------------ rows

  let page = 0;

  /** @param {number} row */
  function makeRow(row) {
    const resource = rows.resource[row];
    const outcome = outcomeOf(row);
    const severity = LEVELS[levelOf(row)];
    const check = checkOf(row);
    const button = make("button", { type: "button", class: "open", "aria-expanded": "false" },
      make("bdi", {}, nameOf(resource)));
    const element = make("tr", {},
      make("td", {}, outcome === 0 ? level(severity, severity) : level(OUTCOMES[outcome], OUTCOME_WORDS[outcome]),
        outcome === 0 ? null : make("small", {}, outcome === 3 ? "" : "at stake: " + severity),
        rows.exception[row] > 0 ? make("small", {}, "accepted until " + data.exceptions[rows.exception[row] - 1].expires) : null,
        isAboutSettings(row) ? make("small", {}, "of the settings") : null),
      make("td", { class: "resource" }, button, make("small", {}, resources.types[resources.type[resource]])),
      make("td", { class: "reason" }, make("bdi", {}, data.messages[rows.message[row]])),
      make("td", { class: "check" }, check[5] === "" ? check[0] : make("a", { href: "#" + check[5] }, check[0])),
      make("td", {}, regionOf(row), severalAccounts ? make("small", {}, accountOf(row)) : null));
    button.addEventListener("click", () => toggle(row, element, button));
    return element;
  }

  /** @param {number} row @param {HTMLElement} element @param {HTMLElement} button */
  function toggle(row, element, button) {
    const open = button.getAttribute("aria-expanded") === "true";
    button.setAttribute("aria-expanded", String(!open));
    element.classList.toggle("opened", !open);
    if (open) {
      element.nextElementSibling?.remove();
      button.removeAttribute("aria-controls");
    } else {
      const id = "detail-" + row;
      button.setAttribute("aria-controls", id);
      element.after(make("tr", { class: "detail", id }, make("td", { colspan: "5" }, detail(row))));
    }
  }

  /** Shows a page of the rows. @param {number} wanted @param {number} [size] */
  function show(wanted, size = PAGE) {
    const pages = Math.max(1, Math.ceil(shown.length / size));
    page = Math.min(Math.max(0, wanted), pages - 1);
    body.replaceChildren(...shown.slice(page * size, (page + 1) * size).map(makeRow));
    pager.hidden = pages === 1;
    for (const button of pager.querySelectorAll("button")) {
      const back = button.dataset.to === "first" || button.dataset.to === "previous";
      // Still reachable, so that the keyboard's place is not lost at the last page.
      button.setAttribute("aria-disabled", String(back ? page === 0 : page === pages - 1));
    }
    byId("page").textContent = `Page ${grouped(page + 1)} of ${grouped(pages)}`;
  }

  for (const [to, words] of [["first", "First"], ["previous", "Previous"], ["next", "Next"], ["last", "Last"]]) {
    const button = make("button", { type: "button", "data-to": to }, words);
    button.addEventListener("click", () => {
      const places = { first: 0, previous: page - 1, next: page + 1, last: shown.length };
      show(places[/** @type {keyof typeof places} */ (to)]);
      byId("findings").scrollIntoView();
    });
    pager.append(button);
    if (to === "previous") pager.append(make("span", { id: "page", role: "status" }));
  }

  // Up and down go from row to row, Escape closes: only where a row has the focus.
  body.addEventListener("keydown", (event) => {
    const from = event.target instanceof Element ? event.target.closest("tr") : null;
    if (!from) return;
    const buttons = /** @type {HTMLElement[]} */ ([...body.querySelectorAll("button.open")]);
    const row = from.classList.contains("detail") ? from.previousElementSibling : from;
    const place = buttons.findIndex((button) => row?.contains(button));
    if (event.key === "Escape" && buttons[place]?.getAttribute("aria-expanded") === "true") {
      buttons[place].focus();
      buttons[place].click();
    } else if (event.target === buttons[place] && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      buttons[place + (event.key === "ArrowDown" ? 1 : -1)]?.focus();
    }
  });

  // ------------------------------------------------------------------ one finding

  /** @param {number} row */
  function detail(row) {
    const check = checkOf(row);
    const resource = rows.resource[row];
    const facts = make("dl", {});
    /** @param {string} name @param {...(Node | string | null)} what */
    const fact = (name, ...what) => facts.append(make("dt", {}, name), make("dd", {}, ...what));
    fact("ARN", code(arnOf(resource)));
    if (rows.cause[row] > 0) {
      const [text, permission, request] = data.causes[rows.cause[row] - 1];
      fact("Cause", text, request ? ` (request ${request})` : null);
      if (permission) fact("Cure", "allow ", code(permission));
    }
    if (!isAboutSettings(row)) fact("Impact", PILLARS.map((name, pillar) => `${name} ${LEVELS[impactOf(row, pillar)]}`).join(", "));
    if (rows.detail[row] > 0) addDetails(facts, data.details[rows.detail[row] - 1]);
    if (rows.exception[row] > 0) {
      const { owner, reason, expires, source } = data.exceptions[rows.exception[row] - 1];
      fact("Accepted", "by ", make("bdi", {}, owner), ` until ${expires}: `, make("bdi", {}, reason), " (", code(source), ")");
    }
    fact("Evidence", evidence(rows.evidence[row]));
    if (check[3]) fact("Controls", check[3]);
    if (check[4]) fact("Catalogue", check[4]);
    fact("Finding", code(rows.id[row]));
    return make("div", { class: "panel" }, make("div", { class: "known" }, make("p", { class: "said" },
      make("bdi", {}, data.messages[rows.message[row]])), facts), guide(check[5]));
  }

  /** A text with a button that copies it. @param {string} text */
  function code(text) {
    return make("span", { class: "copied" }, make("code", {}, make("bdi", {}, text)), copier(text));
  }

  /** Figures and names behind the message. @param {HTMLElement} facts @param {string} text JSON */
  function addDetails(facts, text) {
    for (const [name, value] of Object.entries(JSON.parse(text))) {
      facts.append(make("dt", {}, name.replaceAll("_", " ")), make("dd", {}, make("bdi", {}, asText(value))));
    }
  }

  /** @param {unknown} value @returns {string} */
  function asText(value) {
    if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(asText).join(", ");
    if (value !== null && typeof value === "object") {
      return Object.entries(value).map(([name, part]) => `${name}: ${asText(part)}`).join("; ");
    }
    return value === null ? "none" : String(value);
  }

  /** Where the reason stands in the recording. @param {number[]} places */
  function evidence(places) {
    if (places.length === 0) return "none recorded";
    const list = make("ul", {});
    for (let place = 0; place < places.length; place += 2) {
      const pointer = data.pointers[places[place + 1]];
      list.append(make("li", {}, "exchange ", make("code", {}, data.exchanges[places[place]]),
        pointer === "" ? ", the whole answer" : " at ", pointer === "" ? null : make("code", {}, pointer)));
    }
    return list;
  }

  /** Why and cure of a check, as in the guide. @param {string} anchor */
  function guide(anchor) {
    const panel = make("div", { class: "prose" });
    const source = anchor === "" ? null : document.getElementById(anchor);
    for (const part of source?.querySelectorAll("[data-part=why], [data-part=cure]") ?? []) {
      panel.append(part.cloneNode(true));
    }
    for (const button of panel.querySelectorAll("button")) button.remove();
    addCopiers(panel);
    return panel;
  }

  // ------------------------------------------------------------------ copying

  const spoken = make("p", { role: "status", class: "unseen" });
  document.body.append(spoken);

  /** @param {string} text */
  function copier(text) {
    const button = make("button", { type: "button", class: "copy" }, "Copy");
    button.addEventListener("click", async () => {
      const done = await copy(text);
      button.textContent = done ? "Copied" : "Not copied";
      spoken.textContent = done ? "Copied" : "The browser did not let the page copy";
      setTimeout(() => { button.textContent = "Copy"; }, 3000);
    });
    return button;
  }

  /** @param {string} text @returns {Promise<boolean>} */
  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }

  /** Where the page may not use the clipboard by itself. @param {string} text */
  function copyBySelection(text) {
    const area = /** @type {HTMLTextAreaElement} */ (make("textarea", { class: "unseen", "aria-hidden": "true" }));
    const before = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    if (before instanceof HTMLElement) before.focus();
    return done;
  }

  /** @param {ParentNode} within */
  function addCopiers(within) {
    for (const block of within.querySelectorAll("pre")) block.append(copier(block.textContent ?? ""));
  }

  // ------------------------------------------------------------------ address of the page

  /** Sets the form by `#findings?name=value&…`. @param {string} query */
  function fillForm(query) {
    const wanted = new URLSearchParams(query);
    for (const element of form.elements) {
      if (element instanceof HTMLInputElement && element.type === "checkbox") {
        element.checked = wanted.getAll(element.name).includes(element.value);
      } else if (element instanceof HTMLInputElement || element instanceof HTMLSelectElement) {
        const value = wanted.get(element.name) ?? "";
        element.value = value;
        // What no finding has is a filter that nothing fits, and not one that everything does.
        if (element instanceof HTMLSelectElement && element.value !== value) {
          element.add(new Option(value, value));
          element.value = value;
        }
      }
    }
  }

  /** Keeps the filter in the address, so that it can be sent on and gone back to. */
  function keepAddress() {
    const values = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value !== "") values.append(name, String(value));
    history.replaceState(null, "", "#findings?" + values.toString());
  }

  /** Follows the address: a filter, or a check's guide, which may be folded away. */
  function follow() {
    const address = location.hash.slice(1);
    const [name, query] = address.split("?", 2);
    if (name === "findings" && query !== undefined) {
      fillForm(query);
      apply();
      show(0);
      byId("findings").scrollIntoView();
      byId("findings-title").focus({ preventScroll: true });
      return;
    }
    const target = document.getElementById(address);
    for (let at = target; at; at = at.parentElement) if (at instanceof HTMLDetailsElement) at.open = true;
    if (target) target.closest("details.guide")?.scrollIntoView();
  }

  // ------------------------------------------------------------------ begin

  let waiting = 0;

  function changed() {
    clearTimeout(waiting);
    apply();
    show(0);
    keepAddress();
  }

  form.addEventListener("change", changed);
  form.addEventListener("input", (event) => {
    if (!(event.target instanceof HTMLInputElement) || event.target.type !== "search") return;
    clearTimeout(waiting);
    waiting = setTimeout(changed, 120);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    changed();
  });
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    fillForm("outcome=fail");
    changed();
  });

  addEventListener("hashchange", follow);
  addEventListener("beforeprint", () => {
    if (shown.length <= PAGE) return;
    show(0, PRINTED);
    pager.hidden = true;
    status.textContent += shown.length > PRINTED ? ` Printed are the first ${grouped(PRINTED)} in this order.` : "";
  });
  addEventListener("afterprint", () => {
    apply();
    show(0);
  });

  addCopiers(byId("guide"));
  form.hidden = false;
  fillForm("outcome=fail");
  apply();
  markOrder();
  show(0);
  if (location.hash !== "") follow();
})();
