// What a test asks of an open page; each returns what is wrong, as text.
(() => {
  const all = (mark) => [...document.querySelectorAll(mark)];
  const shows = (part) => part.getClientRects().length > 0 && part.checkVisibility();
  const short = (part) => part.outerHTML.slice(0, 120);
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const inScroller = (one) =>
    one && one !== document.body && (scrolls(one) || inScroller(one.parentElement));
  const textsIn = (mark) => {
    const texts = [];
    for (const top of all(mark)) {
      const walk = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) texts.push(walk.currentNode);
    }
    return texts.filter((text) => !text.parentElement.closest(".katex-mathml"));
  };
  const boxes = (text, start, end) => {
    const range = document.createRange();
    range.setStart(text, start);
    range.setEnd(text, end);
    return [...range.getClientRects()].filter((box) => box.width);
  };

  const ofColours = ["color-contrast", "link-in-text-block"];
  const ran = async (rules) => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"], rules });
    return violations.map((rule) => `${rule.id}: ${rule.help}: `
      + rule.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)));
  };

  window.checks = {
    // How far down the first figure begins.
    figure: () => document.querySelector("main figure svg")?.getBoundingClientRect().top,

    overflow: () => {
      const wide = all("main *").filter((one) => {
        const box = one.getBoundingClientRect();
        return box.width && box.right > innerWidth + 1
          && !one.closest(".katex-mathml, .md-sidebar, svg, .map-needs")
          && !inScroller(one);
      }).map(short);
      const page = document.documentElement.scrollWidth;
      return page > innerWidth ? [`the page is ${page} wide`, ...wide] : wide;
    },

    // What scrolls sideways without the shade that says so, or out of a keyboard's reach.
    hiddenOverflow: () => all("main *").filter((one) =>
      scrolls(one) && shows(one) && one.scrollWidth > one.clientWidth + 1
      && !one.closest(".md-sidebar")
      && !((getComputedStyle(one).backgroundImage.match(/gradient/g) ?? []).length >= 4
        && one.matches("[tabindex='0'], :has(a)"))).map(short),

    splitNames: () => textsIn("main :is(table, pre, dl)").flatMap((text) =>
      [...text.data.matchAll(/[A-Za-z_][\w.]*\w/g)].filter((name) => {
        const lines = boxes(text, name.index, name.index + name[0].length);
        return new Set(lines.map((box) => Math.round(box.top / 4))).size > 1;
      }).map((name) => name[0])),

    // A sign that closes a clause, left of what it closes.
    strayStops: () => {
      const plain = textsIn("main .md-content").filter((text) =>
        /^[.,;:!?)]/.test(text.data) && text.previousSibling?.nodeType === 1
        && !text.parentElement.closest("pre, svg, .katex"));
      const ends = (part) =>
        (part.querySelector(".katex-html > .base:last-child") ?? part).getClientRects();
      const stray = plain.filter((text) => {
        const [stop] = boxes(text, 0, 1);
        const before = [...ends(text.previousSibling)].pop();
        return stop && before && stop.left < before.left;
      }).map((text) => text.parentElement.textContent.slice(0, 80));
      const stops = all("main .katex .stop").filter((stop) => {
        const before = stop.previousElementSibling?.getBoundingClientRect();
        return before && stop.getBoundingClientRect().left < before.left;
      }).map((stop) => stop.closest("p, li, td")?.textContent.slice(0, 80));
      return [...stray, ...stops];
    },

    withoutCopyButton: () =>
      all("main pre").filter((block) => shows(block)
        && !block.querySelector("button[data-md-type=copy]")).map(short),

    // Printed: no frame, nothing unfolded, no link whose address is not shown.
    printed: () => {
      const ink = getComputedStyle(document.querySelector("main p")).color;
      const dark = ink.match(/\d+/g).slice(0, 3).reduce((sum, part) => sum + +part, 0) < 300;
      const tall = all("main figure svg").filter((figure) =>
        figure.getBoundingClientRect().height > innerHeight / 2);
      return [
        ...all(".md-header, .md-sidebar, .md-footer, .md-code__nav").filter(shows),
        ...all("main details > :not(summary)").filter(shows),
        ...all("main .md-typeset a[href^=http]").filter((link) => shows(link)
          && !getComputedStyle(link, "::after").content.includes("http")),
        ...tall,
      ].map(short).concat(dark ? [] : [`the ink is ${ink}`]);
    },

    unfold: () => all("main details").forEach((one) => { one.open = true; }),
    fold: () => all("main details").forEach((one) => { one.open = false; }),

    // Takes away what of formulas is only spoken, and has no room on the page. A
    // column's heading keeps it, since it would be empty without.
    silent: () => all(".katex-mathml").forEach((spoken) => {
      if (!spoken.closest("th")) spoken.remove();
    }),

    // Puts an empty box of its size in the place of each formula.
    boxed: () => {
      const drawn = all(".katex-html");
      const sizes = drawn.map((formula) => formula.getBoundingClientRect());
      drawn.forEach((formula, i) => {
        const box = document.createElement("span");
        box.setAttribute("aria-hidden", "true");
        box.style.cssText = `display: inline-block; width: ${sizes[i].width}px; `
          + `height: ${sizes[i].height}px`;
        formula.replaceWith(box);
      });
    },

    // Takes out what is the same on all pages: the list of them, the colours of listings.
    frameless: () => {
      all(".md-nav--primary > .md-nav__list").forEach((list) => list.remove());
      all("pre code").forEach((code) => { code.textContent = code.textContent; });
    },

    violations: () => ran({}),

    // What the style sheet promises of all pages is looked at on some.
    violationsButOfColours: () => ran(Object.fromEntries(
      ofColours.map((rule) => [rule, { enabled: false }]))),

    // What depends on colours, in what is a page's own: the frame of all pages is one,
    // so are listings and folds, and figures have a test of theirs.
    paleTexts: async () => {
      const exclude = ["pre", ".md-code__nav", "details", "figure", ".maths-display"];
      const own = { include: ["main .md-content"], exclude };
      const rules = ofColours;
      const ran = await axe.run(own, { resultTypes: ["violations"], runOnly: rules });
      return ran.violations.map((rule) => `${rule.id}: ${rule.nodes[0].html}`);
    },

    flat: () => {
      const marks = ["h1", ".md-content p", ".maths .katex-html", "figure svg"];
      const parts = marks.flatMap((mark) => all(`main ${mark}`).slice(0, 5)
        .filter((part) => !part.closest("details")));
      return [parts.filter((part) => part.getBoundingClientRect().height < 8).map(short),
        parts.length, getComputedStyle(document.body).backgroundColor];
    },
  };
})();
