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

// The page's own colours (.streamlit/config.toml), and for parts of a whole one row that is told apart on either ground.
const parts = (colours, text) => ({
  ...Object.fromEntries(colours.flatMap((one, n) => [[`pie${n + 1}`, one], [`cScale${n}`, one], [`cScaleLabel${n}`, text], [`git${n}`, one]])),
  pieSectionTextColor: text,
  pieOpacity: '1',
});
const LIGHT = {
  background: '#f6f6f3', primaryColor: '#e6ecfb', primaryBorderColor: '#2f5bd8', primaryTextColor: '#1d1f23', secondaryColor: '#f3ece0', tertiaryColor: '#eceae4',
  lineColor: '#5b6068', textColor: '#1d1f23', noteBkgColor: '#fdf6dc', noteTextColor: '#1d1f23', edgeLabelBackground: '#f6f6f3', pieStrokeColor: '#f6f6f3', pieOuterStrokeColor: '#f6f6f3',
  ...parts(['#a9bdf3', '#f0c78f', '#9fd6bd', '#eaa9a6', '#c9b5ec', '#9fd1e3', '#e3d38c', '#e7b2d2'], '#1d1f23'),
};
const DARK = {
  background: '#1f2125', primaryColor: '#2a3350', primaryBorderColor: '#7d9cff', primaryTextColor: '#e8e8e6', secondaryColor: '#40372a', tertiaryColor: '#2c2f35',
  lineColor: '#a5a9b0', textColor: '#e8e8e6', noteBkgColor: '#45401f', noteTextColor: '#e8e8e6', edgeLabelBackground: '#1f2125', pieStrokeColor: '#1f2125', pieOuterStrokeColor: '#1f2125',
  ...parts(['#3f5cb0', '#8a5c1c', '#2c7358', '#96413d', '#694d9c', '#286b80', '#756519', '#8a3f6c'], '#f4f4f2'),
};

let turn = Promise.resolve(); // one at a time: its settings are global

addEventListener('message', ({ data, source }) => {
  if (source !== parent) return;
  turn = turn.then(() => draw(data)).then((told) => parent.postMessage(told, '*'));
});

async function draw({ id, text, dark }) {
  try {
    mermaid.initialize({ ...SETTINGS, theme: 'base', darkMode: dark, themeVariables: { ...(dark ? DARK : LIGHT), darkMode: dark, fontFamily: FONT } });
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
