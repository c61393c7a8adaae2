// Completes what the theme leaves out for readers who use a keyboard or a screen reader.
// Every page is complete without it.

const label = () => {
  const search = document.querySelector(".md-search[role=dialog]");
  const input = search?.querySelector("input");
  search?.setAttribute("aria-label", input?.placeholder || "Search");
};

const reachable = () => {
  for (const one of document.querySelectorAll(".md-typeset__scrollwrap")) {
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
unfold();
addEventListener("hashchange", unfold);
addEventListener("load", () => requestAnimationFrame(reachable));
addEventListener("resize", reachable);
