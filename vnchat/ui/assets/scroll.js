// The view follows the text only while the person is at its end, and never jumps otherwise.

import { el } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

const NEAR = 48; // pixels from the end that still count as the end

export class Follow {
  constructor(root) {
    this.root = root;
    this.box = scroller(root);
    this.target = this.box === document.scrollingElement ? window : this.box;
    this.end = true;
    this.nothing = false; // nothing is there to follow
    this.top = this.box.scrollTop;
    this.held = true; // the browser holds what is read in place (scroll anchoring)
    this.button = el('button', { type: 'button', class: 'vn-newest', hidden: true, on: { click: () => this.toEnd() } }, icon('down'), el('span', { text: t('to_newest') }));
    this.place = el('div', { class: 'vn-newest-place' }, this.button);
    root.append(this.place);
    this.heard = () => this.look();
    this.target.addEventListener('scroll', this.heard, { passive: true });
    // Told between the layout of a frame and its painting, whatever grew: to ask for heights while drawing would
    // lay out the page once more, and the words would come later for it.
    this.watch = new ResizeObserver(() => this.keep());
    this.watch.observe(root);
    if (this.box !== document.scrollingElement) this.watch.observe(this.box);
  }

  /** Where the person is, told by the browser: only a way up leaves the end. */
  look() {
    if (this.nothing) return;
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    if (near) this.end = true;
    else if (scrollTop < this.top - 1) this.end = false;
    this.top = scrollTop;
    this.offer(!this.end && !near);
    this.hold(!this.end);
  }

  /** The way to the end stands above the page's input, however high that is. */
  offer(is) {
    if (is === !this.button.hidden) return;
    this.button.hidden = !is;
    if (is) this.place.style.bottom = `${(document.querySelector('[data-testid=stBottom]')?.offsetHeight ?? 0) + 12}px`;
  }

  /** At the end the view is set anyway: there the browser need not look for its anchor with every word. */
  hold(is) {
    if (is === this.held) return;
    this.held = is;
    this.box.style.overflowAnchor = is ? '' : 'none';
  }

  keep() {
    if (this.nothing) return;
    if (!this.end || document.hidden) {
      this.hold(!this.end);
      if (!this.end) this.offer(this.box.scrollHeight - this.box.scrollTop - this.box.clientHeight >= NEAR);
      return;
    }
    const { activeElement: writes } = document; // who edits an earlier message stays there, also when a keyboard comes
    const writing = Boolean(writes?.matches('textarea') && this.root.contains(writes));
    this.hold(writing);
    if (writing) return;
    const goal = this.box.scrollHeight - this.box.clientHeight;
    if (goal === this.goal) return;
    this.goal = goal;
    this.box.scrollTop = goal;
  }

  /** An empty conversation is shown from its beginning, however small the window is. */
  begin() {
    if (this.nothing) return;
    this.nothing = true;
    this.button.hidden = true;
    this.box.scrollTop = 0;
  }

  /** To the end with the next frame, which has drawn what was just added. */
  soon() {
    this.nothing = false;
    this.end = true;
    this.goal = null;
    this.button.hidden = true;
    requestAnimationFrame(() => this.keep());
  }

  toEnd() {
    this.end = true;
    this.goal = null;
    this.keep();
    this.button.hidden = true;
  }

  /** Change something above without moving what is being read. */
  holding(change) {
    const before = this.box.scrollHeight - this.box.scrollTop;
    this.end = false;
    change();
    this.box.scrollTop = this.box.scrollHeight - before;
    this.top = this.box.scrollTop;
  }

  stop() {
    this.hold(true);
    this.watch.disconnect();
    this.target.removeEventListener('scroll', this.heard);
  }
}

function scroller(node) {
  const main = node.closest('.stMain, [data-testid=stMain]');
  if (main) return main;
  for (let at = node.parentElement; at; at = at.parentElement) if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.scrollingElement;
}
