// The icons of the page, drawn as strokes on a grid of 24. Always decoration: the label says it.

const PATHS = {
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  share: 'M12 15V4M7.5 8L12 3.5 16.5 8M5 12v8h14v-8',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  again: 'M19 8a8 8 0 1 0 1 5M19 3v5h-5',
  edit: 'M4 20l1-4L16.5 4.5l3 3L8 19zM14 7l3 3',
  back: 'M14.5 6l-6 6 6 6',
  next: 'M9.5 6l6 6-6 6',
  down: 'M6 9.5l6 6 6-6',
  fork: 'M12 20v-6M12 14L6 8M12 14l6-6M6 13V8h5M18 13V8h-5',
  remove: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5',
  raw: 'M8 7l-5 5 5 5M16 7l5 5-5 5M13.5 5l-3 14',
  download: 'M12 4v11M7 10.5l5 5 5-5M5 20h14',
  link: 'M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1.5 1.5M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1.5-1.5',
  out: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  loop: 'M17 3l3 3-3 3M20 6H7a3 3 0 0 0-3 3v2M7 21l-3-3 3-3M4 18h13a3 3 0 0 0 3-3v-2',
  speed: 'M4 17a9 9 0 1 1 16 0M12 14l4-5',
  frame: 'M6 5v14l9-7zM18 5v14',
  frameback: 'M18 5v14l-9-7zM6 5v14',
  extend: 'M4 12h15M13 6l6 6-6 6',
  attach: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M12 3v6M9 6h6',
  movie: 'M3.5 5.5h17v13h-17zM10 9l5 3-5 3z',
  image: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4',
  audio: 'M9 18V6l10-2v12M9 18a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 16a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  chat: 'M4 5h16v12H9l-5 4z',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  stop: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM9 9h6v6H9z',
  square: 'M7.5 7.5h9v9h-9z',
  shield: 'M12 3l7 3v5c0 5-3 8-7 10-4-2-7-5-7-10V6zM12 8v5M12 16v.5',
  warn: 'M12 4l9 16H3zM12 10v5M12 17.5v.5',
  wait: 'M7 3h10M7 21h10M8 3c0 5 3 6 4 9 1-3 4-4 4-9M8 21c0-5 3-6 4-9 1 3 4 4 4 9',
  broken: 'M4 12h4l2-5 3 10 2-5h1M19 7l3 3M22 7l-3 3',
  more: 'M4.7 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0zM11.2 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0zM17.7 12a.8.8 0 1 0 1.6 0 .8.8 0 1 0-1.6 0z',
  text: 'M5 6h14M12 6v13M9.5 19h5',
  fold: 'M8 4l4 4 4-4M8 20l4-4 4 4M5 12h14',
  unknown: 'M9 9a3 3 0 1 1 4 3c-1 .5-1 1-1 2M12 17v.5M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  close: 'M6 6l12 12M18 6L6 18',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l2 2H4zM10 21h4',
  info: 'M12 11v6M12 7v.5M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17z',
  pin: 'M9 4h6l-1 6 3 3H7l3-3zM12 13v7',
  brush: 'M19.5 4.5c-5 1.5-8.5 5-10 8l2 2c3-1.5 6.5-5 8-10zM9 13c-2.5 0-4 1.5-4 4 0 1.5-1 2-2 2.5 4 1.5 8.5 0 8.5-4',
  eraser: 'M14.5 4.5l5 5-10 10H6l-2.5-2.5a1.5 1.5 0 0 1 0-2zM9 10l5 5M12 19.5h8',
  undo: 'M8 5L4 9l4 4M4 9h10a5.5 5.5 0 0 1 0 11H9',
  variation: 'M4 4h9v9H4zM11 16v4h9v-9h-4',
  person: 'M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 20.5c.5-4.5 3.5-6.5 7.5-6.5s7 2 7.5 6.5',
  camera: 'M4 8h4l2-3h4l2 3h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z',
  compare: 'M4 5h7v14H4zM13 5h7v14h-7z',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M8 5v14M16 5v14',
  loopfilm: 'M4 6h16v12H4zM8 9.5h3.5v5H8zM14 9.5v5M17 9.5h-1.5v5',
  convert: 'M4 8h12M12 4l4 4-4 4M20 16H8M12 12l-4 4 4 4',
  folder: 'M3.5 6h6l2 2.5h9V19h-17z',
  archive: 'M4 5h16v4H4zM5.5 9v10h13V9M10 13h4',
  search: 'M10.5 4.5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15 15l5 5',
  keyboard: 'M3 7h18v11H3zM6.5 10.5h.5M10 10.5h.5M13.5 10.5h.5M17 10.5h.5M7.5 14.5h9',
  mic: 'M12 3.5a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0v-5a3 3 0 0 0-3-3zM5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3',
  speak: 'M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11',
  spin: 'M12 3.5a8.5 8.5 0 1 1-8.5 8.5',
};

const NS = 'http://www.w3.org/2000/svg';

export function icon(name) {
  const svg = document.createElementNS(NS, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `vn-glyph${name === 'spin' ? ' vn-spin' : ''}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(NS, 'path');
  path.setAttribute('d', PATHS[name] || PATHS.info);
  svg.append(path);
  return svg;
}
