// An answer, growing or finished: finished blocks are drawn once and left alone, only the open last block is
// parsed and drawn again. What Markdown is, is markdown.js; when to draw, frames.js.

import { GrowingCode, copyOnClick } from './code.js';
import { watch } from './diagrams.js';
import { forget, soon } from './frames.js';
import { healLines, openFence } from './heal.js';
import { LongBlock } from './long.js';
import { blocks, draw, parse } from './markdown.js';
import * as math from './math.js';
import { blockAt, morphFrom } from './morph.js';

const CHEAP_MS = 5; // a drawing that takes longer makes the next one wait, so that it never fills a core
const REST = 3;

export class Answer {
  constructor(root) {
    this.root = root;
    this.clear();
    copyOnClick(root);
  }

  clear() {
    this.parts = []; // the whole text, as it came
    this.fresh = []; // what is not drawn yet
    this.tail = ''; // the open block's source
    this.closed = 0; // nodes of finished blocks
    this.weight = 0; // letters shown of the open block
    this.long = null; // the open block's finished items, if it is long by itself
    this.code = null; // the open code block, while one is
    this.env = { references: {} };
    this.guessed = false;
    this.notBefore = 0;
    this.finished = false;
    this.root.replaceChildren();
  }

  get text() {
    if (this.parts.length > 1) this.parts = [this.parts.join('')];
    return this.parts[0] ?? '';
  }

  add(text) {
    this.parts.push(text);
    this.fresh.push(text);
    soon(this);
  }

  /** The whole text at once. */
  set(text) {
    this.clear();
    this.parts.push(text);
    this.fresh.push(text);
    this.finish();
  }

  /** No more comes: what was held back is shown, and the end is what the whole text is. */
  finish() {
    if (this.finished) return;
    forget(this);
    this.finished = true;
    this.tail += this.fresh.join('');
    this.fresh.length = 0;
    this.code = null;
    if (this.guessed || Object.keys(this.env.references).length || /^ {0,3}\[[^\]]+\]:/m.test(this.tail)) this.whole();
    else this.redraw(false);
    watch(this.root);
  }

  // A definition "[a]: https://…" may stand after its use in a finished block.
  whole() {
    this.tail = this.text;
    this.closed = 0;
    this.long = null;
    this.env = { references: {} };
    this.redraw(false);
  }

  draw(now) {
    if (!this.fresh.length || this.finished) return false;
    if (now < this.notBefore) return true;
    this.tail += this.fresh.join('');
    this.fresh.length = 0;
    if (this.code) this.growCode();
    if (!this.code) this.redraw(true);
    const cost = performance.now() - now;
    this.notBefore = cost > CHEAP_MS ? now + cost * (REST + 1) : 0;
    return false;
  }

  redraw(growing) {
    const before = this.long?.prefix ?? '';
    const { text: source, guessed } = growing ? healLines(before + this.tail) : { text: before + this.tail };
    const env = { references: this.env.references, healing: growing };
    const tokens = parse(source, env);
    if (this.long && !this.long.fits(tokens)) {
      this.tail = this.long.source + this.tail;
      this.long = null;
      this.weight = 0;
      this.redraw(growing);
      return;
    }
    const tops = blocks(tokens);
    const last = tokens[tops.at(-1)];
    const fence = growing && last?.type === 'fence' && last.map[1] >= lines(source) && openFence(source.slice(lineAt(source, last.map[0])));
    this.guessed ||= Boolean(env.guessed);
    if (fence) env.growing = last;
    const pieces = draw(tokens, env);
    if (math.mayHold(this.tail)) this.formulas(pieces);
    const weight = letters(pieces);
    if (growing && weight < this.weight) return; // never less than the frame before; more is on its way
    if (growing && pieces.length) pieces.at(-1).setAttribute('aria-busy', 'true');
    if (this.long) this.long.place(this.root, this.closed, pieces[0]);
    morphFrom(this.root, this.closed, pieces, this.long ? 1 : 0);
    this.weight = weight;
    if (weight) this.begun?.();
    if (growing && !guessed) this.close(tokens, tops, pieces.length);
    if (fence) this.openCode(last, fence);
  }

  // All blocks but the last are finished, if nothing that comes can still join the last to the one before.
  close(tokens, tops, drawn) {
    if (!drawn || drawn !== tops.length) return;
    const from = tokens[tops.at(-1)].map?.[0];
    if (tops.length === 1) this.closeItems(tokens);
    if (tops.length < 2 || !from) return;
    const at = lineAt(this.tail, from - (this.long?.lines ?? 0));
    const whole = this.tail.indexOf('\n', at) >= 0;
    if (!whole && !/^\p{L}/u.test(this.tail.slice(at, at + 2))) return;
    this.tail = this.tail.slice(at);
    this.closed += drawn - 1;
    this.long = null;
    this.weight = letters([blockAt(this.root, this.closed)]);
  }

  closeItems(tokens) {
    if (this.long) this.tail = this.long.grow(tokens, this.tail, lineAt);
    else {
      this.long = LongBlock.of(tokens, this.tail, lineAt);
      if (this.long) this.tail = this.tail.slice(this.long.source.length);
    }
    if (this.long) this.weight = 0; // what is finished cannot become less
  }

  openCode(token, fence) {
    const block = this.root.lastChild.lastChild;
    const node = block.querySelector('code');
    if (!node || token.level !== 0 || this.tail[0] !== fence[0] || blockAt(this.root, this.closed) !== block) return;
    const body = this.tail.indexOf('\n') + 1;
    if (body) this.code = { grown: new GrowingCode(node, token.content, token.info), body, fence, seen: body };
  }

  /** Appends to the open code block. At its end the block is finished, and what follows it is the new tail. */
  growCode() {
    const { grown, body, fence } = this.code;
    const at = this.tail.lastIndexOf('\n') + 1;
    for (let from = this.code.seen; from < at; ) {
      const end = this.tail.indexOf('\n', from);
      if (closes(this.tail.slice(from, end), fence)) {
        this.closeCode(from, end + 1);
        return;
      }
      from = end + 1;
      this.code.seen = from;
    }
    const rest = this.tail.slice(at).trim();
    const held = [...rest].every((c) => c === fence[0]);
    const content = this.tail.slice(body, held ? at : undefined);
    if (content.length > grown.content.length) grown.set(content);
    this.weight = 0; // code only grows
  }

  closeCode(from, next) {
    const { grown, body } = this.code;
    this.code = null;
    if (/[\r\0]/.test(this.tail)) return; // what the parser makes of those it says itself
    grown.end(this.tail.slice(body, from));
    blockAt(this.root, this.closed).removeAttribute('aria-busy');
    this.closed++;
    this.weight = 0; // of what follows nothing is shown yet
    this.tail = this.tail.slice(next);
  }

  formulas(pieces) {
    const holder = document.createDocumentFragment();
    holder.append(...pieces);
    if (math.fill(holder)) math.load().then(() => math.fill(this.root));
    else if (!math.loaded()) math.load();
  }
}

const closes = (line, fence) => new RegExp(`^ {0,3}${fence[0]}{${fence.length},}[ \\t]*\\r?$`).test(line);
const letters = (nodes) => nodes.reduce((sum, node) => sum + (node ? node.textContent.replace(/\s+/g, '').length : 0), 0);

function lines(text) {
  let count = text.endsWith('\n') || !text ? 0 : 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function lineAt(text, line) {
  let at = 0;
  for (let i = 0; i < line; i++) at = text.indexOf('\n', at) + 1;
  return at;
}
