"""Half-written Markdown: no frame shows less than the one before; the end is the whole at once."""

from __future__ import annotations

import random

import pytest

from tests.browser.assets.samples import SAMPLES


def cut(text: str, longest: int, seed: int) -> list[str]:
    chance = random.Random(seed)
    pieces, at = [], 0
    while at < len(text):
        end = at + chance.randint(1, longest)
        pieces.append(text[at:end])
        at = end
    return pieces


@pytest.fixture(scope="module")
def stage(browser, fake_server):
    page = browser.new_page(viewport={"width": 800, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(fake_server.url)
    page.locator("html[data-ready]").wait_for()
    page.evaluate("import('/assets/math.js').then(math => math.load())")
    yield page
    page.close()
    assert not faults


@pytest.mark.parametrize("longest", [1, 3, 9])
@pytest.mark.parametrize("name", SAMPLES)
def test_no_frame_takes_back_what_the_one_before_showed(stage, name, longest):
    pieces = cut(SAMPLES[name], longest, seed=len(name) + longest)

    seen = stage.evaluate("pieces => stream(pieces)", pieces)

    lengths = [len(frame) for frame in seen["frames"]]
    falls = [
        (seen["frames"][i], seen["frames"][i + 1])
        for i in range(len(lengths) - 1)
        if lengths[i + 1] < lengths[i]
    ]
    assert not falls
    assert seen["grown"] == seen["whole"]
    assert seen["heights"][0] == seen["heights"][1]


def test_the_text_does_not_wait_for_the_end(stage):
    """What is held back is only what is still ambiguous."""
    for name in ("plain", "bullets", "chinese", "mixed", "code"):
        pieces = cut(SAMPLES[name], 4, seed=1)

        seen = stage.evaluate("pieces => stream(pieces)", pieces)

        waits = [
            frame
            for frame, after in zip(seen["frames"], seen["frames"][1:], strict=False)
            if frame == after
        ]
        assert len(waits) < len(pieces) / 2, name


@pytest.mark.parametrize("seed", range(20))
def test_damaged_samples_end_as_the_whole_drawn_at_once(stage, seed):
    """Samples run into each other with letters missing: odd, but the same in pieces and at once."""
    chance = random.Random(seed)
    some = [text for name, text in SAMPLES.items() if name not in ("long line", "reference")]
    text = "".join(chance.choice(some) for _ in range(3))
    text = "".join(letter for letter in text if chance.random() > 0.05)

    seen = stage.evaluate("pieces => stream(pieces)", cut(text, 8, seed))

    assert seen["grown"] == seen["whole"]
    growing = [len(frame) for frame in seen["frames"][:-1]]
    assert growing == sorted(growing)


def test_a_code_block_that_has_ended_is_left_alone(stage):
    """Its nodes are those of its end, whatever comes after it, and at the end of the answer too."""
    kept = stage.evaluate(
        """async () => {
            const {Answer} = await import('/assets/answer.js');
            const root = document.createElement('div');
            document.body.append(root);
            const answer = new Answer(root);
            const say = text => { answer.add(text); answer.draw(performance.now() + 1e6); };
            say('```python\\nx = 1\\n');
            say('y = 2\\n```\\n');
            const code = root.querySelector('code');
            const busy = Boolean(root.querySelector('[aria-busy]'));
            const ended = [...code.childNodes];
            for (const word of ['| a ', '| b |\\n', '|---|---|\\n', '| 1 | 2 |\\n\\n', 'end']) say(word);
            answer.finish();
            const same = ended.every((node, i) => root.querySelector('code').childNodes[i] === node);
            const told = {busy, same, coloured: ended.length > 1, text: code.textContent};
            root.remove();
            return told;
        }"""
    )

    assert kept == {"busy": False, "same": True, "coloured": True, "text": "x = 1\ny = 2\n"}


def test_the_words_after_a_code_block_do_not_wait(stage):
    """They are drawn as they come, however much longer the block before them is."""
    shown = stage.evaluate(
        """async () => {
            const {Answer} = await import('/assets/answer.js');
            const root = document.createElement('div');
            document.body.append(root);
            const answer = new Answer(root);
            const say = text => { answer.add(text); answer.draw(performance.now() + 1e6); };
            say('```python\\nlong_enough_to_outweigh_a_word = 1\\n');
            say('y = 2\\n```\\n');
            say('So');
            const told = root.querySelector('p')?.textContent ?? '';
            root.remove();
            return told;
        }"""
    )

    assert shown == "So"
