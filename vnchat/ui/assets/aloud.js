// 'Read aloud' under an answer. A long one comes in pieces: the first is heard while the next is made. What was made
// is kept with the answer on the server, so a second press plays it and asks nobody. One answer speaks at a time.

import { choose, chosen, picker } from './able.js';
import { button, el, iconButton } from './dom.js';
import { icon } from './icons.js';
import * as live from './live.js';
import { t } from './words.js';

let speaking = null;
let lists = 0;

/** The icon in the row of an answer; page.css hides it where no model speaks. */
export const aloudButton = (message) => iconButton('speak', t('aloud'), () => open(message), { class: 'vn-icon vn-speak', 'data-do': 'aloud' });

function open(message) {
  if (!message.aloud) {
    message.aloud = new Aloud(message.id, () => (message.aloud = null));
    message.row.after(message.aloud.node);
  }
  message.aloud.begin();
}

class Aloud {
  constructor(message, closed) {
    this.message = message;
    this.closed = closed;
    this.player = el('audio', { controls: true, 'aria-label': t('aloud') });
    this.player.addEventListener('ended', () => this.next());
    this.player.addEventListener('play', () => this.alone());
    this.status = el('span', { class: 'vn-fine', role: 'status' });
    this.foot = el('div', { class: 'vn-acts' });
    this.node = el('section', { class: 'vn-aloud', 'aria-label': t('aloud') }, this.player, el('div', { class: 'vn-aloud-row' }, this.status, this.foot));
  }

  alone() {
    if (speaking && speaking !== this) speaking.player.pause();
    speaking = this;
  }

  begin() {
    this.by = chosen('speak');
    this.pieces = []; // promises of what the server keeps
    this.stopped = false;
    this.of = this.at = 0;
    this.whole = '';
    this.alone();
    this.play(0);
  }

  /** Each piece is asked for once; the server makes it once, however often it is asked for. */
  piece(at) {
    this.pieces[at] ??= ask({ message: this.message, at, gateway: this.by.gateway, model: this.by.model, voice: this.by.voice });
    return this.pieces[at];
  }

  async play(at) {
    const mine = this.pieces;
    this.at = at;
    this.say(icon('spin'), this.of > 1 ? t('aloud.making_part', { at: at + 1, of: this.of }) : t('aloud.making'));
    this.acts({ stop: true });
    const told = await this.piece(at);
    if (this.pieces !== mine || this.stopped) return;
    if (told.problem) {
      delete this.pieces[at];
      this.say(icon('warn'), t('aloud.failed', { why: told.problem }));
      this.acts({ again: () => this.play(at) });
      return;
    }
    this.of = told.of;
    this.player.src = told.src;
    this.say(null, told.of > 1 ? t('aloud.part', { at: at + 1, of: told.of, model: this.named() }) : this.named());
    const last = at + 1 === told.of;
    this.whole = last ? told.whole : '';
    this.acts({ stop: true });
    this.player.play().catch(() => {}); // a browser that wants another press has the player's own
    if (!last) this.piece(at + 1);
  }

  named() {
    return [this.by.voice, this.by.model].filter(Boolean).join(' · ');
  }

  next() {
    if (this.stopped) return;
    if (this.at + 1 < this.of) this.play(this.at + 1);
    else this.acts({});
  }

  /** The sound ends; what is on its way is paid for and kept, nothing more is asked for. */
  halt() {
    this.stopped = true;
    this.player.pause();
    this.say(null, t('aloud.stopped'));
    this.acts({ again: () => this.begin() });
  }

  say(glyph, words) {
    this.status.replaceChildren(...[glyph, words].filter(Boolean));
  }

  acts({ stop, again }) {
    const { whole } = this;
    this.foot.replaceChildren(
      ...[
        stop ? iconButton('stop', t('aloud.stop'), () => this.halt()) : null,
        again ? button(t('aloud.again'), again, { glyph: 'again', class: 'vn-button vn-quiet' }) : null,
        whole ? el('a', { class: 'vn-icon', href: whole, download: '', 'aria-label': t('download'), title: t('download') }, icon('download')) : null,
        this.voice(),
        iconButton('close', t('close'), () => this.close()),
      ].filter(Boolean),
    );
  }

  /** Another voice is another request, so it waits for a press. */
  voice() {
    const id = `vn-voices-${(lists += 1)}`;
    const press = button(t('aloud.again'), () => this.begin(), { glyph: 'speak', class: 'vn-button vn-quiet', hidden: true });
    const now = chosen('speak');
    const known = el('datalist', { id }, (now?.voices ?? []).map((one) => el('option', { value: one })));
    const box = el('input', { class: 'vn-field vn-which', list: id, value: now?.voice ?? '', 'aria-label': t('aloud.voice'), title: t('aloud.voice'), maxlength: '100', spellcheck: 'false' });
    const changed = () => (press.hidden = false);
    box.addEventListener('focus', () => box.select());
    box.addEventListener('change', () => {
      choose('speak', { ...chosen('speak'), voice: box.value.trim() });
      changed();
    });
    const model = picker('speak', t('aloud.by'), () => {
      changed();
      box.value = chosen('speak').voice;
      known.replaceChildren(...chosen('speak').voices.map((one) => el('option', { value: one })));
    });
    return el('span', { class: 'vn-aloud-voice' }, model, box, known, press);
  }

  close() {
    this.stopped = true;
    this.player.pause();
    this.node.remove();
    this.closed();
  }
}

async function ask(wanted) {
  try {
    const answer = await fetch(`${live.here() ?? ''}/vnchat/speak`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wanted) });
    return await answer.json();
  } catch {
    return { problem: t('library.away') };
  }
}
