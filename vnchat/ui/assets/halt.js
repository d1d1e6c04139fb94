// While an answer runs and nothing is written, the place of the button for sending holds Stop. With words or files in
// the box the page's own button is back: they are sent, and wait for the answer. What Stop does is making.js.

import { iconButton } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

const INPUT = '[data-testid=stChatInput]';
const SEND = '[data-testid=stChatInputSubmitButton]';

export class Halt {
  constructor(root, box) {
    this.box = box;
    this.press = iconButton('square', t('stop.answer'), () => this.stop(), { class: 'vn-icon vn-halt', hidden: true });
    root.append(this.press);
    this.seen = new MutationObserver(() => this.draw());
    this.off = live.on('going', () => setTimeout(() => this.look()));
    this.look();
  }

  /** What runs may have changed. The box is watched only while something does. */
  look() {
    this.runs = running();
    this.seen.disconnect();
    const input = document.querySelector(INPUT);
    if (this.runs.length && input) this.seen.observe(input, { subtree: true, childList: true, attributes: true, attributeFilter: ['disabled'] });
    this.draw();
  }

  draw() {
    const send = document.querySelector(SEND);
    const before = this.press.hidden;
    this.press.hidden = !this.runs.length || !send?.disabled;
    if (!before && this.press.hidden && document.activeElement === document.body) this.box()?.focus();
  }

  stop() {
    for (const one of this.runs) one.querySelector('[data-do=stop]')?.click();
    this.box()?.focus();
  }

  gone() {
    this.seen.disconnect();
    this.off();
  }
}

/** The answer that runs, or those that stand side by side; not what waits behind it. */
function running() {
  const every = [...document.querySelectorAll('.vn-going')];
  const beside = every.filter((one) => one.classList.contains('vn-beside'));
  return beside.length ? beside : every.slice(0, 1);
}
