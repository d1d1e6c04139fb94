// The one entry of the component: mounts a view into the element that the page gives, and hands on changes.
// Each view is a function (root, act) → {update(data), stop()}.

import { composer } from './composer.js';
import * as diagrams from './diagrams.js';
import { exchange } from './exchange.js';
import { history } from './history.js';
import { library } from './library.js';
import * as live from './live.js';
import { thread } from './thread.js';
import { title } from './title.js';
import { warm } from './warm.js';
import { load } from './words.js';

const VIEWS = { thread, exchange, history, library, composer, title, warm: () => ({ update() {}, stop() {} }) };
const mounted = new WeakMap(); // root → {view, shown, act}

function style(name) {
  const href = new URL(name, import.meta.url).href;
  if (document.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
}
['answer.css', 'cards.css', 'library.css'].forEach(style);

export default function ({ data: [data], parentElement, setTriggerValue }) {
  const root = parentElement.querySelector('.vn') ?? parentElement;
  live.start(data.base);
  diagrams.start(data.base);
  let one = mounted.get(root);
  if (!one || one.name !== data.view || (one.lang && one.lang !== data.lang)) {
    one?.shown?.stop();
    if (one) root.replaceChildren(); // another view, or the same one in another language
    one = { name: data.view, shown: null, press: null, data };
    mounted.set(root, one);
    const act = (what) => one.press?.('act', what);
    load(data.base, data.lang).then(() => {
      if (mounted.get(root) !== one) return;
      one.lang = data.lang;
      one.shown = VIEWS[data.view]?.(root, act) ?? null;
      one.shown?.update(one.data);
    });
  } else if (one.shown) {
    one.shown.update(data);
  }
  one.press = setTriggerValue;
  one.data = data;
  if (data.view === 'thread') warm();
  return () => {
    mounted.delete(root);
    one.shown?.stop();
  };
}
