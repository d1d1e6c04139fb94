// 'Say it better for video': a text model rewrites the prompt in the box; the rewrite is shown before anything is sent.

import { button, el } from './dom.js';
import * as live from './live.js';
import { modal } from './raw.js';
import { t } from './words.js';

export class Rewrite {
  constructor(root, box, put) {
    this.box = box;
    this.put = put;
    this.root = root;
    this.press = button(t('rewrite'), () => this.ask(), { glyph: 'edit', class: 'vn-button vn-quiet', hidden: true });
    root.append(this.press);
    this.off = live.on('rewritten', (text, why) => this.show(text, why));
  }

  update(model, gateway) {
    this.model = model;
    this.gateway = gateway;
    this.press.hidden = !model;
    this.press.title = t('rewrite.by', { model });
  }

  ask() {
    const text = this.box()?.value.trim();
    if (!text) return this.box()?.focus();
    this.words = el('textarea', { class: 'vn-edit-box', dir: 'auto', 'aria-label': t('rewrite'), rows: '8', disabled: true });
    this.words.value = t('rewrite.waiting', { model: this.model });
    this.use = button(t('rewrite.use'), () => {
      const said = this.words.value;
      this.dialog.close();
      this.put(said);
    }, { main: true, disabled: true });
    this.dialog = modal(this.root, t('rewrite'), [el('p', { class: 'vn-fine', text: t('rewrite.why') }), this.words, el('div', { class: 'vn-card-acts' }, this.use)]);
    this.dialog.classList.add('vn-small');
    live.say('rewrite', this.gateway, this.model, text);
  }

  show(text, why) {
    if (!this.dialog?.open) return;
    this.words.value = text || why;
    this.words.disabled = this.use.disabled = !text;
    if (text) this.words.focus();
  }

  stop() {
    this.off();
  }
}
