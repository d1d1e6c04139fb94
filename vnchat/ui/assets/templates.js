// Prompt templates: "/" at the beginning of the empty box opens a menu of them, and what stands in {{…}} is asked for
// before the prompt goes into the box. The box is the page's own; it hears of a value only through its own setter.

import { button, el } from './dom.js';
import { modal } from './raw.js';
import { t } from './words.js';

const FIELD = /\{\{\s*([^{}\n]{1,60}?)\s*\}\}/g;
const MOST = 12;

export class Templates {
  /** `put(text)` writes into the box; `box()` gives it. */
  constructor(root, box, put) {
    this.box = box;
    this.put = put;
    this.root = root;
    this.list = [];
    this.menu = el('div', { class: 'vn-menu vn-slash', role: 'listbox', 'aria-label': t('templates'), popover: 'manual' });
    root.append(this.menu);
    this.typed = () => this.look();
    this.pressed = (event) => this.key(event);
    this.left = (event) => this.open && !this.menu.contains(event.target) && this.close();
    addEventListener('input', this.typed, true);
    addEventListener('keydown', this.pressed, true);
    addEventListener('pointerdown', this.left, true);
  }

  update(list) {
    this.list = list ?? [];
    if (!this.open) this.look(); // "/" may have been typed before they came
  }

  look() {
    const box = this.box();
    const typed = /^\/(\S*)$/.exec(box?.value ?? '')?.[1]?.toLowerCase();
    const fitting = typed === undefined ? [] : this.list.filter((one) => one.name.toLowerCase().includes(typed)).slice(0, MOST);
    if (!fitting.length || document.activeElement !== box) return this.close();
    this.fitting = fitting;
    this.at = 0;
    this.menu.replaceChildren(
      ...fitting.map((one, i) =>
        el('button', { type: 'button', role: 'option', id: `vn-slash-${i}`, tabindex: '-1', class: 'vn-choice', on: { click: () => this.choose(one), pointerdown: (event) => event.preventDefault() } }, el('b', { text: `/${one.name}`, dir: 'auto' }), el('span', { class: 'vn-fine vn-slash-text', text: one.text, dir: 'auto' })),
      ),
    );
    if (!this.open) this.menu.showPopover();
    this.open = true;
    const at = box.closest('[data-testid=stChatInput]').getBoundingClientRect();
    Object.assign(this.menu.style, { left: `${at.left}px`, width: `${at.width}px`, top: `${Math.max(8, at.top - this.menu.offsetHeight - 6)}px` });
    this.mark();
  }

  mark() {
    [...this.menu.children].forEach((node, i) => node.setAttribute('aria-selected', String(i === this.at)));
    this.box()?.setAttribute('aria-activedescendant', `vn-slash-${this.at}`);
  }

  // Before the page's own box hears of it: Enter chooses, it does not send.
  key(event) {
    if (!this.open || event.target !== this.box() || event.isComposing) return;
    if (event.key === 'ArrowDown') this.at = (this.at + 1) % this.fitting.length;
    else if (event.key === 'ArrowUp') this.at = (this.at + this.fitting.length - 1) % this.fitting.length;
    else if (event.key === 'Escape') this.close();
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') this.choose(this.fitting[this.at]);
    else return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.open) this.mark();
  }

  choose(one) {
    this.close();
    const names = [...new Set([...one.text.matchAll(FIELD)].map((found) => found[1]))];
    if (names.length) this.ask(one, names);
    else this.put(one.text);
  }

  ask(one, names) {
    const boxes = names.map((name) => el('input', { class: 'vn-field', 'aria-label': name, maxlength: '2000' }));
    const use = () => {
      const said = new Map(names.map((name, i) => [name, boxes[i].value]));
      dialog.close();
      this.put(one.text.replace(FIELD, (whole, name) => said.get(name) || whole));
    };
    const rows = names.map((name, i) => el('label', { class: 'vn-asked' }, el('span', { text: name, dir: 'auto' }), boxes[i]));
    const form = el('form', { on: { submit: (event) => (event.preventDefault(), use()) } }, rows, el('div', { class: 'vn-card-acts' }, button(t('template.use'), use, { main: true })));
    form.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || event.target.tagName !== 'INPUT') return;
      event.preventDefault();
      const next = boxes[boxes.indexOf(event.target) + 1];
      if (next) next.focus();
      else use();
    });
    const dialog = modal(this.root, `/${one.name}`, [form]);
    dialog.classList.add('vn-small');
    boxes[0].focus();
  }

  close() {
    if (!this.open) return;
    this.open = false;
    this.menu.hidePopover();
    this.box()?.removeAttribute('aria-activedescendant');
  }

  stop() {
    this.close();
    removeEventListener('input', this.typed, true);
    removeEventListener('keydown', this.pressed, true);
    removeEventListener('pointerdown', this.left, true);
  }
}
