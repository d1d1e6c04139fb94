// Mermaid diagrams of finished answers: each becomes a picture when it comes into sight, its code stays one press away.
// Drawing is done by diagram/frame.js in a frame without an origin, made for the first diagram and thrown away when
// it hangs. What cannot be drawn stays code, with a sentence.

import { el, iconButton } from './dom.js';
import { icon } from './icons.js';
import { t } from './words.js';

const LONGEST = 20_000; // characters of one diagram
const LARGEST = 2_000_000; // characters of its picture
const SECONDS = 10;
const LOADING_SECONDS = 40; // Mermaid itself, over a slow line
const KEPT = 60;
const SMALLEST = 0.55; // of its own size

let base = '';
let frame = null; // {node, ready}
let count = 0;
const waiting = new Map(); // id → resolve
const drawn = new Map(); // theme and text → promise of {svg, width, height} or {fault}
let turn = Promise.resolve();

export const start = (at) => {
  base = at ?? '';
};

const seen = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      if (!isIntersecting) continue;
      seen.unobserve(target);
      show(target);
    }
  },
  { rootMargin: '300px' },
);

/** The finished blocks below this node. */
export function watch(root) {
  for (const block of root.querySelectorAll('.vn-mermaid')) seen.observe(block);
}

async function show(block) {
  const text = block.querySelector('code').textContent;
  const dark = isDark(block);
  block.dataset.dark = dark;
  const told = text.length > LONGEST ? { fault: 'long' } : await picture(text, dark);
  if (!block.isConnected || block.dataset.dark !== String(dark)) return;
  if (told.fault) sorry(block, told.fault);
  else place(block, told);
}

function place(block, { svg, width, height }) {
  const old = block.querySelector('.vn-diagram');
  const image = el('img', { width: Math.ceil(width), height: Math.ceil(height), alt: t('diagram') });
  image.style.minWidth = `${Math.ceil(width * SMALLEST)}px`; // smaller nobody could read it: then it is moved
  image.addEventListener('error', () => sorry(block, 'broken'));
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  if (old) {
    old.replaceChildren(image);
    return;
  }
  const figure = el('div', { class: 'vn-diagram', tabindex: '0', role: 'region', 'aria-label': t('diagram') }, image);
  const toggle = iconButton('raw', t('diagram.code'), () => turnTo(block, block.querySelector('pre').hidden), { 'data-toggle': '', 'aria-pressed': 'false' });
  block.querySelector('.vn-copy').before(toggle);
  block.querySelector('pre').before(figure);
  turnTo(block, false);
}

function turnTo(block, code) {
  const toggle = block.querySelector('[data-toggle]');
  const label = t(code ? 'diagram.picture' : 'diagram.code');
  block.querySelector('pre').hidden = !code;
  block.querySelector('.vn-diagram').hidden = code;
  toggle.replaceChildren(icon(code ? 'image' : 'raw'));
  toggle.title = label;
  toggle.setAttribute('aria-label', label);
}

function sorry(block, why) {
  block.querySelector('.vn-diagram')?.remove();
  block.querySelector('[data-toggle]')?.remove();
  block.querySelector('pre').hidden = false;
  if (block.querySelector('.vn-diagram-fault')) return;
  const sentence = why === 'long' || why === 'slow' ? t(`diagram.${why}`) : t('diagram.fault');
  block.append(el('p', { class: 'vn-diagram-fault vn-fine', text: sentence, title: why.slice(0, 300) }));
}

function picture(text, dark) {
  const key = `${dark}\n${text}`;
  if (!drawn.has(key)) {
    if (drawn.size >= KEPT) drawn.delete(drawn.keys().next().value);
    const one = turn.then(() => ask(text, dark));
    turn = one;
    drawn.set(key, one);
    one.then((told) => told.fault === 'away' && drawn.delete(key));
  }
  return drawn.get(key);
}

async function ask(text, dark) {
  frame ??= open();
  const { node, ready } = frame;
  if (!(await within(ready, LOADING_SECONDS))) {
    close();
    return { fault: 'away' };
  }
  const id = ++count;
  const answer = new Promise((resolve) => waiting.set(id, resolve));
  node.contentWindow.postMessage({ id, text, dark }, '*');
  const told = await within(answer, SECONDS);
  waiting.delete(id);
  if (!told) close(); // and with it what it is still doing
  if (!told) return { fault: 'slow' };
  if (typeof told.fault === 'string') return { fault: told.fault || 'fault' };
  if (typeof told.svg !== 'string' || told.svg.length > LARGEST || !(told.width > 0) || !(told.height > 0)) return { fault: 'long' };
  return { svg: told.svg, width: told.width, height: told.height };
}

const within = (promise, seconds) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, seconds * 1000, null))]);

function open() {
  const node = el('iframe', { class: 'vn-diagram-frame', sandbox: 'allow-scripts', tabindex: '-1', 'aria-hidden': 'true', title: t('diagram'), src: `${base}/vnchat/diagram/` });
  const ready = new Promise((resolve) => {
    const hear = ({ data, source }) => {
      if (!node.isConnected) removeEventListener('message', hear);
      if (source !== node.contentWindow || !data) return;
      if (data.ready) resolve(true);
      else waiting.get(data.id)?.(data);
    };
    addEventListener('message', hear);
  });
  document.body.append(node);
  return { node, ready };
}

function close() {
  frame?.node.remove();
  frame = null;
}

function isDark(node) {
  const [r, g, b] = (getComputedStyle(node).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
  return 0.3 * r + 0.6 * g + 0.1 * b > 140; // its letters are light
}

// Another theme, by the system or by the page's menu: what is drawn is drawn anew.
let due = 0;
function themeMayDiffer() {
  clearTimeout(due);
  due = setTimeout(() => {
    for (const block of document.querySelectorAll('.vn-mermaid[data-dark]')) if (block.dataset.dark !== String(isDark(block))) show(block);
  }, 150);
}
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', themeMayDiffer);
new MutationObserver(themeMayDiffer).observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'style', 'data-theme'] });
