// Pictures: made ones with their facts and icons, attached ones as thumbnails, both large in a dialog on a press.

import { el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { maskIcon } from './mask.js';
import { copyLink, download, downloadOf, factsLine, own } from './media.js';
import { modal } from './raw.js';
import { t } from './words.js';

export function picture(media, context, act) {
  const image = el('img', { src: media.src, alt: media.name || t('media.image'), width: media.width || null, height: media.height || null, decoding: 'async', loading: 'lazy' });
  const open = el('button', { type: 'button', class: 'vn-open', 'aria-label': t('picture.open'), title: t('picture.open'), on: { click: () => large(node, media) } }, image);
  const row = el(
    'div',
    { class: 'vn-acts', role: 'group', 'aria-label': t('actions') },
    download(media),
    copyLink(media),
    maskIcon(media, act, () => node),
    iconButton('attach', t('picture.use'), () => act({ do: 'attach', media: media.id })),
    iconButton('variation', t('picture.vary'), () => act({ do: 'vary', message: context.message, media: media.id })),
  );
  const node = el('figure', { class: 'vn-media vn-image' }, open, factsLine(media, context), row);
  node.renew = (told) => {
    image.onerror = () => {
      image.onerror = null;
      image.src = told.src;
    };
  };
  return node;
}

/** A given picture above the person's words; any other file by its name. */
export function attachments(media, act) {
  const name = media.name || t(`media.${media.kind}`);
  if (media.kind === 'mask' && own(media.src)) return el('img', { class: 'vn-mask-thumb', src: media.src, alt: t('media.mask'), title: t('media.mask'), decoding: 'async', loading: 'lazy' });
  if (media.kind !== 'image' || !own(media.src)) return given(media, name);
  const image = el('img', { src: media.poster && own(media.poster) ? media.poster : media.src, alt: name, width: media.width || null, height: media.height || null, decoding: 'async', loading: 'lazy' });
  const node = el('button', { type: 'button', class: 'vn-open vn-thumb', 'aria-label': `${t('picture.open')}: ${name}`, title: name, on: { click: () => large(node.parentElement, media, act) } }, image);
  return node;
}

/** A document with about how many tokens it takes, a video or a sound: by name, and to be saved again. */
function given(media, name) {
  const told = [icon({ video: 'movie', audio: 'audio' }[media.kind] ?? 'file'), el('span', { text: name }), media.tokens ? el('span', { class: 'vn-fine', text: t('media.tokens', { n: media.tokens.toLocaleString() }) }) : ''];
  return own(media.src) ? el('a', { class: 'vn-file', dir: 'auto', href: downloadOf(media), download: name, title: t('download') }, told) : el('span', { class: 'vn-file', dir: 'auto' }, told);
}

function large(place, media, act = null) {
  const mask = act ? maskIcon(media, act, () => dialog.close() ?? place) : null;
  const dialog = modal(place, media.name || t('media.image'), [el('img', { src: media.src, alt: media.name || t('media.image') }), el('div', { class: 'vn-acts' }, download(media), copyLink(media), mask)], { class: 'vn-dialog vn-large' });
}
