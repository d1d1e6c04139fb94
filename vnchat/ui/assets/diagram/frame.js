// Draws diagrams in a frame that belongs to nobody: no origin, no cookies, no network but this script's own pieces
// (web/diagrams.py says so in its headers). A diagram's text was written by a model and is hostile input here. The page
// sends the text and gets a picture; it shows that as an <img>, in which nothing runs, loads or can be pressed.

import mermaid from './mermaid/mermaid.esm.min.mjs';

const FONT = 'ui-sans-serif, system-ui, sans-serif'; // a picture has no fonts of the page
const SETTINGS = {
  startOnLoad: false,
  securityLevel: 'strict',
  suppressErrorRendering: true,
  deterministicIds: true,
  htmlLabels: false,
  look: 'classic',
  fontFamily: FONT,
  maxTextSize: 20_000,
  maxEdges: 400,
  secure: ['secure', 'securityLevel', 'startOnLoad', 'suppressErrorRendering', 'maxTextSize', 'maxEdges', 'htmlLabels', 'theme', 'darkMode', 'themeCSS', 'fontFamily'],
};

let turn = Promise.resolve(); // one at a time: its settings are global

addEventListener('message', ({ data, source }) => {
  if (source !== parent) return;
  turn = turn.then(() => draw(data)).then((told) => parent.postMessage(told, '*'));
});

async function draw({ id, text, dark }) {
  try {
    mermaid.initialize({ ...SETTINGS, theme: dark ? 'dark' : 'neutral', darkMode: dark });
    const { svg } = await mermaid.render(`diagram-${id}`, text);
    return { id, ...picture(svg) };
  } catch (error) {
    return { id, fault: String(error?.message ?? error).slice(0, 500) };
  } finally {
    document.body.replaceChildren();
  }
}

/** A picture that stands by itself: well-formed, with a size, and without anything that leads elsewhere. */
function picture(written) {
  const svg = new DOMParser().parseFromString(written, 'text/html').querySelector('svg');
  const [, , width, height] = (svg.getAttribute('viewBox') ?? '').split(/[\s,]+/).map(Number);
  if (!(width > 0 && height > 0)) throw new Error('a diagram without a size');
  for (const node of svg.querySelectorAll('script, image, iframe, object, embed')) node.remove();
  for (const node of svg.querySelectorAll('*')) {
    for (const { name, value } of [...node.attributes]) {
      if (/^on/i.test(name) || (/^(?:xlink:)?href$/i.test(name) && !value.startsWith('#'))) node.removeAttribute(name);
    }
  }
  svg.style.maxWidth = '';
  svg.setAttribute('width', width);
  svg.setAttribute('height', height);
  return { svg: new XMLSerializer().serializeToString(svg), width, height };
}

parent.postMessage({ ready: true }, '*');
