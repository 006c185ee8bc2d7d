// A QR code on a canvas: no attribute and no image holds what it says.

import { core } from "./wasm.js";

/** Draws `text` as large as fits into `cssPixels`, quiet zone included. Always dark
 *  on white; whole device pixels, so that its edges stay sharp, and more of them
 *  for paper (`finer`). False where WebAssembly is missing. */
export async function drawQr(canvas, text, cssPixels, { finer = 1, wanted = () => true } = {}) {
  const module = await core().catch(() => undefined);
  if (!module || !wanted()) return false;
  const modules = pixelsOf(module, text, 1).width;
  const scale = Math.max(1, Math.floor((cssPixels * devicePixelRatio) / modules));
  const pixels = pixelsOf(module, text, scale * finer);
  const side = pixels.width;
  canvas.width = canvas.height = side;
  canvas.style.width = canvas.style.height = `${side / finer / devicePixelRatio}px`;
  canvas.getContext("2d").putImageData(pixels, 0, 0);
  canvas.dataset.drawn = "";
  return true;
}

function pixelsOf(module, text, scale) {
  const rgba = new Uint8ClampedArray(module.qr_pixels(text, scale).buffer);
  return new ImageData(rgba, Math.sqrt(rgba.length / 4)); // a square
}

export function wipeQr(canvas) {
  canvas.width = canvas.height = 0;
  delete canvas.dataset.drawn;
}
