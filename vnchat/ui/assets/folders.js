// Which folder a conversation goes into: one that there is, a new one, or none.

import { button, el } from './dom.js';
import { modal } from './raw.js';
import { t } from './words.js';

/** `done(folder)`, "" for none. */
export function chooseFolder(place, folders, now, done) {
  const finish = (folder) => {
    dialog.close();
    if (folder !== now) done(folder);
  };
  const box = el('input', { class: 'vn-field', 'aria-label': t('folder.new'), placeholder: t('folder.new'), maxlength: '80' });
  const send = () => box.value.trim() && finish(box.value.trim());
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault(); // it must not press what gets the focus
    send();
  });
  const known = folders.map((name) => button(name, () => finish(name), { glyph: 'folder', 'aria-pressed': String(name === now) }));
  const none = now ? button(t('folder.none'), () => finish(''), { glyph: 'close' }) : null;
  const dialog = modal(place, t('folder.move'), [el('div', { class: 'vn-folders' }, known, none), el('div', { class: 'vn-field-row' }, box, button(t('folder.put'), send, { main: true }))]);
  dialog.classList.add('vn-small');
  box.focus();
}
