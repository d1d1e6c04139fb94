// The visible texts whose contrast with what lies behind them is under 4.5 : 1.
export function lowContrast() {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const rgba = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const over = (top, under) => { const a = top[3] / 255; return [0, 1, 2].map(i => top[i] * a + under[i] * (1 - a)); };
  const ground = node => { const layers = []; for (let at = node; at; at = at.parentElement) layers.unshift(rgba(getComputedStyle(at).backgroundColor)); return layers.reduce((under, top) => over(top, under), [255, 255, 255]); };
  const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
  const low = [];
  for (const node of document.querySelectorAll('.vn *')) {
    const words = [...node.childNodes].filter(one => one.nodeType === 3 && one.data.trim()).map(one => one.data.trim()).join(' ');
    if (!words || !node.checkVisibility() || node.closest('[aria-hidden]')) continue;
    const behind = ground(node), colour = over(rgba(getComputedStyle(node).color), behind);
    const [a, b] = [light(colour), light(behind)].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) low.push([words.slice(0, 40), ratio]);
  }
  return low;
}
