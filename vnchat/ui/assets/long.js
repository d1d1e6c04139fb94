// One block that is long by itself, a list of hundreds of items or a table of hundreds of rows: its finished items are
// drawn once too, and only the last ones parsed again. What does not fit this is drawn as a whole by answer.js.

import { blockAt, morphChildren } from './morph.js';

const MANY = 12; // items from which it is worth it
const KEPT = 2; // items at the end that stay open

export class LongBlock {
  /** From the tokens of a tail that is one list or table; null if it is not, or still short. */
  static of(tokens, tail, lineAt) {
    const { type } = tokens[0] ?? {};
    const table = type === 'table_open';
    if (!table && type !== 'bullet_list_open' && type !== 'ordered_list_open') return null;
    const items = itemsOf(tokens, table);
    if (items.length < MANY) return null;
    const at = lineAt(tail, items[items.length - KEPT].map[0]);
    const one = new LongBlock();
    one.type = type;
    one.markup = tokens[0].markup;
    one.table = table;
    one.loose = !table && looseIn(tokens).length > 0;
    one.prefix = table ? tail.slice(0, lineAt(tail, 2)) : '';
    one.source = tail.slice(0, at);
    one.count = items.length - KEPT;
    return one;
  }

  /** Lets go of more finished items. Gives the new tail. */
  grow(tokens, tail, lineAt) {
    const items = itemsOf(tokens, this.table);
    if (items.length < MANY) return tail;
    const at = lineAt(tail, items[items.length - KEPT].map[0] - this.lines);
    this.source += tail.slice(0, at);
    this.count += items.length - KEPT;
    return tail.slice(at);
  }

  /** Lines that stand before the tail when it is parsed: a table's head. */
  get lines() {
    return this.table ? 2 : 0;
  }

  /** Do the tokens go on with the same list? One that has turned loose is drawn as a whole, once. */
  fits(tokens) {
    const first = tokens[0];
    if (first?.type !== this.type || first.markup !== this.markup) return false;
    if (this.table) return true;
    const loose = looseIn(tokens).length > 0;
    if (loose && !this.loose) return false;
    if (this.loose && !loose) for (const token of paragraphsIn(tokens)) token.hidden = false;
    return true;
  }

  /** Puts the open items behind the finished ones. */
  place(root, index, piece) {
    const old = blockAt(root, index);
    if (old.hasAttribute('start')) piece.setAttribute('start', old.getAttribute('start'));
    else piece.removeAttribute('start');
    if (piece.hasAttribute('aria-busy')) old.setAttribute('aria-busy', 'true');
    else old.removeAttribute('aria-busy');
    const rows = (node) => (this.table ? node.querySelector('tbody') : node);
    morphChildren(rows(old), rows(piece), this.count * 2); // a line's end stands before each item
  }
}

function itemsOf(tokens, table) {
  if (!table) return tokens.slice(0, endOf(tokens)).filter((token) => token.type === 'list_item_open' && token.level === 1);
  const body = tokens.findIndex((token) => token.type === 'tbody_open');
  return body < 0 ? [] : tokens.slice(body, endOf(tokens)).filter((token) => token.type === 'tr_open');
}

const endOf = (tokens) => tokens.findIndex((token, i) => i > 0 && token.level === 0) + 1;
const paragraphsIn = (tokens) => tokens.slice(0, endOf(tokens)).filter((token) => token.level === 2 && /^paragraph_/.test(token.type));
const looseIn = (tokens) => paragraphsIn(tokens).filter((token) => !token.hidden);
