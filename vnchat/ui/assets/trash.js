// The trash: what was deleted in the last thirty days, to be brought back or to be gone for good.

import { button, el } from './dom.js';
import * as live from './live.js';
import { modal } from './raw.js';
import { t } from './words.js';

const DAYS = 30;
const DAY_S = 86_400;

export function openTrash(place) {
  const list = el('ul', { class: 'vn-trash' });
  const empty = el('div', { class: 'vn-card-acts' });
  const dialog = modal(place, t('trash'), [el('p', { class: 'vn-fine', text: t('trash.why', { days: DAYS }) }), list, empty]);
  dialog.classList.add('vn-small');
  const off = live.on('trash', draw);
  dialog.addEventListener('close', off);
  live.say('trash');

  function draw(rows) {
    const nothing = el('li', { class: 'vn-fine', text: t('trash.empty') });
    list.replaceChildren(...(rows.length ? rows.map(row) : [nothing]));
    empty.replaceChildren(...(rows.length ? [forgetAll(rows)] : []));
  }

  /** A conversation, or a turn (`hint`: its first words) of one that is still there. */
  function row({ id, title, deleted, hint, role }) {
    const left = Math.max(0, Math.ceil(DAYS - (Date.now() / 1000 - deleted) / DAY_S));
    const restore = () => {
      live.say(role ? 'turnback' : 'restore', id);
      live.say('trash');
    };
    const named = title || t('untitled');
    const words = role ? [el('span', { class: 'vn-trash-hint', dir: 'auto', text: hint || t('untitled') }), el('span', { class: 'vn-fine', dir: 'auto', text: t(role === 'user' ? 'trash.question' : 'trash.answer', { title: named }) })] : [named];
    return el('li', {}, el('span', { class: 'vn-trash-title', dir: 'auto' }, words), el('span', { class: 'vn-fine', text: t('trash.left', { n: left }) }), button(t('restore'), restore, { class: 'vn-button vn-quiet' }));
  }

  function forgetAll(rows) {
    const ask = button(t('trash.forget'), () => {
      const sure = button(t('trash.sure', { n: rows.length }), () => live.say('forget', rows.map((one) => one.id)), { class: 'vn-button vn-sure' });
      ask.replaceWith(sure);
      sure.focus();
    }, { glyph: 'remove', class: 'vn-button vn-quiet' });
    return ask;
  }
}
