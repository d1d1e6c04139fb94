// Search over titles and texts, above the list of conversations. The server finds (vnchat/web/history.py); here is the
// field, a short pause while somebody types, and the hits, each with the words around it.

import { el } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

const PAUSE_MS = 150;

export class Finding {
  /** `open(conversation, message)`; `away(is)` hides what stands below while there are hits to show. */
  constructor(root, { open, away, day }) {
    this.open = open;
    this.away = away;
    this.day = day;
    this.box = el('input', { type: 'search', class: 'vn-search', placeholder: t('search'), 'aria-label': t('search'), autocomplete: 'off', maxlength: '200' });
    this.list = el('ul', { class: 'vn-hits', hidden: true, 'aria-label': t('search.hits') });
    this.said = el('p', { class: 'vn-fine vn-hits-said', role: 'status', hidden: true });
    root.append(this.box, this.said, this.list);
    this.box.addEventListener('input', () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.ask(), this.box.value.trim() ? PAUSE_MS : 0);
    });
    this.box.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'Escape' && this.box.value) this.clear();
      else if (event.key === 'ArrowDown' || event.key === 'Enter') this.list.querySelector('button')?.[event.key === 'Enter' ? 'click' : 'focus']();
      else return;
      event.preventDefault();
    });
    this.list.addEventListener('keydown', (event) => {
      const all = [...this.list.querySelectorAll('button')];
      const at = all.indexOf(document.activeElement);
      if (event.key === 'ArrowDown') all[at + 1]?.focus();
      else if (event.key === 'ArrowUp') (all[at - 1] ?? this.box).focus();
      else if (event.key === 'Escape') this.clear();
      else return;
      event.preventDefault();
    });
    this.off = live.on('found', (query, hits) => query === this.asked && this.draw(hits));
  }

  ask() {
    const query = this.box.value.trim();
    if (query === this.asked) return;
    this.asked = query;
    if (query) live.say('search', query);
    else this.draw(null);
  }

  clear() {
    this.box.value = '';
    this.ask();
    this.box.focus();
  }

  focus() {
    this.box.focus();
    this.box.select();
  }

  draw(hits) {
    this.away(Boolean(hits));
    this.list.hidden = !hits?.length;
    this.said.hidden = !hits;
    this.said.textContent = hits ? t(hits.length ? 'search.found' : 'search.none', { n: hits.length }) : '';
    this.list.replaceChildren(...(hits ?? []).map((hit) => this.hit(hit)));
  }

  hit({ conversation, message, title, before, words, after, updated }) {
    const place = message ? el('span', { class: 'vn-hit-place', dir: 'auto' }, before, el('mark', { text: words }), after) : null;
    const name = message ? title : [before, el('mark', { text: words }), after];
    return el(
      'li',
      {},
      el('button', { type: 'button', class: 'vn-hit', on: { click: () => this.open(conversation, message) } }, el('span', { class: 'vn-hit-title', dir: 'auto' }, name || t('untitled')), place, el('span', { class: 'vn-fine', text: this.day(updated * 1000) })),
    );
  }

  stop() {
    this.off();
    clearTimeout(this.timer);
  }
}
