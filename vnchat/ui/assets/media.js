// What was made or attached: one card for each, by its state. Players are player.js, pictures pictures.js.
// Only addresses of our own routes become a source; the gateway's link is only ever a link.

import { button, bytes, duration, el, iconButton, copyFrom } from './dom.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { linkable, trueHost } from './outside.js';
import { attachments, picture } from './pictures.js';
import { sound, video } from './player.js';
import { has, t } from './words.js';

/** The cards of one message, kept by id so that a playing video is never redrawn. */
export class Shelf {
  constructor(act, { small = false }) {
    this.act = act;
    this.small = small;
    this.node = el('div', { class: small ? 'vn-attached' : 'vn-results', hidden: true });
    this.cards = new Map();
    this.context = {};
  }

  update(list, context) {
    this.context = context;
    const wanted = new Set(list.map((one) => one.id));
    for (const [id, card] of this.cards) if (!wanted.has(id)) card.node.remove() || this.cards.delete(id);
    list.forEach((media) => this.one(media));
    this.node.hidden = !list.length;
  }

  one(media) {
    const key = JSON.stringify([media.state, media.kind, path(media.src), path(media.poster), media.width, media.height, media.seconds, media.reason, media.again, media.link, media.playable]);
    const card = this.cards.get(media.id);
    if (card?.key === key) {
      card.node.renew?.(media);
      return;
    }
    const node = this.small ? attachments(media, this.act) : this.build(media);
    if (card) card.node.replaceWith(node);
    else this.node.append(node);
    this.cards.set(media.id, { key, node });
    this.node.hidden = false;
  }

  build(media) {
    if (media.state === 'kept' && own(media.src)) {
      if (!playedHere(media)) return unplayable(media, this.context);
      if (media.kind === 'video') return video(media, this.context, this.act);
      if (media.kind === 'image') return picture(media, this.context, this.act);
      if (media.kind === 'audio') return sound(media, this.context, this.act);
      return unplayable(media, this.context);
    }
    if (media.state === 'fetching' || media.state === 'waiting') return fetching(media);
    return refused(media, this.act);
  }
}

/** H.265 plays on Apple's devices and wherever the graphics card decodes it: that only the browser knows. */
export function playedHere(media) {
  if (media.playable !== false) return true;
  return media.kind === 'video' && media.codec === 'hevc' && /mp4|quicktime/.test(media.type) && document.createElement('video').canPlayType('video/mp4; codecs="hvc1.1.6.L120.90"') !== '';
}

/** An address of our own: a path without a host. */
export const own = (src) => typeof src === 'string' && /^\/(?!\/)/.test(src) && new URL(src, location.href).origin === location.origin;
const path = (src) => (src ?? '').split('?')[0]; // a signature is made anew each time

export const downloadOf = (media) => `${media.src}${media.src.includes('?') ? '&' : '?'}download=1`;

export function download(media) {
  return el('a', { class: 'vn-icon', href: downloadOf(media), download: media.name || '', 'aria-label': t('download'), title: t('download') }, icon('download'));
}

export function copyLink(media) {
  if (!media.link) return null;
  const node = iconButton('link', t('copy.link'), () => copyFrom(node, media.link));
  return node;
}

/** Model, size, length, where it is kept and how long it took. */
export function factsLine(media, { model, took, cost } = {}) {
  const told = [
    model,
    media.width && media.height ? `${media.width}×${media.height}` : '',
    media.seconds ? t('time.s', { s: Number(media.seconds.toFixed(media.seconds < 10 ? 1 : 0)) }) : '',
    media.size ? bytes(media.size) : '',
    t('media.kept'),
    took ? t('media.took', { time: duration(Math.max(1, took)) }) : '',
    cost ?? '',
  ];
  return el('div', { class: 'vn-facts-line vn-fine', dir: 'auto', text: told.filter(Boolean).join(' · ') });
}

function fetching(media) {
  const words = el('span', { class: 'vn-fine' });
  const renew = ({ got = 0, size, state }) => {
    const amount = got ? (size ? `${bytes(got)} / ${bytes(size)}` : bytes(got)) : '';
    words.textContent = [t(`media.${state === 'waiting' ? 'waiting' : 'fetching'}.${media.kind}`), amount].filter(Boolean).join(' · ');
  };
  renew(media);
  // The place it will take is kept free, so nothing shifts when it comes.
  const shape = media.width && media.height ? `aspect-ratio: ${media.width} / ${media.height}` : null;
  const node = el('div', { class: `vn-media vn-fetching vn-${media.kind}`, style: shape }, icon('spin'), words);
  node.renew = renew;
  return node;
}

function refused(media, act) {
  const reason = has(`media.reason.${media.reason}`) ? t(`media.reason.${media.reason}`) : t('media.reason.other');
  const retry = media.again ? button(t('media.retry'), () => act({ do: 'refetch', media: media.id }), { glyph: 'again' }) : null;
  return el(
    'section',
    { class: 'vn-card vn-refused', 'aria-label': t('media.not_kept') },
    el('div', { class: 'vn-card-head' }, icon('warn'), el('b', { text: t(`media.not_kept.${media.kind}`) })),
    el('p', { class: 'vn-card-text', text: reason }),
    el('div', { class: 'vn-card-foot vn-wrap' }, el('span', { class: 'vn-card-acts' }, retry), outLink(media.link)),
  );
}

function outLink(link) {
  if (!link || !linkable(link) || link.startsWith('mailto:')) return link ? el('span', { class: 'vn-fine vn-address', dir: 'ltr', text: link }) : null;
  return el('a', { class: 'vn-address', href: link, target: '_blank', rel: 'noopener noreferrer', dir: 'ltr', title: link }, icon('out'), el('span', { text: trueHost(link) }));
}

function unplayable(media, context) {
  return el(
    'section',
    { class: 'vn-card' },
    el('div', { class: 'vn-card-head' }, icon({ file: 'file', image: 'image' }[media.kind] ?? 'movie'), el('b', { text: media.name || t(`media.${media.kind}`) })),
    el('p', { class: 'vn-card-text', text: media.kind === 'file' ? '' : t('media.unplayable', { codec: media.codec || media.type || '?' }) }),
    own(media.poster) ? el('img', { class: 'vn-preview', src: media.poster, alt: '', loading: 'lazy' }) : null,
    factsLine(media, context),
    el('div', { class: 'vn-acts' }, download(media), copyLink(media), media.convertible ? convertButton(media) : null, media.reason === 'converted' ? el('span', { class: 'vn-fine', text: t('media.converted') }) : null),
  );
}

/** The file once more in a form that plays; it comes as a card of its own, also to whoever left meanwhile. */
export function convertButton(media) {
  const said = el('span', { class: 'vn-fine', role: 'status' });
  const node = button(t('media.convert'), async () => {
    node.disabled = true;
    said.textContent = t('media.converting', { percent: 0 });
    const problem = await converted(media.id, (done) => (said.textContent = t('media.converting', { percent: Math.floor(done * 100) })));
    said.textContent = problem;
    node.disabled = !problem;
  }, { glyph: 'convert' });
  return el('span', { class: 'vn-card-acts' }, node, said);
}

/** Gives "" or the sentence that says why not; `on` hears how much is done. */
async function converted(id, on) {
  try {
    const answer = await fetch(`${live.here() ?? ''}/vnchat/convert/${encodeURIComponent(id)}`, { method: 'POST' });
    if (!answer.ok) return (await answer.json()).problem;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return t('library.away');
      const lines = (rest + value).split('\n');
      rest = lines.pop();
      for (const told of lines.filter(Boolean).map(JSON.parse)) {
        if (told.problem) return told.problem;
        if (told.media) return '';
        on(told.done);
      }
    }
  } catch {
    return t('library.away');
  }
}
