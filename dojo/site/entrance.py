"""The pages that stand outside the languages: the entrance, and the one for no page.

Both are whole in themselves, because neither knows the address that it is served under.
"""

from __future__ import annotations

import html
from urllib.parse import urlsplit

STYLE = """\
:root { color-scheme: light dark; }
body {
  max-width: 38rem; margin: 12vh auto; padding: 0 1rem; line-height: 1.6;
  font-family: ui-sans-serif, system-ui, sans-serif;
  color: light-dark(#1f2430, #e3e6ec); background: light-dark(#fff, #14171d);
}
a { color: light-dark(#2f4bb8, #9db2ff); }
ul { padding-left: 1.2rem; }"""
HEAD = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
"""
ENTRANCE = f"""\
{HEAD}<meta http-equiv="refresh" content="0; url=en/index.html">
<link rel="icon" href="assets/logo.svg">
<title>DL Katas</title>
</head>
<body>
<main><h1>DL Katas</h1><p><a href="en/index.html">Read in English</a></p></main>
</body>
</html>
"""
NOTHING_HERE = """\
<h1>There is no page here</h1>
<p>The address has a slip in it, or the page has moved. <span id="near"></span></p>
"""
# A page that is not there may have been asked for anywhere below the site's address.
# The folder that has the home page is the site; links are taken from there.
FINDS_THE_SITE = """\
const sought = location.pathname;
const links = [...document.querySelectorAll("main a")];
const show = (root) => {
  document.head.append(Object.assign(document.createElement("base"), { href: root }));
  const words = sought.toLowerCase().match(/[a-z0-9]{3,}/g) ?? [];
  const likeness = (link) =>
    words.filter((word) => link.getAttribute("href").includes(word)).length;
  const [best] = [...links].sort((one, other) => likeness(other) - likeness(one));
  if (likeness(best) > likeness(links[0])) {
    document.querySelector("#near").append("Did you mean ", best.cloneNode(true), "?");
  }
  document.querySelector("#pages").hidden = false;
};
const find = async () => {
  const folders = sought.split("/").slice(0, -1);
  for (; folders.length; folders.pop()) {
    const root = `${folders.join("/")}/`;
    const home = await fetch(`${root}en/index.html`, { method: "HEAD" });
    if (home.ok) return show(root);
  }
};
"""


def not_found(pages: list[tuple[str, str]], site: str) -> str:
    """Return the page that a server shows for an address without one.

    Parameters
    ----------
    pages : list of (address, title)
        Addresses below the site's; the first is the home page's.
    site : str
        The site's own address; where it is empty, the page finds it by a script.
    """
    root = html.escape(urlsplit(site).path)
    listed = "\n".join(
        f'<li><a href="{address}">{html.escape(title)}</a></li>'
        for address, title in pages
    )
    return (
        f"{HEAD}{f'<base href={root!r}>' if site else ''}"
        '<meta name="robots" content="noindex">\n'
        f"<title>No such page - DL Katas</title>\n<style>\n{STYLE}\n</style>\n</head>\n"
        f'<body>\n<main>\n{NOTHING_HERE}<div id="pages"{"" if site else " hidden"}>\n'
        f"<p>These pages there are:</p>\n<ul>\n{listed}\n</ul>\n</div>\n</main>\n"
        f"<script>\n{FINDS_THE_SITE}{f'show({root!r});' if site else 'find();'}\n"
        "</script>\n</body>\n</html>\n"
    )


def sitemap(addresses: list[str]) -> str:
    """Return a sitemap of absolute addresses."""
    entries = "".join(
        f"<url><loc>{html.escape(address)}</loc></url>\n" for address in addresses
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        f"{entries}</urlset>\n"
    )
