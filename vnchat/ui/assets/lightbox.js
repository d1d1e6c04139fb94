// One kept file large, over the library: what it is, the prompt it came from, and what can be done with it.
// Arrow keys lead to its neighbours in the list it was opened from.

import { button, copyFrom, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { download, factsLine, own, playedHere } from './media.js';
import { modal } from './raw.js';
import { sharing } from './sharing.js';
import { AT } from './thread.js';
import { has, t } from './words.js';

export function lightbox(place, items, id, { act, remove, more }) {
  let at = Math.max(0, items.findIndex((one) => one.id === id));
  const stage = el('div', { class: 'vn-stage' });
  const before = iconButton('back', t('lightbox.before'), () => go(-1));
  const after = iconButton('next', t('lightbox.after'), () => go(1));
  const about = el('div', { class: 'vn-about' });
  const dialog = modal(place, t('library.one'), [el('div', { class: 'vn-stage-row' }, before, stage, after), about], { class: 'vn-dialog vn-lightbox' });
  dialog.addEventListener('keydown', (event) => {
    if (event.target.closest('video, audio')) return;
    if (event.key === 'ArrowLeft') go(-1);
    if (event.key === 'ArrowRight') go(1);
  });
  const go = (by) => {
    if (!items[at + by]) return;
    at += by;
    draw();
    if (at > items.length - 5) more();
  };
  const leave = (what) => {
    dialog.close();
    if (what.message) sessionStorage.setItem(AT, what.message);
    act(what);
  };

  function draw() {
    const item = items[at];
    before.disabled = at === 0;
    after.disabled = at === items.length - 1;
    stage.replaceChildren(shown(item));
    const copy = iconButton('copy', t('lightbox.copy'), () => copyFrom(copy, item.prompt));
    about.replaceChildren(
      el('div', { class: 'vn-lightbox-prompt' }, el('p', { dir: 'auto', text: item.prompt || item.name }), item.prompt ? copy : ''),
      factsLine(item, { model: item.model }),
      el('div', { class: 'vn-fine', dir: 'auto', text: [new Date(item.created * 1000).toLocaleString(), item.title].filter(Boolean).join(' · ') }),
      item.places?.length ? el('div', { class: 'vn-fine vn-places' }, t('lightbox.also'), item.places.map((one) => button(one.title || t('untitled'), () => leave({ do: 'openat', conversation: one.conversation, message: one.message }), { class: 'vn-button vn-quiet' }))) : '',
      el(
        'div',
        { class: 'vn-acts' },
        button(t('lightbox.like'), () => leave({ do: 'like', media: item.id }), { glyph: 'again', main: true }),
        button(t('lightbox.open'), () => leave({ do: 'openat', conversation: item.conversation, message: item.message }), { glyph: 'chat' }),
        download(item),
        item.kind === 'video' && own(item.src) ? sharing(item) : null,
        iconButton('remove', t('library.delete'), () => {
          dialog.close();
          remove(item);
        }),
      ),
    );
  }
  draw();
  return dialog;
}

function shown(item) {
  const label = item.name || t(`media.${item.kind}`);
  if (!own(item.src)) return icon('file');
  if (!playedHere(item)) return el('p', { class: 'vn-fine', text: has('media.unplayable') ? t('media.unplayable', { codec: item.codec || item.type || '?' }) : label });
  if (item.kind === 'video') return el('video', { src: item.src, poster: own(item.poster) ? item.poster : null, controls: true, playsinline: true, preload: 'metadata', width: item.width || null, height: item.height || null, 'aria-label': label });
  if (item.kind === 'audio') return el('audio', { src: item.src, controls: true, preload: 'metadata', 'aria-label': label });
  if (item.kind === 'image') return el('img', { src: item.src, alt: label });
  return icon('file');
}
