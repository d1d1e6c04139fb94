// Beside the page's own input: keeps what is typed but not sent, for each conversation, in the browser at once and
// on the server a moment later, and puts it back after a refresh. It never sends and never moves the caret.

import { know } from './able.js';
import { Halt } from './halt.js';
import { Microphone } from './microphone.js';
import { Rewrite } from './rewrite.js';
import { Templates } from './templates.js';
import { Tokens } from './tokens.js';
import * as live from './live.js';

const BOX = 'textarea[data-testid=stChatInputTextArea]';
const LATER_MS = 600;
const PATIENCE_MS = 8000; // so long after opening the box is waited for
const WRITING_MS = 2500; // said again so often: the server keeps the way to the gateway open for somewhat longer

export function composer(root, act) {
  return new Composer(root, act);
}

const place = (conversation) => `vnchat.draft.${conversation}`;

/** Into the page's own box: React hears of a value only through its own setter and an event. */
function write(text, focus = true) {
  const box = document.querySelector(BOX);
  if (!box) return;
  Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value').set.call(box, text);
  box.dispatchEvent(new Event('input', { bubbles: true }));
  if (focus) box.focus();
}

class Composer {
  constructor(root, act) {
    this.conversation = null;
    this.said = -Infinity;
    const box = () => document.querySelector(BOX);
    this.templates = new Templates(root, box, write);
    this.rewrite = new Rewrite(root, box, write);
    this.microphone = new Microphone(root, box, write, act);
    this.tokens = new Tokens(root, box);
    this.halt = new Halt(root, box);
    this.typed = (event) => event.target.matches?.(BOX) && this.keep(event.target.value, true);
    // The page empties its box on sending without an event: look after Enter and after a press.
    this.maybeSent = (event) => {
      const inBox = event.type === 'click' ? event.target.closest?.('[data-testid=stChatInput]') : event.target.matches?.(BOX);
      if (!inBox || event.isComposing || (event.key && event.key !== 'Enter')) return;
      const asked = this.conversation;
      for (const wait of [60, 500]) setTimeout(() => this.conversation === asked && document.querySelector(BOX)?.value === '' && this.keep(''), wait);
    };
    this.left = (event) => event.target.matches?.(BOX) && this.send(); // whoever looks elsewhere may ask what would be sent
    addEventListener('focusout', this.left, true);
    addEventListener('input', this.typed, true);
    addEventListener('keydown', this.maybeSent, true);
    addEventListener('click', this.maybeSent, true);
    this.leaving = () => this.send();
    addEventListener('pagehide', this.leaving);
  }

  update({ conversation, draft, templates, gateway, rewriters, hear, speak, talks, waiting }) {
    this.gateway = gateway;
    this.tokens.update(waiting);
    this.templates.update(templates);
    this.rewrite.update(rewriters, gateway);
    know({ hear, speak }, talks);
    this.microphone.update(talks);
    this.halt.look();
    if (conversation === this.conversation) return;
    this.send();
    this.conversation = conversation;
    this.last = localStorage.getItem(place(conversation)) ?? draft ?? '';
    const early = document.querySelector(BOX)?.value; // typed before this was listening
    if (early) this.keep(early);
    else if (this.last) this.restore(performance.now() + PATIENCE_MS, conversation, this.last);
  }

  keep(text, typed = false) {
    if (text === this.last) return;
    this.last = text;
    if (typed && text) this.writing();
    try {
      if (text) localStorage.setItem(place(this.conversation), text);
      else localStorage.removeItem(place(this.conversation));
    } catch {
      // A full or forbidden storage: the server's copy is still made.
    }
    clearTimeout(this.timer);
    this.due = [this.conversation, text];
    this.timer = setTimeout(() => this.send(), LATER_MS);
  }

  /** Something will be sent: the server can open the way to the gateway meanwhile. */
  writing() {
    const now = performance.now();
    if (now < this.said + WRITING_MS || !live.connected()) return;
    this.said = now;
    live.say('writing', this.gateway);
  }

  send() {
    clearTimeout(this.timer);
    if (this.due) live.say('draft', ...this.due);
    this.due = null;
  }

  /** As soon as the box is there and empty. React hears of a value only through its own setter and an event. */
  restore(until, conversation, draft) {
    if (this.conversation !== conversation || this.last !== draft || performance.now() > until) return;
    const box = document.querySelector(BOX);
    if (!box || box.disabled) {
      setTimeout(() => this.restore(until, conversation, draft), 100);
      return;
    }
    if (box.value) return;
    write(draft, false);
  }

  stop() {
    this.send();
    this.templates.stop();
    this.rewrite.stop();
    this.microphone.stop();
    this.tokens.stop();
    this.halt.gone();
    removeEventListener('focusout', this.left, true);
    removeEventListener('input', this.typed, true);
    removeEventListener('keydown', this.maybeSent, true);
    removeEventListener('click', this.maybeSent, true);
    removeEventListener('pagehide', this.leaving);
  }
}
