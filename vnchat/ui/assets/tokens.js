// About how many tokens an attached document takes, on its chip before it is sent, and with the prompt in all.
// The chips are the page's own: they only get an attribute, which ui/frame.py shows. The server reads the file and
// keeps nothing of it (web/given.py).

import { el } from './dom.js';
import * as live from './live.js';
import { t } from './words.js';

const INPUT = '[data-testid=stChatInput]';
const CHIP_MS = 30_000; // a chip that has not come by then does not come
const MOST_BYTES = 50_000_000; // larger is not taken anyway
const NO_DOCUMENT = /^(image|video|audio)\//;

/** Four Latin letters or one character of another script, as library/extract.py counts. */
export function tokensOf(text) {
  let latin = 0;
  let other = 0;
  for (const character of text) character < '\u0250' ? latin++ : other++;
  return text ? Math.max(1, Math.round(latin / 4 + other * 0.8)) : 0;
}

export class Tokens {
  constructor(root, box) {
    this.box = box;
    this.files = new Map(); // name → what is known of the files of that name, in their order
    this.waiting = 0;
    this.said = el('p', { class: 'vn-fine vn-tokens', role: 'status', hidden: true });
    root.append(this.said);
    this.given = (event) => {
      if (!event.target.closest?.(INPUT)) return;
      const files = event.type === 'change' ? event.target.files : (event.dataTransfer ?? event.clipboardData)?.files;
      if (event.type === 'change' && event.target.type !== 'file') return;
      for (const file of files ?? []) this.take(file);
      this.look();
    };
    this.typed = () => this.files.size + this.waiting && this.show();
    for (const type of ['change', 'drop', 'paste']) addEventListener(type, this.given, true);
    addEventListener('input', this.typed, true);
    this.seen = new MutationObserver(() => this.show());
    // Chosen before this was listening: the page's own field still holds them.
    for (const file of document.querySelector(`${INPUT} input[type=file]`)?.files ?? []) this.take(file);
    this.look();
  }

  /** What waits beside the composer already, told by the server. */
  update(waiting) {
    this.waiting = waiting ?? 0;
    this.show();
  }

  look() {
    const input = document.querySelector(INPUT);
    if (input && input !== this.watched) {
      this.seen.disconnect();
      this.seen.observe(input, { childList: true, subtree: true });
      this.watched = input;
    }
  }

  async take(file) {
    if (NO_DOCUMENT.test(file.type) || !file.size || file.size > MOST_BYTES) return;
    const one = { tokens: 0, words: '…', until: performance.now() + CHIP_MS };
    this.files.set(file.name, [...(this.files.get(file.name) ?? []), one]);
    try {
      const answer = await fetch(`${live.here() ?? ''}/vnchat/estimate?name=${encodeURIComponent(file.name.slice(-200))}`, { method: 'POST', body: file });
      const told = await answer.json();
      one.tokens = told.tokens ?? 0;
      one.problem = told.cut ? t('tokens.too_long') : told.problem;
    } catch {
      one.problem = ''; // said when it is sent
    }
    one.words = one.tokens ? t('media.tokens', { n: one.tokens.toLocaleString() }) : '';
    this.show();
  }

  show() {
    const count = new Map();
    let sum = this.waiting;
    let known = this.waiting > 0;
    const problems = [];
    for (const chip of document.querySelectorAll(`${INPUT} [data-testid=stFileChip]`)) {
      const label = chip.querySelector('[data-testid=stFileChipName]');
      const name = label?.title ?? '';
      const nth = count.get(name) ?? 0;
      count.set(name, nth + 1);
      const one = this.files.get(name)?.[nth];
      if (!one) continue;
      one.until = 0;
      const words = one.problem ? '!' : one.words;
      const size = label.nextElementSibling ?? label;
      if (size.dataset.tokens !== words) size.dataset.tokens = words;
      if (one.problem) problems.push(`${name}: ${one.problem}`);
      sum += one.tokens;
      known ||= one.tokens > 0;
    }
    // Sent, or taken out again: the name is free for another file. What is read before its chip is there waits for it.
    const now = performance.now();
    if (!count.size && [...this.files.values()].flat().every((one) => one.words !== '…' && now > one.until)) this.files.clear();
    const text = this.box()?.value ?? '';
    const total = known ? t('tokens.total', { n: (sum + tokensOf(text)).toLocaleString() }) : '';
    const words = [total, ...problems].filter(Boolean).join(' · ');
    if (this.said.textContent !== words) this.said.textContent = words;
    this.said.hidden = !words;
  }

  stop() {
    this.seen.disconnect();
    for (const type of ['change', 'drop', 'paste']) removeEventListener(type, this.given, true);
    removeEventListener('input', this.typed, true);
    this.said.remove();
  }
}
