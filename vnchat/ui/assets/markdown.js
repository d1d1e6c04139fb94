// Markdown to nodes: the one place where text from outside becomes HTML, and the one sanitiser.
// Raw HTML is off, links and pictures follow outside.js, and DOMPurify lets only the tags below through.
// How an answer grows is answer.js; how its half-written end is shown is heal.js.

import markdownit from './vendor/markdown-it/markdown-it.esm.min.mjs';
import DOMPurify from './vendor/dompurify/purify.es.mjs';
import { addButtons, codeRules } from './code.js';
import { healInline } from './heal.js';
import { mathRules } from './math.js';
import { hostRule, outsideRules } from './outside.js';
import { t } from './words.js';

const PURE = {
  ALLOWED_TAGS: 'a b bdi blockquote br code del div em h1 h2 h3 h4 h5 h6 hr img li ol p pre s span strong table tbody td th thead tr ul'.split(' '),
  ALLOWED_ATTR: 'alt aria-label class data-tex dir hidden href rel role src start style tabindex target title'.split(' '),
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpe?g|webp|gif);base64,)/i,
  ADD_URI_SAFE_ATTR: 'aria-label data-tex dir hidden rel start tabindex target'.split(' '), // the pattern above is for addresses only
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
};
const ALIGNS = /^text-align:\s*(left|right|center)$/;
const OWN_DIRECTION = new Set(['paragraph_open', 'heading_open', 'blockquote_open', 'list_item_open', 'td_open', 'th_open', 'bullet_list_open', 'ordered_list_open']);

const md = markdownit({ html: false, linkify: true, breaks: true, typographer: false, maxNesting: 60 });
mathRules(md);
codeRules(md);
outsideRules(md);
md.renderer.rules.true_host = hostRule(md.utils.escapeHtml);
md.renderer.rules.task = (tokens, i) => task(tokens[i].meta.done);

// Before the words are read: those at the growing end are healed.
md.core.ruler.at('inline', (state) => {
  const end = state.env.healing ? lastWords(state.tokens) : null;
  for (const token of state.tokens) {
    if (token.type !== 'inline') continue;
    if (token === end) {
      token.content = healInline(token.content);
      token.meta = { open: true };
    }
    state.env.open = token === end;
    md.inline.parse(token.content, md, state.env, token.children);
  }
  state.env.open = false;
});

// "[this][a]" whose definition has not come yet: only the label, as it will be once it has. The end is drawn anew.
md.inline.ruler.after('link', 'reference_guess', (state, silent) => {
  if (!state.env.healing || /[\p{L}\p{N}\])]/u.test(state.src[state.pos - 1] ?? '')) return false;
  const found = /^\[([^[\]\n]*\p{L}[^[\]\n]*)\]\[[^[\]\n]{0,80}\]/u.exec(state.src.slice(state.pos, state.pos + 400));
  if (!found) return false;
  if (!silent) state.push('text', '', 0).content = found[1];
  state.pos += found[0].length;
  state.env.guessed = true;
  return true;
});

// Emphasis that has begun but not ended reaches to the end of what has come.
md.inline.ruler2.before('fragments_join', 'heal', (state) => {
  if (!state.env.open) return;
  const begun = openers(state.delimiters);
  const closers = [];
  for (let i = 0; i < begun.length; i++) {
    const { token, marker } = begun[i];
    const double = begun[i + 1]?.token === token + 1 && begun[i + 1].marker === marker && marker !== 0x7e;
    const tag = marker === 0x7e ? 's' : double ? 'strong' : 'em';
    begins(state.tokens[token], tag);
    if (double) state.tokens[token + 1].content = '';
    if (double) i++;
    closers.unshift(tag);
  }
  for (const tag of closers) state.push(`${tag}_close`, tag, -1);
});

function begins(token, tag) {
  token.type = `${tag}_open`;
  token.tag = tag;
  token.nesting = 1;
  token.content = '';
}

const MOST_OPEN = 12; // nobody opens more; a row of stars is a row of stars

// The marks that have begun something at the top: not those within a pair that is whole.
function openers(delimiters) {
  const found = [];
  let end = -1;
  delimiters.forEach((one, i) => {
    if (one.end > end) end = one.end;
    if (one.open && one.end < 0 && i > end) found.push(one);
  });
  return found.length > MOST_OPEN ? [] : found;
}

function lastWords(tokens) {
  const top = tokens.findLastIndex((token) => token.level === 0 && token.nesting >= 0);
  if (top >= 0 && ['fence', 'code_block', 'math_block', 'math_hold', 'hr'].includes(tokens[top].type)) return null;
  for (let i = tokens.length - 1; i >= top; i--) {
    if (tokens[i]?.type === 'inline' && tokens[i].content) return tokens[i];
    if (['fence', 'code_block', 'math_block', 'math_hold'].includes(tokens[i]?.type)) return null;
  }
  return null;
}

md.core.ruler.push('blocks', (state) => {
  const { tokens } = state;
  for (let i = 0; i < tokens.length; i++) {
    if (OWN_DIRECTION.has(tokens[i].type)) tokens[i].attrs = [['dir', 'auto'], ...(tokens[i].attrs ?? [])];
    if (tokens[i].type === 'inline' && tokens[i - 2]?.type === 'list_item_open') tick(tokens[i - 2], tokens[i], state.Token);
  }
});

// "- [ ] milk" and "- [x] bread"
function tick(item, inline, Token) {
  const first = inline.children[0];
  const found = first?.type === 'text' && /^\[([ xX])\](?: |$)/.exec(first.content);
  if (!found) return;
  first.content = first.content.slice(found[0].length);
  const mark = new Token('task', '', 0);
  mark.meta = { done: found[1] !== ' ' };
  inline.children.unshift(mark);
  item.attrJoin('class', 'vn-task');
}

const task = (done) => `<span class="vn-tick${done ? ' vn-ticked' : ''}" role="img" aria-label="${md.utils.escapeHtml(t(done ? 'task.done' : 'task.open'))}"></span>`;

// Chinese, Japanese and Korean set no spaces around **emphasis**: next to their letters a mark of punctuation
// does not keep it from beginning or ending.
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff00-\uffef]/u;
const InlineState = md.inline.State;
const plainScan = InlineState.prototype.scanDelims;
InlineState.prototype.scanDelims = function (start, canSplitWord) {
  const found = plainScan.call(this, start, canSplitWord);
  if (this.src.charCodeAt(start) === 0x5f) return found;
  const before = start > 0 ? this.src[start - 1] : ' ';
  const after = this.src[start + found.length] ?? ' ';
  if (!/\s/.test(after) && WIDE.test(before)) found.can_open = true;
  if (!/\s/.test(before) && WIDE.test(after)) found.can_close = true;
  return found;
};

/** The tokens of a text. `healing`: it is still growing. `env.references` is kept between the parts of one answer. */
export const parse = (text, env) => md.parse(text, env);

/** Tokens to a list of sanitised top-level nodes, one for each block. */
export function draw(tokens, env) {
  const html = md.renderer.render(tokens, md.options, env);
  const tree = DOMPurify.sanitize(html, PURE);
  for (const node of tree.querySelectorAll('[style]')) if (!ALIGNS.test(node.getAttribute('style'))) node.removeAttribute('style');
  addButtons(tree);
  return [...tree.childNodes].filter((node) => node.nodeType === Node.ELEMENT_NODE);
}

/** The places of the blocks at the top level among the tokens. */
export const blocks = (tokens) => tokens.flatMap((token, i) => (token.level === 0 && token.nesting >= 0 ? [i] : []));
