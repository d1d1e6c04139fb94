// Code and tables of an answer: the frame with language and copy button, colours by highlight.js, and what the
// buttons do. Colours come when a block is whole; while it grows, in steps of a quarter of its length.

import DOMPurify from './vendor/dompurify/purify.es.mjs';
import hljs from './vendor/highlight/highlight.min.js';
import { copyFrom } from './dom.js';
import { icon } from './icons.js';
import { morphChildren } from './morph.js';
import { t } from './words.js';

const LONGEST_COLOURED = 40_000;
const LONGEST_GROWING = 12_000;
const COLOURS = { ALLOWED_TAGS: ['span'], ALLOWED_ATTR: ['class'], RETURN_DOM_FRAGMENT: true };

export function colours(code, language) {
  if (!language || code.length > LONGEST_COLOURED || !hljs.getLanguage(language)) return '';
  try {
    return hljs.highlight(code, { language, ignoreIllegals: true }).value;
  } catch {
    return '';
  }
}

/** Rules of markdown-it: how code and tables are written. */
export function codeRules(md) {
  const escape = md.utils.escapeHtml;
  const frame = (code, info, growing) => {
    const language = /^[\w+#.-]{1,32}/.exec(info.trim())?.[0] ?? '';
    const inner = (growing ? '' : colours(code, language.toLowerCase())) || escape(code);
    const label = language ? `<span class="vn-lang">${escape(language)}</span>` : '';
    const look = language.toLowerCase() === 'mermaid' ? 'vn-code vn-mermaid' : 'vn-code'; // diagrams.js
    return `<div class="${look}" dir="ltr"><div class="vn-code-head">${label}</div><pre tabindex="0"><code>${inner}</code></pre></div>`;
  };
  md.renderer.rules.fence = (tokens, i, options, env) => frame(tokens[i].content, tokens[i].info, tokens[i] === env.growing);
  md.renderer.rules.code_block = (tokens, i) => frame(tokens[i].content, '', false);
  md.renderer.rules.code_inline = (tokens, i) => `<code dir="ltr">${escape(tokens[i].content)}</code>`;
  md.renderer.rules.table_open = () => `<div class="vn-table"><div class="vn-table-scroll" tabindex="0"><table>\n`;
  md.renderer.rules.table_close = () => '</table></div></div>\n';
}

/** Gives the frames of a fresh tree their buttons. */
export function addButtons(root) {
  for (const head of root.querySelectorAll('.vn-code-head')) head.append(copyButton('code', t('copy.code')));
  for (const table of root.querySelectorAll('.vn-table')) {
    table.append(copyButton('table', t('copy.table')));
    table.firstChild.setAttribute('role', 'region');
    table.firstChild.setAttribute('aria-label', t('table'));
  }
}

function copyButton(what, label) {
  const node = document.createElement('button');
  node.type = 'button';
  node.className = 'vn-icon vn-copy';
  node.dataset.copy = what;
  node.title = label;
  node.setAttribute('aria-label', label);
  node.append(icon('copy'));
  return node;
}

/** One listener for all of them: blocks are redrawn while they grow. */
export function copyOnClick(root) {
  root.addEventListener('click', (event) => {
    const pressed = event.target.closest('[data-copy]');
    if (!pressed || !root.contains(pressed)) return;
    if (pressed.dataset.copy === 'code') copyFrom(pressed, pressed.closest('.vn-code').querySelector('code').textContent);
    else {
      const table = pressed.closest('.vn-table').querySelector('table');
      copyFrom(pressed, tabbed(table), table.outerHTML);
    }
  });
}

const tabbed = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join('\t')).join('\n');

/** The open code block at the end of an answer: words are appended, nothing is parsed again. */
export class GrowingCode {
  constructor(node, content, info) {
    this.node = node;
    this.language = /^[\w+#.-]{1,32}/.exec(info.trim())?.[0].toLowerCase() ?? '';
    this.content = content;
    this.coloured = 0;
    this.coloured_until = 0;
    this.set(content);
  }

  set(content) {
    this.content = content;
    const due = content.length > Math.max(80, this.coloured * 1.25) && content.length < LONGEST_GROWING;
    if (due) {
      const whole = content.lastIndexOf('\n') + 1;
      const html = colours(content.slice(0, whole), this.language);
      this.coloured = content.length;
      if (html) {
        this.node.replaceChildren(DOMPurify.sanitize(html, COLOURS));
        this.node.append(document.createTextNode(content.slice(whole)));
        this.coloured_until = whole;
        return;
      }
    }
    const rest = content.slice(this.coloured_until);
    const tail = this.node.lastChild;
    if (tail?.nodeType === Node.TEXT_NODE && this.tailIsOurs(tail, rest)) {
      if (rest.length > tail.data.length) tail.appendData(rest.slice(tail.data.length));
    } else if (this.coloured_until) this.node.append(document.createTextNode(rest));
    else this.node.textContent = content;
  }

  /** Nothing more comes: all of it in its colours. */
  end(content) {
    const html = colours(content, this.language);
    const whole = html ? DOMPurify.sanitize(html, COLOURS) : document.createDocumentFragment();
    if (!html) whole.append(content);
    morphChildren(this.node, whole, 0);
  }

  tailIsOurs(tail, rest) {
    return this.coloured_until ? tail === this.node.lastChild && rest.startsWith(tail.data) : this.node.childNodes.length === 1 && rest.startsWith(tail.data);
  }
}
