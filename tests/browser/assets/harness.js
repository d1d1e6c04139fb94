// Mounts the component as the page's framework does, with a stand-in for what it hands over.
import page from '/assets/main.js';
import { Answer } from '/assets/answer.js';
import { load } from '/assets/words.js';

const link = document.createElement('link');
link.rel = 'stylesheet';
link.href = '/assets/page.css';
document.head.append(link);

window.acts = [];
window.mount = (data) => {
  const place = document.getElementById('place');
  place.innerHTML ||= '<div><div class="vn"></div></div>';
  window.unmount = page({ name: 'page', key: 'k', data: [data], parentElement: place.firstChild, setTriggerValue: (name, value) => window.acts.push([name, value]) });
};

// For the tests of the renderer: the text in pieces, each drawn; what each frame showed, and the end.
const shown = (node) => node.innerText.replace(/\s+/g, '');
window.stream = async (pieces) => {
  await load('', 'en');
  const place = document.getElementById('place');
  place.innerHTML = '<div class="vn"><div class="vn-answer"></div><div class="vn-answer"></div></div>';
  const [grown, whole] = place.querySelectorAll('.vn-answer');
  const answer = new Answer(grown);
  const frames = [];
  for (const piece of pieces) {
    answer.add(piece);
    answer.notBefore = 0;
    answer.draw(performance.now());
    frames.push(shown(grown));
  }
  const before = grown.offsetHeight;
  const shownBefore = shown(grown);
  answer.finish();
  const after = grown.offsetHeight;
  new Answer(whole).set(pieces.join(''));
  await window.settled();
  frames.push(shown(grown));
  return { frames, shownBefore, before, after, grown: grown.innerHTML, whole: whole.innerHTML, heights: [grown.offsetHeight, whole.offsetHeight] };
};

// Formulas are drawn when their library has come.
window.settled = async () => {
  for (let i = 0; i < 200 && document.querySelector('[data-tex]:not([data-drawn])'); i++) await new Promise((go) => setTimeout(go, 20));
};

document.documentElement.dataset.ready = '';
