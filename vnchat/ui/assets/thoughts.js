// The reasoning of a model: one grey line with the time it took, which opens in place.

import { duration, el } from './dom.js';
import { everySecond, soon } from './frames.js';
import { t } from './words.js';

export class Thoughts {
  constructor() {
    this.label = el('span');
    this.body = el('div', { class: 'vn-thoughts-text', dir: 'auto' });
    this.node = el('details', { class: 'vn-thoughts', hidden: true }, el('summary', {}, this.label), this.body);
    // Read only when opened: a reader hears the answer, not each thought.
    this.node.setAttribute('aria-live', 'off');
    this.clear();
  }

  clear() {
    this.off?.();
    this.off = null;
    this.text = '';
    this.pending = '';
    this.begun = 0;
    this.took = null;
    this.body.replaceChildren(document.createTextNode(''));
    this.node.hidden = true;
    this.fresh = false;
  }

  add(text) {
    this.fresh = !this.text;
    this.text += text;
    this.pending += text;
    if (!this.begun) {
      this.begun = performance.now();
      this.node.hidden = false;
      this.off = everySecond(() => this.head());
      this.head();
    }
    soon(this);
  }

  draw() {
    if (this.pending) this.body.firstChild.appendData(this.pending);
    this.pending = '';
    return false;
  }

  head() {
    const seconds = this.took ?? (performance.now() - this.begun) / 1000;
    this.label.textContent = this.off ? t('thinking', { time: duration(seconds) }) : t('thought', { time: duration(Math.max(1, seconds)) });
  }

  /** The first words of the answer have come. */
  done() {
    if (!this.off) return;
    this.took = (performance.now() - this.begun) / 1000;
    this.off();
    this.off = null;
    this.head();
  }

  set(text, seconds) {
    this.done();
    this.draw();
    if (text !== this.text) {
      const { took } = this;
      this.clear();
      this.text = text;
      this.took = took;
      this.body.firstChild.data = text;
    }
    this.node.hidden = !text;
    if (!text) return;
    if (seconds !== undefined && seconds !== null) this.took = seconds;
    if (this.took === null) this.label.textContent = t('thoughts');
    else this.head();
  }
}
