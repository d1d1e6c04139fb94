// The card of a run that goes on: what is happening, how far, how long, and Stop. Numbers come from the server;
// only the passing time is counted here, once a second, while somebody looks.

import { button, duration, el, iconButton, roughly } from './dom.js';
import { everySecond } from './frames.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { asked, askToNotify, canAsk, setSound, sounds } from './notices.js';
import { has, t } from './words.js';

export class Making {
  constructor() {
    this.node = el('div', { class: 'vn-making', hidden: true });
    this.shown = '';
    this.bar = 0;
  }

  update(run, { card, waitingForWords }) {
    const now = performance.now();
    if (this.elapsed !== run.elapsed || this.start === undefined) {
      this.elapsed = run.elapsed;
      this.start = now - (run.elapsed ?? 0) * 1000;
    }
    if (run.left !== this.left) {
      this.left = run.left;
      this.leftAt = now;
    }
    this.told = run;
    const kind = card ? 'card' : waitingForWords ? 'line' : '';
    if (kind !== this.shown) this.build(kind);
    this.clock ??= kind ? everySecond(() => this.tick()) : null;
    if (!kind) this.rest();
    if (kind === 'card') this.drawCard();
    this.tick();
  }

  build(kind) {
    this.shown = kind;
    this.node.hidden = !kind;
    if (kind !== 'card') {
      this.node.className = 'vn-making vn-waiting';
      this.node.replaceChildren(...(kind ? [el('span', { class: 'vn-dots', 'aria-hidden': 'true' }), (this.time = el('span', { class: 'vn-fine' }))] : []));
      return;
    }
    this.node.className = 'vn-making vn-card';
    this.glyph = el('span');
    this.title = el('b');
    this.percent = el('span');
    this.time = el('span', { class: 'vn-fine vn-time' });
    this.fill = el('div', { class: 'vn-fill' });
    this.preview = el('img', { class: 'vn-preview', alt: '', hidden: true });
    this.track = el('div', { class: 'vn-bar', role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100 }, this.fill);
    this.words = el('span', { class: 'vn-fine', dir: 'auto' });
    this.close = el('span', { class: 'vn-fine', text: t('making.close') });
    this.stop = button(t('stop'), () => this.press(), { glyph: 'stop', 'data-do': 'stop' });
    this.tell = canAsk() ? el('span', {}, this.bell()) : null;
    this.node.replaceChildren(
      el('div', { class: 'vn-card-head' }, this.glyph, el('span', { class: 'vn-card-title' }, this.title, this.percent), this.time),
      this.preview,
      this.track,
      el('div', { class: 'vn-card-foot' }, el('div', {}, this.words, this.close), el('span', { class: 'vn-card-acts' }, this.tell, this.stop)),
    );
  }

  /** First the wish to be told, then whether with a sound. */
  bell() {
    const again = () => this.tell.replaceChildren(this.bell());
    if (!asked()) return iconButton('bell', t('notify.ask'), () => askToNotify().then(again));
    const loud = sounds();
    return iconButton('bell', t(loud ? 'notify.quiet' : 'notify.sound'), () => { setSound(!loud); again(); }, { 'aria-pressed': String(loud) });
  }

  drawCard() {
    const run = this.told;
    const state = this.state();
    if (this.glyph.dataset.state !== state) {
      this.glyph.dataset.state = state;
      this.glyph.replaceChildren(icon(state === 'waiting' || state === 'queued' ? 'wait' : 'spin'));
    }
    const place = run.activity?.place;
    this.title.textContent = state === 'queued' && place ? t('state.queued.place', { place }) : run.state === 'queued' ? t('making.after') : title(state, run.made);
    // A picture that is not finished yet; the server read it out of the answer, it is no outside address.
    const early = run.preview?.startsWith('data:image/') ? run.preview : '';
    this.preview.hidden = !early;
    if (early && this.preview.getAttribute('src') !== early) this.preview.src = early;
    const told = typeof run.progress === 'number';
    // Within one round the bar never runs back; a new sending, or the gateway's own new try, begins a new round.
    const round = `${run.attempt} ${run.round ?? 1}`;
    if (round !== this.round) this.bar = 0;
    this.round = round;
    if (told) this.bar = Math.max(this.bar, Math.min(100, run.progress));
    this.percent.textContent = told && state !== 'waiting' && state !== 'queued' ? ` · ${Math.floor(this.bar)} %` : '';
    this.track.classList.toggle('vn-alive', !told);
    this.track.hidden = state === 'waiting' || state === 'queued';
    if (told) this.track.setAttribute('aria-valuenow', Math.floor(this.bar));
    else this.track.removeAttribute('aria-valuenow');
    this.track.setAttribute('aria-label', this.title.textContent);
    this.fill.style.transform = `scaleX(${told ? this.bar / 100 : 1})`;
    this.words.textContent = run.held ? t('making.held') : sayable(run.activity?.words ?? '');
    this.stop.disabled = Boolean(run.stopping);
  }

  state() {
    const { state, activity, progress } = this.told;
    if (state === 'waiting' || state === 'queued') return state;
    if (activity?.state === 'queued') return 'queued';
    if (activity?.state === 'reviewing' || (activity?.state !== 'retrying' && progress >= 90)) return 'reviewing';
    if (activity?.state === 'retrying') return 'retrying';
    if (state === 'new' || state === 'sending') return 'sending';
    return typeof progress === 'number' ? 'running' : 'alive';
  }

  tick() {
    if (!this.time) return;
    const run = this.told;
    const passed = (performance.now() - this.start) / 1000;
    if (this.shown === 'line') {
      this.time.textContent = passed < 3 ? '' : t('waiting_for_words', { time: duration(passed) });
      return;
    }
    if (run.state === 'waiting' && run.wait_until) {
      this.time.textContent = t('making.wait_left', { time: duration(Math.max(0, run.wait_until - Date.now() / 1000)) });
      return;
    }
    const left = typeof run.left === 'number' ? run.left - (performance.now() - this.leftAt) / 1000 : null;
    const guess = left === null ? '' : left < 5 ? t('making.soon') : t('making.left', { time: roughly(left), n: run.left_from });
    this.time.textContent = [duration(passed), guess].filter(Boolean).join(' · ');
  }

  press() {
    live.say('stop', this.told.id);
    this.told.stopping = true;
    for (const one of [this.stop, this.small]) if (one) one.disabled = true;
  }

  /** The small Stop below text that streams; the card has its own. */
  rowStop(run) {
    if (run.making || this.shown === 'card') return [];
    this.told = run;
    this.small = button(t('stop'), () => this.press(), { glyph: 'stop', 'data-do': 'stop', class: 'vn-button vn-quiet' });
    return [this.small];
  }

  rest() {
    this.clock?.();
    this.clock = null;
    this.time = null;
  }

  clear() {
    this.rest();
    this.bar = 0;
    this.start = undefined;
    this.build('');
  }
}

const title = (state, made) => (made && has(`making.${state}.${made}`) ? t(`making.${state}.${made}`) : t(`making.${state}`));

// The gateway's own words, unless they only repeat the percentage; a picture before them says nothing.
function sayable(words) {
  const plain = words.replace(/^[\p{Extended_Pictographic}\p{So}\uFE0F\s]+/u, '');
  return /^[\p{L}\s]{0,24}[:：]?\s*[\d.]+\s*[%％]?[.…。\s]*$/u.test(plain) ? '' : plain;
}
