"""Tests what goes before the theme's search worker, in an engine without a browser."""

from __future__ import annotations

import json

import pytest

from dojo.site.search import WORKER

# What a worker has of a browser, and a stand-in for the theme's own: it is told of each
# message, and answers as that does, though only when `theme.done` is called.
BROWSER = """
const listeners = [], said = [], asked = [];
var self = globalThis;
var addEventListener = (kind, listener) => listeners.push(listener);
class MessageEvent {
  constructor(kind, { data }) { this.data = data; }
  stopImmediatePropagation() { this.stopped = true; }
}
var dispatchEvent = (event) => {
  for (const listener of listeners) if (!event.stopped) listener(event);
};
globalThis.postMessage = (message) => { said.push(message); };
const send = (type, data) =>
  dispatchEvent(new MessageEvent("message", { data: { type, data } }));
"""
THEME = """
let done = null;
addEventListener("message", ({ data: { type, data } }) => {
  asked.push(type === 0 ? "texts" : data);
  if (type === 0) done = () => self.postMessage({ type: 1 });
  if (type === 2) self.postMessage({ type: 3, data: { items: [data] } });
});
send(0, { docs: [{ title: "ReLU", text: "a kink at zero", tags: ["relu"] }] });
"""


@pytest.fixture
def worker():
    racer = pytest.importorskip(
        "py_mini_racer", reason="needs pip install -e '.[site]'"
    )
    context = racer.MiniRacer()
    context.eval(BROWSER)
    context.eval(WORKER.read_text("utf-8"))
    context.eval(THEME)

    def told(command: str = "") -> tuple[list, list]:
        """Return what the theme was asked, and what the page was told, after this."""
        context.eval(command)
        return tuple(
            json.loads(context.eval(f"JSON.stringify({name})"))
            for name in ("asked", "said")
        )

    return told


def test_a_page_whose_reader_searches_for_nothing_indexes_nothing(worker):
    assert worker() == ([], [{"type": 1}])
    asked, said = worker("send(2, ''); send(2, '  ')")
    assert asked == []
    assert said[1:] == [{"type": 3, "data": {"items": []}}] * 2


def test_the_first_word_has_the_texts_indexed_and_is_looked_for_then(worker):
    asked, said = worker("send(2, 'kin')")
    assert asked == ["texts"]
    asked, said = worker("send(2, 'kink')")  # while they are indexed
    assert asked == ["texts"]
    assert len(said) == 1
    asked, said = worker("done()")
    assert len(asked) == 2
    assert "text:kink" in asked[1]
    assert [message["type"] for message in said] == [1, 3]


def test_later_words_are_looked_for_at_once(worker):
    worker("send(2, 'kink'); done()")
    asked, said = worker("send(2, 'zero')")
    assert len(asked) == 3
    assert "text:zero" in asked[2]
    assert len(said) == 3


def test_what_was_typed_and_taken_back_meanwhile_is_not_looked_for(worker):
    asked, said = worker("send(2, 'kink'); send(2, ''); done()")
    assert asked == ["texts"]
    assert said[1:] == [{"type": 3, "data": {"items": []}}] * 2
