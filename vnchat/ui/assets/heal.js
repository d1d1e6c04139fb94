// Half-written Markdown, made whole for the eye. Pure: strings in, strings out.
//
// While an answer grows, its end is ambiguous: "**bo" may become bold, "- " an item, "[a](" a link. What is shown
// is the least that any ending would show, so no frame takes back what an earlier one showed. Nothing here is used
// for a finished answer. `answer.js` calls it; a guard there catches the rare rest.

import { formulaAt } from './math.js';

const CONTAINER = /^(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])[ \t])*/;
const MARKERS_ONLY = /^(?:[-+*_=~`#|:>\s]*|\d{1,9}[.)]?|\[[ xX]?\]?)$/;
const FENCE = /^(`{3,}|~{3,})/;
const OPENING_FENCE = /^(?:`{3,}[^`]*|~{3,}.*)$/;
const DEFINITION = /^\[[^\]\n]{0,80}(?:\](?::\s*\S*)?)?$/;
const BRACKET_LIMIT = 300;

const structure = (line) => line.slice(CONTAINER.exec(line)[0].length);

/** The fence that is open at the end of `text` ("```", "~~~~"), or "". */
export function openFence(text) {
  let open = '';
  for (let at = 0; at <= text.length; ) {
    let end = text.indexOf('\n', at);
    if (end < 0) end = text.length;
    const found = FENCE.exec(structure(text.slice(at, end)));
    if (found) {
      const rest = structure(text.slice(at, end)).slice(found[1].length);
      if (!open) {
        if (found[1][0] === '~' || !rest.includes('`')) open = found[1];
      } else if (found[1][0] === open[0] && found[1].length >= open.length && !rest.trim()) open = '';
    }
    at = end + 1;
  }
  return open;
}

/**
 * The text without the markers at its end that could still become anything; a table's head made whole.
 * `guessed`: its last block may turn out to be no block of its own.
 */
export function healLines(text) {
  const at = text.lastIndexOf('\n') + 1;
  const last = text.slice(at);
  const before = text.slice(0, at);
  const fence = openFence(before);
  if (fence) return plainly([...last.trim()].every((c) => c === fence[0]) ? before : text);
  const words = structure(last);
  if (MARKERS_ONLY.test(words) || OPENING_FENCE.test(words)) return healTable(before);
  if (DEFINITION.test(words)) return plainly(before);
  return healTable(text);
}

/** "| a | b" alone will be a table's head: give it the line that makes it one. */
function healTable(text) {
  const lines = text.slice(-4000).split('\n');
  const complete = lines.at(-1) === '';
  if (complete) lines.pop();
  const head = lines.at(-1) ?? '';
  if (!isRow(head) || isRow(lines.at(-2) ?? '')) return plainly(text);
  return { text: `${text}${complete ? '' : '\n'}|${'---|'.repeat(cells(head))}`, guessed: true };
}

const plainly = (text) => ({ text, guessed: false });
const isRow = (line) => /^ {0,3}\|/.test(line);

function cells(row) {
  const inner = row.trim().replace(/^\|/, '').replace(/(^|[^\\])\|$/, '$1');
  let count = 1;
  for (let i = 0; i < inner.length; i++) {
    if (inner[i] === '\\') i++;
    else if (inner[i] === '|') count++;
  }
  return count;
}

/** The words of the open paragraph, cell or item with what is half-written left out or closed. */
export function healInline(src) {
  let s = src;
  const open = []; // the brackets that wait for their end
  for (let i = 0; i < s.length; i++) {
    const c = s[i];
    if (c === '\\' || c === '$') {
      const formula = formulaAt(s, i);
      if (formula === 'open') return close(s.slice(0, i), open);
      if (formula) i = formula.end - 1;
      else if (c === '\\') {
        if (i + 1 === s.length) return close(s.slice(0, i), open);
        i++;
      }
    } else if (c === '`') {
      const run = /^`+/.exec(s.slice(i))[0];
      const end = closingRun(s, i + run.length, run);
      if (end < 0) {
        const inside = s.slice(i + run.length).replace(/`+$/, '');
        const whole = inside.trim() ? s.slice(0, i + run.length) + inside + (inside.endsWith('`') ? ' ' : '') + run : s.slice(0, i);
        return brackets(whole, open);
      }
      i = end - 1;
    } else if (c === '<') {
      const rest = s.slice(i + 1);
      const whole = /^[a-z][a-z0-9+.-]*:[^\s<>]*>/i.exec(rest);
      if (whole) i += whole[0].length;
      else if (/^(?:[a-z][a-z0-9+.-]*(?::[^\s<>]*)?)?$/i.test(rest)) return close(s.slice(0, i) + rest, open);
    } else if (c === '!' && s[i + 1] === '[') {
      open.push({ at: ++i, picture: true });
    } else if (c === '[') {
      open.push({ at: i, picture: false });
    } else if (c === ']' && open.length) {
      const begin = open.pop();
      const end = linkEnd(s, i + 1);
      if (end > 0) i = end - 1;
      else if (end === 0) {
        // "](http://half": only the label is shown, a picture not at all.
        s = begin.picture ? s.slice(0, begin.at - 1) : s.slice(0, begin.at) + s.slice(begin.at + 1, i);
        return close(s, open);
      }
    }
  }
  return close(s, open);
}

function closingRun(s, from, run) {
  for (let i = from; i < s.length; ) {
    if (s[i] !== '`') {
      i++;
      continue;
    }
    let end = i;
    while (s[end] === '`') end++;
    // A run at the very end may still grow.
    if (end - i === run.length && end < s.length) return end;
    i = end;
  }
  return -1;
}

/** What follows a "]": the end of the link's address, 0 if it is half-written, -1 if there is none. */
function linkEnd(s, at) {
  if (at >= s.length) return 0;
  if (s[at] === '[') return s.indexOf(']', at) + 1;
  if (s[at] !== '(') return -1;
  let depth = 0;
  let quote = '';
  for (let i = at; i < s.length; i++) {
    const c = s[i];
    if (c === '\\') i++;
    else if (quote) quote = c === quote ? '' : quote;
    else if ((c === '"' || c === "'") && /\s/.test(s[i - 1])) quote = c;
    else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i + 1;
    else if (c === '\n' && s[i + 1] === '\n') return -1;
  }
  return s.length - at < LONGEST_ADDRESS ? 0 : -1;
}

const LONGEST_ADDRESS = 4_000_000; // a picture in the text is one long address

function close(s, open) {
  // An entity, a link or an emphasis that has only begun.
  return brackets(s.replace(/&#?\w{0,12}$/, '').replace(/[*_~`]+$/, ''), open);
}

function brackets(s, open) {
  let out = s;
  for (const { at, picture } of open.reverse()) {
    if (at >= out.length) {
      if (picture && out.endsWith('!')) out = out.slice(0, -1);
    } else if (picture) out = out.slice(0, at - 1);
    else if (out.length - at < BRACKET_LIMIT) out = out.slice(0, at) + out.slice(at + 1);
  }
  return out;
}
