// 'What was sent and what came': a dialog with plain text. Nothing in it is drawn as Markdown.

import { copyFrom, el, iconButton } from './dom.js';
import { t } from './words.js';

export function rawDialog(place, told) {
  const parts = [
    ['raw.text', told.raw],
    ['raw.request', told.request],
    ['raw.response', told.response],
  ];
  const dialog = modal(
    place,
    t('raw'),
    parts.map(([key, what]) => section(t(key), typeof what === 'string' ? what : JSON.stringify(what ?? null, null, 2))),
  );
  return dialog;
}

function section(title, text) {
  const copyIt = iconButton('copy', t('copy'), () => copyFrom(copyIt, text));
  return el('section', { class: 'vn-raw' }, el('div', { class: 'vn-raw-head' }, el('b', { text: title }), copyIt), el('pre', { dir: 'auto', tabindex: '0', text }));
}

/** A dialog over the page, inside the component so that the theme's properties reach it. Gone when closed. */
export function modal(place, label, content, props = {}) {
  const close = iconButton('close', t('close'), () => dialog.close());
  const dialog = el('dialog', { class: 'vn-dialog', 'aria-label': label, ...props }, el('div', { class: 'vn-dialog-head' }, el('b', { text: label, dir: 'auto' }), close), content);
  const before = document.activeElement;
  dialog.addEventListener('click', (event) => event.target === dialog && dialog.close());
  dialog.addEventListener('close', () => {
    const held = dialog.contains(document.activeElement) || document.activeElement === document.body;
    dialog.remove();
    if (held) before?.focus?.({ preventScroll: true }); // this comes late: the focus may be elsewhere by now
  });
  place.append(dialog);
  dialog.showModal();
  return dialog;
}
