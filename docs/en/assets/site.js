// Completes what the theme leaves out for readers who use a keyboard, a screen reader or
// the clipboard. Every page is complete without it.

const label = () => {
  const search = document.querySelector(".md-search[role=dialog]");
  const input = search?.querySelector("input");
  search?.setAttribute("aria-label", input?.placeholder || "Search");
};

// A chapter has a page, and so the label of its part of the navigation has no words.
const named = () => {
  for (const label of document.querySelectorAll(".md-nav__container > label")) {
    label.setAttribute("aria-label", label.previousElementSibling.textContent.trim());
  }
};

// The theme puts each copy button into a landmark of its own, and none has a name.
const unmarked = () => {
  for (const bar of document.querySelectorAll("nav.md-code__nav:not([role])")) {
    bar.setAttribute("role", "none");
  }
};

const reachable = () => {
  for (const one of document.querySelectorAll(".md-typeset__scrollwrap, .maths-display")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
    else one.removeAttribute("tabindex");
  }
};

// A link to something folded opens its fold. A mistake was once linked by its bare code.
const unfold = () => {
  const name = decodeURIComponent(location.hash.slice(1));
  const target = name && (document.getElementById(name) || document.getElementById(`mistake-${name}`));
  const fold = target && target.closest("details");
  if (!fold) return;
  fold.open = true;
  target.scrollIntoView();
};

label();
named();
new MutationObserver(unmarked).observe(document.body, { childList: true, subtree: true });
unfold();
addEventListener("hashchange", unfold);
addEventListener("load", () => requestAnimationFrame(reachable));
addEventListener("resize", reachable);

// A formula is drawn from dozens of pieces beside its MathML; what is copied is its TeX.
const FORMULA = ".maths-display, .katex";

const whole = (range) => {
  const formulaAt = (node) =>
    (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement)?.closest(FORMULA);
  const first = formulaAt(range.startContainer);
  const last = formulaAt(range.endContainer);
  const wider = range.cloneRange();
  if (first) wider.setStartBefore(first);
  if (last) wider.setEndAfter(last);
  return wider;
};

const texOf = (formula) => {
  const parts = [...formula.querySelectorAll("annotation")].map((part) => part.textContent);
  const sign = formula.matches(".maths-display") ? "$$" : "$";
  const stop = formula.querySelector(".stop")?.textContent ?? "";
  return `${sign}${parts.join(" \\qquad ")}${sign}${stop}`;
};

addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return;
  const copied = document.createElement("div");
  copied.append(whole(selection.getRangeAt(0)).cloneContents());
  if (!copied.querySelector(FORMULA)) return;
  for (const formula of copied.querySelectorAll(FORMULA)) {
    if (copied.contains(formula)) formula.replaceWith(texOf(formula));
  }
  // Only what stands on the page has lines, and they are to be copied too.
  copied.style.cssText = "position: fixed; left: -200vw; width: 100vw";
  document.body.append(copied);
  event.clipboardData.setData("text/plain", copied.innerText.trim());
  copied.remove();
  event.preventDefault();
});
