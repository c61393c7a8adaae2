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

  // To index the texts takes longer than all else that a page computes, and most readers
  // of a page search for nothing: so they are indexed when the first word is typed.
  const [SETUP, READY, QUERY, RESULT] = [0, 1, 2, 3];
  const post = postMessage.bind(self);
  let setup = null;
  let indexed = false;
  let typed = "";

  const passOn = (data) => {
    const message = new MessageEvent("message", { data });
    passedOn.add(message);
    dispatchEvent(message);
  };
  const search = () => {
    if (typed.trim()) passOn({ type: QUERY, data: rewritten(typed) });
    else post({ type: RESULT, data: { items: [] } });
  };
  const index = () => {
    const { docs } = setup.data;
    names = new Set(docs.flatMap((doc) => doc.tags ?? []));
    const texts = docs.map((doc) => `${doc.title} ${doc.text}`).join(" ");
    words = new Set(texts.toLowerCase().split(GAPS));
    passOn(setup);
    setup = null;
  };

  self.postMessage = (message) => {
    if (message.type !== READY) return post(message);
    indexed = true;
    search();
  };
  addEventListener("message", (event) => {
    if (passedOn.has(event)) return;
    event.stopImmediatePropagation();
    const { type, data } = event.data;
    if (type === SETUP) {
      setup = event.data;
      post({ type: READY });
    } else if (type !== QUERY) {
      passOn(event.data);
    } else {
      typed = data;
      if (indexed || !typed.trim()) search();
      else if (setup) index();
    }
  });
}
