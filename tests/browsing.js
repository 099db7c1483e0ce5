// Questions about a page, each answered with a list of sentences.
window.openDetails = () => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  return [];
};

window.overflowing = () => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const scrolled = (one) => one.closest(".scroll") && !one.matches(".scroll");
  return [...document.querySelectorAll("body *")]
    .filter((one) => !scrolled(one) && one.getBoundingClientRect().right > width + 1)
    .slice(0, 5)
    .map((one) => `${one.tagName} ${one.className} reaches ${Math.round(one.getBoundingClientRect().right)} of ${width}`)
    .concat(`the page is ${document.documentElement.scrollWidth} of ${width} wide`);
};

const MARKS = ".role-mark path, .role-mark line, .role-mark rect";

window.lacking = (names) => names.flatMap((name) => {
  const svg = document.querySelector(`figure#${CSS.escape(name)} .chart svg`);
  if (!svg) return [`${name}: no chart`];
  const frame = svg.getBoundingClientRect();
  const found = [];
  if (frame.width < 200 || frame.height < 20) found.push(`${name}: ${frame.width} by ${frame.height}`);
  if (frame.width / svg.viewBox.baseVal.width < 0.9) found.push(`${name}: its words are too small`);
  if (!svg.querySelector(MARKS)) found.push(`${name}: no marks`);
  if (!svg.closest("[role=img]")?.getAttribute("aria-label")) found.push(`${name}: no name`);
  if (!svg.closest("figure").querySelector("details table tbody tr")) found.push(`${name}: no table`);
  for (const text of svg.querySelectorAll("text")) {
    const box = text.getBoundingClientRect();
    if (box.left < frame.left - 2 || box.right > frame.right + 2)
      found.push(`${name}: “${text.textContent}” is cut off`);
  }
  return found;
});

const channels = (color) => (color.match(/[\d.]+/g) || []).map(Number);
const luminance = (color) => {
  const [r, g, b] = channels(color).map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (one, other) => {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
};

// WCAG 2.1: 4.5 for text (1.4.3), 3 for what has to be seen of a graphic (1.4.11).
window.faint = () => [...document.querySelectorAll("figure")].flatMap((figure) => {
  const ground = getComputedStyle(figure).backgroundColor;
  const told = (one, color, least) => {
    if (!color || color === "none" || channels(color)[3] === 0) return [];
    const ratio = contrast(color, ground);
    return ratio < least ? [`${figure.id}: ${one.textContent || one.tagName} ${ratio.toFixed(1)} < ${least}`] : [];
  };
  return [
    ...[...figure.querySelectorAll("svg text")].flatMap((one) => told(one, getComputedStyle(one).fill, 4.5)),
    ...[...figure.querySelectorAll(MARKS)].flatMap((one) => told(one, getComputedStyle(one).fill, 3)),
    ...[...figure.querySelectorAll(".mark-line.role-mark path")].flatMap((one) => told(one, getComputedStyle(one).stroke, 3)),
  ];
});

window.unprinted = () => [...document.querySelectorAll("figure details table")]
  .filter((one) => one.getBoundingClientRect().height < 10 || !one.checkVisibility({ contentVisibilityAuto: true }))
  .map((one) => `${one.closest("figure").id}: its numbers are not on paper`);
