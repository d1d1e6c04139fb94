// Formulas: where one begins and ends in Markdown (two rules for markdown-it), and drawing it with KaTeX,
// which is loaded only when the first formula is seen. KaTeX may not link, load or grow without end.

import DOMPurify from './vendor/dompurify/purify.es.mjs';

export const LONGEST = 2000; // characters of one formula; a longer one stays text

const OPTIONS = { throwOnError: false, trust: false, strict: 'ignore', maxSize: 20, maxExpand: 200, errorColor: 'currentColor' };
const PURE = { ADD_TAGS: ['semantics', 'annotation'], ADD_ATTR: ['encoding'], RETURN_DOM_FRAGMENT: true };

let katex = null;
let loading = null;
const drawn = new Map(); // display + source → template

/**
 * The end of the formula that begins at `at`: {inner, end, display}, 'open' if it has no end yet, null if it is none.
 * "$5 and $6" is money: a dollar before a space or after a digit does not enclose, and prose with digits is not a formula.
 */
export function formulaAt(src, at) {
  if (src[at] === '\\') {
    const close = src[at + 1] === '(' ? '\\)' : src[at + 1] === '[' ? '\\]' : '';
    return close ? enclosed(src, at, 2, close, close === '\\]') : null;
  }
  if (src[at] !== '$') return null;
  if (src[at + 1] === '$') return enclosed(src, at, 2, '$$', true);
  if (at + 1 >= src.length) return 'open';
  if (/\s/.test(src[at + 1]) || (at > 0 && /[\p{L}\p{N}]/u.test(src[at - 1]))) return null;
  for (let i = at + 1; i < src.length && i - at <= LONGEST; i++) {
    if (src[i] === '\\') i++;
    else if (src[i] === '$') {
      if (/\s/.test(src[i - 1]) || /\d/.test(src[i + 1] || '')) return null;
      const inner = src.slice(at + 1, i);
      return mathematical(inner) ? { inner, end: i + 1, display: false } : null;
    }
  }
  const rest = src.slice(at + 1);
  return rest.length < 400 && (!/^\d/.test(rest) || mathematical(rest)) ? 'open' : null;
}

function enclosed(src, at, skip, close, display) {
  const end = src.indexOf(close, at + skip);
  if (end < 0) return src.length - at < LONGEST ? 'open' : null;
  const inner = src.slice(at + skip, end);
  return inner.trim() && inner.length <= LONGEST ? { inner, end: end + 2, display } : null;
}

const mathematical = (inner) => !/^[\d.,]+\s/.test(inner) || /[\\^_=+{}<>*/|-]/.test(inner);

/** Teaches markdown-it the two kinds of formulas. */
export function mathRules(md) {
  md.inline.ruler.before('escape', 'math', (state, silent) => {
    const found = formulaAt(state.src, state.pos);
    if (!found || found === 'open' || found.end > state.posMax) return false;
    if (!silent) {
      const token = state.push('math', 'span', 0);
      token.content = found.inner;
      token.meta = { display: found.display };
    }
    state.pos = found.end;
    return true;
  });
  md.block.ruler.before('fence', 'math_block', blockRule, { alt: ['paragraph', 'reference', 'blockquote', 'list'] });
  const draw = (tokens, i, options, env) => placeholder(md, tokens[i], env);
  md.renderer.rules.math = draw;
  md.renderer.rules.math_block = draw;
  md.renderer.rules.math_hold = () => '<p hidden></p>';
}

function blockRule(state, first, last, silent) {
  const start = state.bMarks[first] + state.tShift[first];
  if (state.sCount[first] - state.blkIndent >= 4) return false;
  const opener = state.src.slice(start, start + 2);
  if (opener !== '$$' && opener !== '\\[') return false;
  const closer = opener === '$$' ? '$$' : '\\]';
  const lines = [];
  for (let line = first; line < last; line++) {
    if (line > first && (state.isEmpty(line) || state.sCount[line] < state.blkIndent)) break;
    let text = state.src.slice(state.bMarks[line] + state.tShift[line], state.eMarks[line]).trimEnd();
    if (line === first) text = text.slice(2);
    const end = text.indexOf(closer);
    if (end >= 0 && end + 2 < text.length) return false; // words after it: a formula within a paragraph
    lines.push(end >= 0 ? text.slice(0, end) : text);
    if (end >= 0) {
      const inner = lines.join('\n').trim();
      if (!inner || inner.length > LONGEST) return false;
      if (!silent) push(state, 'math_block', inner, first, line + 1);
      return true;
    }
    // Half-written, and the end of what has come: nothing is shown until it is whole.
    if (line === last - 1 && state.env.healing && lines.join('').length < LONGEST) {
      if (!silent) push(state, 'math_hold', '', first, last);
      return true;
    }
  }
  return false;
}

function push(state, type, inner, first, end) {
  state.line = end;
  const token = state.push(type, 'div', 0);
  token.block = true;
  token.content = inner;
  token.meta = { display: true };
  token.map = [first, end];
}

function placeholder(md, token) {
  const tag = token.type === 'math_block' ? 'div' : 'span';
  const text = md.utils.escapeHtml(token.content);
  const look = token.meta.display ? 'vn-math vn-math-display' : 'vn-math';
  return `<${tag} class="${look}" data-tex="${text}">${text}</${tag}>`;
}

export const mayHold = (text) => text.includes('$') || text.includes('\\(') || text.includes('\\[');

export function load() {
  loading ??= (async () => {
    style();
    const global = await import('./vendor/katex/katex.min.js');
    katex = global.renderToString ? global : globalThis.katex;
  })().catch(() => {
    loading = null;
  });
  return loading;
}

export const loaded = () => katex !== null;

// The sheet is asked for beside the page's own, from the same place as this file.
function style() {
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = new URL('./vendor/katex/katex.min.css', import.meta.url).href;
  document.head.append(link);
}

/** Draws the formulas of a tree whose source is still words. True if some must wait for KaTeX. */
export function fill(root) {
  const open = root.querySelectorAll('[data-tex]:not([data-drawn])');
  if (!open.length) return false;
  if (!katex) return true;
  for (const node of open) {
    const display = node.classList.contains('vn-math-display');
    const key = `${display}${node.dataset.tex}`;
    if (!drawn.has(key)) drawn.set(key, render(node.dataset.tex, display));
    node.replaceChildren(drawn.get(key).cloneNode(true));
    node.dataset.drawn = '';
  }
  return false;
}

function render(tex, display) {
  try {
    return DOMPurify.sanitize(katex.renderToString(tex, { ...OPTIONS, displayMode: display }), PURE);
  } catch {
    return document.createTextNode(tex);
  }
}
