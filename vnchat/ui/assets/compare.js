// The versions of a video that was changed, as a strip: a press leads to one, 'Compare' plays two side by side in step.
// The left one leads; the right one is held to its time, by a slightly other speed or, far off, by a jump.

import { button, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { own } from './media.js';
import { modal } from './raw.js';
import { step } from './step.js';
import { t } from './words.js';

const SPEEDS = [1, 0.5, 0.25];
const FAR = 0.25; // seconds apart that are jumped
const NEAR = 0.02; // seconds apart that nobody sees

export class Versions {
  constructor() {
    this.node = el('div', { class: 'vn-versions', role: 'group', 'aria-label': t('versions'), hidden: true });
    this.key = '';
  }

  /** `messages`: the Message objects of the open path, in order. */
  update(messages) {
    const found = [];
    for (const message of lineage([...messages])) {
      for (const media of message.view.results ?? []) {
        if (playable(media)) found.push({ media, message });
      }
    }
    const key = found.map(({ media }) => media.id).join();
    this.found = found;
    if (key === this.key && this.node.isConnected === found.length > 1) return;
    this.key = key;
    this.node.hidden = found.length < 2;
    if (found.length < 2) {
      this.node.remove();
      return;
    }
    const thumbs = found.map(({ media, message }, i) => el('button', { type: 'button', class: 'vn-version', 'aria-label': t('versions.to', { n: i + 1 }), title: t('versions.to', { n: i + 1 }), on: { click: () => message.node.scrollIntoView({ block: 'start', behavior: 'smooth' }) } }, own(media.poster) ? el('img', { src: media.poster, alt: '', loading: 'lazy' }) : icon('movie'), el('span', { text: String(i + 1) })));
    this.node.replaceChildren(el('div', { class: 'vn-versions-strip' }, thumbs), button(t('versions.compare'), () => compare(this.node.closest('.vn') ?? document.body, this.found.map((one) => one.media)), { glyph: 'compare' }));
    const { message } = found.at(-1);
    message.node.insertBefore(this.node, message.row);
  }
}

const playable = (media) => media.kind === 'video' && media.state === 'kept' && media.playable !== false && own(media.src);

/** The messages whose videos are versions of the newest one: made from the same first video, change by change. */
function lineage(messages) {
  const byId = new Map(messages.filter((one) => one.view).map((one) => [one.view.id, one.view]));
  const films = messages.filter((one) => one.view?.results?.some(playable));
  const source = (view) => {
    if (view.changes) return byId.get(view.changes);
    const before = byId.get(byId.get(view.parent)?.parent); // the answer before the question
    return before?.remembered && before.results?.some(playable) && before.facts?.gateway === view.facts?.gateway ? before : undefined;
  };
  const first = (view) => {
    let at = view;
    for (let left = byId.size; left && source(at); left--) at = source(at);
    return at;
  };
  const origin = films.length ? first(films.at(-1).view) : null;
  return films.filter((one) => first(one.view) === origin);
}

export function compare(place, list) {
  const left = side(list, list.length - 2, t('compare.left'));
  const right = side(list, list.length - 1, t('compare.right'));
  right.player.muted = true;
  const sides = [left, right];
  let playing = false;
  let looping = true;
  let rate = 1;

  const play = iconButton('play', t('compare.play'), () => (playing ? pause() : start()));
  const slide = el('input', { type: 'range', class: 'vn-slide', min: 0, max: 1, step: 'any', value: 0, 'aria-label': t('compare.time'), on: { input: () => seek(Number(slide.value)) } });
  const words = el('span', { class: 'vn-fine vn-compare-time' });
  const speed = el('button', { type: 'button', class: 'vn-icon vn-speed', title: t('video.speed'), 'aria-label': t('video.speed'), text: '1×', on: { click: () => {
    rate = SPEEDS[(SPEEDS.indexOf(rate) + 1) % SPEEDS.length];
    speed.textContent = `${rate}×`;
    for (const { player } of sides) player.playbackRate = rate;
  } } });
  const loop = iconButton('loop', t('video.loop'), () => {
    looping = !looping;
    loop.setAttribute('aria-pressed', looping);
  }, { 'aria-pressed': 'true' });
  const stepping = (by) => async () => {
    pause();
    await step(left.player, by);
    right.player.currentTime = left.player.currentTime;
    show(left.player.currentTime);
  };
  const bar = el('div', { class: 'vn-compare-bar' }, play, iconButton('frameback', t('video.frame_back'), stepping(-1)), iconButton('frame', t('video.frame'), stepping(1)), slide, words, speed, loop);
  const dialog = modal(place, t('compare'), [el('div', { class: 'vn-compare' }, left.node, right.node), bar], { class: 'vn-dialog vn-compare-dialog' });
  dialog.addEventListener('close', pause);
  for (const { player } of sides) player.addEventListener('loadedmetadata', () => tick());

  const length = () => Math.min(...sides.map(({ player }) => player.duration || Infinity));
  function seek(time) {
    const goal = Math.min(Math.max(0, time), Math.max(0, (Number.isFinite(length()) ? length() : 0) - 0.001));
    for (const { player } of sides) player.currentTime = goal;
    show(goal);
  }
  function show(time) {
    const whole = Number.isFinite(length()) ? length() : 0;
    slide.max = whole || 1;
    slide.value = time;
    words.textContent = `${time.toFixed(2)} / ${t('time.s', { s: whole.toFixed(1) })}`;
  }
  async function start() {
    if (left.player.currentTime >= length() - 0.05) seek(0);
    else right.player.currentTime = left.player.currentTime;
    playing = true;
    face();
    try {
      await Promise.all(sides.map(({ player }) => player.play()));
    } catch {
      pause(); // one cannot be played, or the dialog was closed meanwhile
    }
    requestAnimationFrame(tick);
  }
  function pause() {
    playing = false;
    for (const { player } of sides) player.pause();
    face();
  }
  function face() {
    play.replaceChildren(icon(playing ? 'pause' : 'play'));
    play.title = t(playing ? 'compare.pause' : 'compare.play');
    play.setAttribute('aria-label', play.title);
  }
  function tick() {
    const now = left.player.currentTime;
    show(now);
    if (!playing || !dialog.isConnected) return;
    if (now >= length() - 0.04 || sides.some(({ player }) => player.ended)) {
      if (looping) {
        seek(0);
        for (const { player } of sides) player.play().catch(() => {});
      } else pause();
    } else if (!left.player.seeking && !right.player.seeking) {
      const apart = right.player.currentTime - now;
      if (Math.abs(apart) > FAR) right.player.currentTime = now;
      right.player.playbackRate = rate * (Math.abs(apart) > NEAR ? 1 - Math.max(-0.2, Math.min(0.2, apart * 2)) : 1);
    }
    requestAnimationFrame(tick);
  }
  show(0);
  face();
  return dialog;
}

/** One half: a player without controls of its own, and which video it shows. */
function side(list, at, label) {
  const player = el('video', { playsinline: true, preload: 'auto', 'aria-label': label });
  const take = (n) => {
    player.src = list[n].src;
    player.poster = own(list[n].poster) ? list[n].poster : '';
  };
  const pick = el('select', { class: 'vn-pick-field', 'aria-label': label, on: { change: () => take(Number(pick.value)) } }, list.map((media, i) => el('option', { value: i, text: [t('versions.nth', { n: i + 1 }), media.width ? `${media.width}×${media.height}` : '', media.seconds ? t('time.s', { s: media.seconds.toFixed(1) }) : ''].filter(Boolean).join(' · ') })));
  pick.value = String(at);
  take(at);
  return { player, node: el('figure', { class: 'vn-side' }, pick, player) };
}
