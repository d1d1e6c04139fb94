// 'Say it better for video': a text model rewrites the prompt in the box; the rewrite is shown before anything is sent.

import { button, el, iconButton } from './dom.js';
import * as live from './live.js';
import { chooseModel } from './models.js';
import { modal } from './raw.js';
import { t } from './words.js';

const place = (gateway) => `vnchat.rewriter.${gateway}`;

export class Rewrite {
  constructor(root, box, put) {
    this.box = box;
    this.put = put;
    this.root = root;
    this.press = button(t('rewrite'), () => this.ask(), { glyph: 'edit', class: 'vn-button vn-quiet', hidden: true });
    this.other = iconButton('down', t('rewrite.other'), () => this.choose(), { hidden: true, 'aria-haspopup': 'dialog' });
    root.append(this.press, this.other);
    this.off = live.on('rewritten', (text, why) => this.show(text, why));
  }

  /** `models`: the best guess first; what was chosen before on this gateway outranks it. */
  update(models, gateway) {
    this.models = models ?? [];
    this.gateway = gateway;
    this.set(this.models.length ? (localStorage.getItem(place(gateway)) ?? this.models[0]) : '');
  }

  set(model) {
    this.model = model;
    this.press.hidden = this.other.hidden = !model;
    this.press.title = t('rewrite.by', { model });
    this.other.title = t('rewrite.other');
  }

  choose() {
    const chosen = (model) => {
      try {
        localStorage.setItem(place(this.gateway), model);
      } catch {
        // Not remembered, but used now.
      }
      this.set(model);
      this.press.focus();
    };
    chooseModel(this.root, chosen, { title: t('rewrite.other'), names: this.models });
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
