// What in an answer points outside: links and pictures. A link is http, https or mailto, opens in a tab of its
// own and knows nothing of us; a picture elsewhere is a card with its true host, never loaded; a picture inside
// the text (data:) is drawn if it really begins like one of four formats.

import { t } from './words.js';

const SCHEME = /^(?:https?:\/\/|mailto:)/i;
const DATA = /^data:image\/(png|jpeg|jpg|webp|gif);base64,([A-Za-z0-9+/]+={0,2})$/i;
const BEGINS = { png: /^iVBORw0KGgo/, jpeg: /^\/9j\//, jpg: /^\/9j\//, webp: /^UklGR/, gif: /^R0lGOD/ };

export const linkable = (href) => SCHEME.test(href) && address(href) !== null;

export function inlinePicture(href) {
  const found = DATA.exec(href);
  return found !== null && BEGINS[found[1].toLowerCase()].test(found[2]);
}

export function address(href) {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}

/** Where a link really leads, in the letters of the wire (a look-alike name shows as xn--…). */
export const trueHost = (href) => address(href)?.host ?? '';

/** Does the label speak of another host than the one it leads to, or one in letters that may deceive? */
export function deceives(label, href) {
  const host = trueHost(href);
  if (!host) return false;
  if (host.includes('xn--')) return true;
  const named = /(?:https?:\/\/)?([\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)/u.exec(label);
  if (!named || !/\.\p{L}{2,}$/u.test(named[1])) return false;
  const said = named[1].toLowerCase().replace(/^www\./, '');
  return host.replace(/^www\./, '').split(':')[0] !== said && /^(?:https?:\/\/|www\.)|\.(?:com|org|net|io|cn|ai|dev|gov|edu)$/i.test(label.trim());
}

/** Rules of markdown-it: what is linked, and how links and pictures are written. */
export function outsideRules(md) {
  md.validateLink = (href) => linkable(href) || inlinePicture(href);
  md.normalizeLinkText = (text) => text; // never from xn--… to letters that look like others
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.linkify.add('ftp:', null).add('//', null);
  md.core.ruler.push('outside', (state) => {
    for (const token of state.tokens) if (token.type === 'inline') token.children = links(token.children, token.meta?.open, state.Token);
  });
  const escape = md.utils.escapeHtml;
  md.renderer.rules.image = (tokens, i) => picture(tokens[i], escape);
}

function links(children, open, Token) {
  const out = [];
  for (let i = 0; i < children.length; i++) {
    const token = children[i];
    if (token.type !== 'link_open') {
      out.push(token);
      continue;
    }
    const end = children.findIndex((one, at) => at > i && one.type === 'link_close');
    const inside = children.slice(i + 1, end);
    const label = inside.map((one) => one.content).join('');
    const href = token.attrGet('href') ?? '';
    // A bare address at the very end may still grow; a picture has its own button.
    const growing = open && token.markup === 'linkify' && end === children.length - 1;
    const drawn = inside.some((one) => one.type === 'image');
    if (growing || drawn || !linkable(href)) out.push(...inside);
    else {
      token.attrSet('target', '_blank');
      token.attrSet('rel', 'noopener noreferrer');
      token.attrSet('dir', 'auto');
      out.push(token, ...inside, children[end]);
      if (deceives(label, href)) out.push(hostNote(href, Token));
    }
    i = end;
  }
  return out;
}

function hostNote(href, Token) {
  const note = new Token('true_host', '', 0);
  note.content = trueHost(href);
  return note;
}

function picture(token, escape) {
  const src = token.attrGet('src') ?? '';
  const alt = escape(token.content);
  if (inlinePicture(src)) return `<img class="vn-inline" src="${escape(src)}" alt="${alt}">`;
  const host = escape(trueHost(src));
  return (
    `<span class="vn-outside" dir="auto"><span class="vn-outside-what">${alt || escape(t('outside.picture'))}</span> ` +
    `<bdi class="vn-host">${host}</bdi> ` +
    `<a class="vn-load" href="${escape(src)}" target="_blank" rel="noopener noreferrer" title="${escape(t('outside.why'))}">${escape(t('outside.load'))}</a></span>`
  );
}

export const hostRule = (escape) => (tokens, i) => ` <bdi class="vn-host">(${escape(tokens[i].content)})</bdi>`;
