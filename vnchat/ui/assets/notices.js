// What goes on elsewhere: counts in the tab's title, a quiet line when a run of another conversation has ended,
// and a notice of the browser's if the person asked for it once.

import { button, el, iconButton } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

const WISH = 'vnchat.notify';
const SOUND = 'vnchat.sound';
const STAYS_MS = 12_000;

export const canAsk = () => 'Notification' in window && Notification.permission !== 'denied' && window.isSecureContext;
export const asked = () => localStorage.getItem(WISH) === '1' && Notification.permission === 'granted';

export async function askToNotify() {
  if ((await Notification.requestPermission()) === 'granted') localStorage.setItem(WISH, '1');
}

export const sounds = () => localStorage.getItem(SOUND) === '1';

/** A sound with the notice, or without it; heard once when it is switched on. */
export function setSound(on) {
  localStorage.setItem(SOUND, on ? '1' : '0');
  if (on) chime();
}

function chime() {
  const audio = new AudioContext();
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0.12, audio.currentTime);
  gain.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + 0.7);
  for (const [tone, at] of [[659, 0], [880, 0.16]]) {
    const voice = audio.createOscillator();
    voice.frequency.value = tone;
    voice.connect(gain);
    voice.start(audio.currentTime + at);
    voice.stop(audio.currentTime + 0.75);
    voice.onended = () => at && audio.close();
  }
}

export class Notices {
  constructor(root, open) {
    this.open = open;
    this.current = '';
    this.running = this.unseen = 0;
    // In the browser's top layer: on a phone the sidebar around it is moved out of sight.
    this.region = el('div', { class: 'vn-notices', role: 'status', 'aria-live': 'polite', popover: 'manual' });
    root.append(this.region);
    this.show();
    this.off = [live.on('ended', (told) => this.ended(told)), live.on('problem', (sentence) => this.say(sentence)), live.on('undo', (sentence, run) => this.say(sentence, button(t('undo'), run, { class: 'vn-button vn-quiet' })))];
    this.heads = new MutationObserver(() => this.title());
    this.heads.observe(document.head, { childList: true, subtree: true, characterData: true });
  }

  show() {
    if (this.region.isConnected && !this.region.matches(':popover-open')) this.region.showPopover();
  }

  here(conversation) {
    this.current = conversation;
  }

  /** The list of conversations has changed: the title counts what runs and what is new. */
  count(items) {
    this.running = items.filter((one) => one.state === 'running').length;
    this.unseen = items.filter((one) => one.state === 'unseen' && one.id !== this.current).length;
    this.title();
  }

  title() {
    const plain = document.title.replace(/^\([^)]*\) /, '');
    const told = [this.running && t('title.running', { n: this.running }), this.unseen && t('title.unseen', { n: this.unseen })].filter(Boolean);
    const wanted = told.length ? `(${told.join(', ')}) ${plain}` : plain;
    if (document.title !== wanted) document.title = wanted;
  }

  ended({ conversation, title, state }) {
    const name = title || t('untitled');
    if (document.hidden && asked()) {
      new Notification(name, { body: t(`ended.${state}`), tag: conversation });
      if (sounds()) chime();
    }
    if (conversation === this.current) {
      if (!document.hidden) live.say('seen', conversation);
      return;
    }
    this.say(`${name}: ${t(`ended.${state}`)}`, button(t('open'), () => this.open(conversation), { class: 'vn-button vn-quiet' }));
  }

  say(sentence, act = null) {
    const line = el('div', { class: 'vn-notice' }, el('span', { dir: 'auto', text: sentence }), act, iconButton('close', t('close'), () => line.remove()));
    act?.addEventListener('click', () => line.remove());
    this.show();
    this.region.append(line);
    while (this.region.childElementCount > 3) this.region.firstChild.remove();
    setTimeout(() => line.matches(':hover, :focus-within') || line.remove(), STAYS_MS);
  }

  stop() {
    this.off.forEach((off) => off());
    this.heads.disconnect();
    this.region.remove();
  }
}
