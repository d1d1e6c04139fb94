// The players for video and sound: the browser's own controls, a line of facts, and icons. The place of a video
// is reserved by its measures before a byte of it has come. Nothing is fetched but our own addresses.

import { captureButton } from './capture.js';
import { el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { convertButton, copyLink, download, downloadOf, factsLine, own } from './media.js';
import { sharing } from './sharing.js';
import { step } from './step.js';
import { t } from './words.js';

let steps = {}; // record → what can be done with what its task made
export const knowSteps = (told) => (steps = told ?? {});

/** A video made in chat form is continued by words; one made by a task only as its record says. */
const offers = ({ record }, step) => !record || (steps[record] ?? []).includes(step);

const SPEEDS = [1, 1.5, 2, 0.5];

export function video(media, context, act) {
  const player = el('video', {
    controls: true,
    preload: 'metadata',
    playsinline: true,
    src: media.src,
    poster: media.poster,
    width: media.width || null,
    height: media.height || null,
    style: shape(media),
    'aria-label': media.name || t('media.video'),
  });
  const trouble = el('p', { class: 'vn-fine', role: 'status', hidden: true }, `${t('media.unplayable', { codec: media.codec || media.type || '?' })} `, el('a', { href: downloadOf(media), download: media.name || '', text: t('download') }), media.convertible ? convertButton(media) : '');
  const node = el('figure', { class: 'vn-media vn-video' }, player, trouble, factsLine(media, context), icons(media, context, act, player));
  renewing(node, player, media, trouble);
  return node;
}

const shape = ({ width, height }) => (width && height ? `aspect-ratio: ${width} / ${height}; max-width: min(100%, calc(72vh * ${width / height}))` : 'aspect-ratio: 16 / 9');

export function sound(media, context, act) {
  const player = el('audio', { controls: true, preload: 'metadata', src: media.src, 'aria-label': media.name || t('media.audio') });
  const row = el('div', { class: 'vn-acts' }, download(media), copyLink(media), speed(player), again(context, act));
  const { title = '', words = '' } = context.songs?.[media.id] ?? {};
  const head = title ? el('b', { class: 'vn-song-title', dir: 'auto', text: title }) : null;
  const cover = own(media.poster) ? el('img', { class: 'vn-cover', src: media.poster, alt: t('song.cover'), decoding: 'async', loading: 'lazy' }) : null;
  const lyrics = words ? el('details', { class: 'vn-lyrics' }, el('summary', {}, icon('down'), el('span', { text: t('song.words') })), el('p', { dir: 'auto', text: words })) : null;
  const node = el('figure', { class: `vn-media vn-audio${cover ? ' vn-song' : ''}` }, cover, el('div', { class: 'vn-song-side' }, head, player, factsLine(media, context), row, lyrics));
  renewing(node, player, media, null);
  return node;
}

// The address is signed for a time. If it has ended, the newest one is taken and playing goes on where it was.
function renewing(node, player, media, trouble) {
  let newest = media.src;
  node.renew = (told) => {
    newest = told.src ?? newest;
  };
  player.addEventListener('error', () => {
    if (newest !== player.getAttribute('src')) {
      const at = player.currentTime;
      player.src = newest;
      player.currentTime = at;
    } else if (trouble) trouble.hidden = false;
  });
}

function icons(media, context, act, player) {
  const press = (what) => () => act({ do: what, message: context.message, media: media.id });
  return el(
    'div',
    { class: 'vn-acts', role: 'group', 'aria-label': t('actions') },
    offers(context, 'change') ? iconButton('edit', t('video.change'), press('change')) : null,
    offers(context, 'extend') ? iconButton('extend', t('video.extend'), press('extend')) : null,
    context.record && offers(context, 'character') ? iconButton('person', t('video.character'), press('character')) : null,
    download(media),
    copyLink(media),
    again(context, act),
    loop(player),
    speed(player),
    iconButton('frameback', t('video.frame_back'), () => step(player, -1)),
    iconButton('frame', t('video.frame'), () => step(player, 1)),
    captureButton(player, act),
    sharing(media),
  );
}

const again = (context, act) => (context.message ? iconButton('again', t('video.again'), () => act({ do: 'regenerate', message: context.message })) : null);

function loop(player) {
  const node = iconButton('loop', t('video.loop'), () => {
    player.loop = !player.loop;
    node.setAttribute('aria-pressed', player.loop);
  }, { 'aria-pressed': 'false' });
  return node;
}

function speed(player) {
  const words = el('span', { text: '1×' });
  return el('button', { type: 'button', class: 'vn-icon vn-speed', title: t('video.speed'), 'aria-label': t('video.speed'), on: { click: () => {
    player.playbackRate = SPEEDS[(SPEEDS.indexOf(player.playbackRate) + 1) % SPEEDS.length];
    words.textContent = `${player.playbackRate}×`;
  } } }, words);
}
