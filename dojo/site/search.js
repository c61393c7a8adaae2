// Goes before the theme's own search worker and rewrites each query, so that a reader
// also finds what is written together or apart, spelt the other way, or mistyped by one
// letter. Names of a page are its tags, each as one word: see dojo/site/search.py.
{
  const GAPS = /[^\p{L}\p{N}⋆]+/u;
  const SPELLINGS = [
    ["isation", "ization"], ["ising", "izing"], ["ised", "ized"], ["iser", "izer"],
    ["ise", "ize"], ["our", "or"], ["tre", "ter"], ["grey", "gray"], ["yse", "yze"],
    ["licence", "license"], ["elled", "eled"], ["elling", "eling"],
  ];
  const SHORT = 4; // letters of a word in which another letter makes another word
  const passedOn = new WeakSet();
  let names = new Set();
  let words = new Set();

  const begins = (start, all) => {
    for (const one of all) if (one.startsWith(start)) return true;
    return false;
  };
  const respelt = (word) =>
    SPELLINGS.flatMap(([one, other]) => [
      word.replace(one, other), word.replace(other, one),
    ]).filter((other) => other !== word);
  // A boost keeps the theme from looking for longer words that begin so.
  const inTexts = (word) => {
    const spelt = [word, ...respelt(word)].filter((other) => begins(other, words));
    const known = spelt.length || word.length < SHORT ? spelt : [`${word}~1`];
    return known.flatMap((term) => [
      `title:${term}`, `text:${term}`, ...(words.has(term) ? [`title:${term}^9`] : []),
    ]);
  };
  const amongNames = (typed) => {
    const found = [];
    for (let start = 0; start < typed.length; start++)
      for (let end = start + 1; end <= typed.length; end++) {
        const name = typed.slice(start, end).join("");
        for (const spelt of new Set([name, ...respelt(name)]))
          if (names.has(spelt)) found.push(`tags:${spelt}^${9 * (end - start)}`);
      }
    const whole = typed.join("");
    if (found.length) return found;
    if (begins(whole, names)) return [`tags:${whole}`];
    return whole.length < SHORT ? [] : [`tags:${whole}~1`];
  };
  const rewritten = (query) => {
    const typed = query.toLowerCase().split(GAPS).filter(Boolean);
    return [...amongNames(typed), ...typed.flatMap(inTexts)].join(" ");
  };

  addEventListener("message", (event) => {
    if (passedOn.has(event)) return;
    const { type, data } = event.data;
    if (type === 0) {
      names = new Set(data.docs.flatMap((doc) => doc.tags ?? []));
      const texts = data.docs.map((doc) => `${doc.title} ${doc.text}`).join(" ");
      words = new Set(texts.toLowerCase().split(GAPS));
    } else if (type === 2) {
      event.stopImmediatePropagation();
      const again = { type, data: rewritten(data) };
      const message = new MessageEvent("message", { data: again });
      passedOn.add(message);
      dispatchEvent(message);
    }
  });
}
