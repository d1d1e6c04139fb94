// A turn drawn where nobody sees it, while the page rests: what a browser does for the first time takes it several
// times as long, and the first words of the first answer would wait for that. Nothing of it is ever in the page.

import { Message } from './message.js';

const LATEST_MS = 3000;
const WORDS = ['## A', ' b\n\n', 'c **d** `e` ', '[f](https://f.example)\n\n', '- g\n- h\n'];
let warmed = false;

/** Once, as soon as there is nothing better to do. */
export function warm() {
  if (warmed) return;
  warmed = true;
  if (window.requestIdleCallback) requestIdleCallback(draw, { timeout: LATEST_MS });
  else setTimeout(draw, LATEST_MS / 2); // Safari
}

function draw() {
  const act = () => {};
  const about = { id: 'warm', parent: '', versions: { at: 1, of: 1, ids: [] }, attachments: [], results: [], text: '' };
  new Message({ id: 'warm', role: 'user' }, act).update({ ...about, role: 'user', text: 'a' });
  const answer = new Message({ id: 'warm', role: 'assistant' }, act);
  answer.view = { ...about, role: 'assistant' };
  answer.run = { id: 'warm', state: 'running', making: false, started: Date.now() / 1000, elapsed: 0 };
  answer.drawRun();
  for (const words of WORDS) {
    answer.answer.add(words);
    answer.answer.draw(performance.now());
  }
  answer.stop();
  performance.mark('vnchat-warm');
}
