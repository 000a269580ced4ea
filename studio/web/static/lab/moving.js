// @ts-check
// What moves in a plane, painted into an array of pixels: thousands of marbles and their trails cost about a millisecond.

export class Moving {
  constructor(pen, side) {
    this.pen = pen;
    this.side = side;
    this.still = new Uint8ClampedArray();
    this.picture = new ImageData(side, side);
    this.key = "";
  }
  /** Draw what changes rarely, if `key` is another than the last one, and begin a frame on it. @param {string} key @param {() => void} draw */
  begin(key, draw) {
    if (key !== this.key || !this.still.length) {
      draw();
      this.still = this.pen.getImageData(0, 0, this.side, this.side).data;
      this.key = key;
    }
    this.picture.data.set(this.still);
  }
  /** Squares [2n in pixels] of one colour, with soft edges where they lie between pixels. @param {Float64Array} places @param {number[]} colour */
  dots(places, [red, green, blue], size = 3, alpha = 1) {
    const { data } = this.picture,
      { side } = this;
    for (let i = 0; i < places.length; i += 2) {
      const left = places[i] - size / 2,
        top = places[i + 1] - size / 2,
        column = Math.floor(left),
        row = Math.floor(top);
      if (!(column >= 0 && row >= 0 && column + size < side && row + size < side)) continue;
      const right = left - column,
        below = top - row;
      for (let dy = 0; dy <= size; dy++) {
        const high = alpha * (dy === 0 ? 1 - below : dy === size ? below : 1);
        for (let dx = 0, at = 4 * ((row + dy) * side + column); dx <= size; dx++, at += 4) {
          const share = high * (dx === 0 ? 1 - right : dx === size ? right : 1);
          data[at] += share * (red - data[at]);
          data[at + 1] += share * (green - data[at + 1]);
          data[at + 2] += share * (blue - data[at + 2]);
        }
      }
    }
  }
  /** A thin line; every step along its longer axis is shared by two pixels (Wu 1991). @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number[]} colour */
  line(x0, y0, x1, y1, [red, green, blue]) {
    const { data } = this.picture,
      { side } = this,
      dx = x1 - x0,
      dy = y1 - y0,
      steep = Math.abs(dy) > Math.abs(dx),
      steps = Math.ceil(Math.max(Math.abs(dx), Math.abs(dy)));
    if (!(steps < 4 * side)) return;
    for (let k = 0; k < steps; k++) {
      const x = x0 + (dx * k) / steps,
        y = y0 + (dy * k) / steps,
        column = Math.floor(steep ? x : Math.round(x)),
        row = Math.floor(steep ? Math.round(y) : y),
        far = steep ? x - column : y - row;
      if (column < 0 || row < 0 || column + 1 >= side || row + 1 >= side) continue;
      for (let n = 0; n < 2; n++) {
        const share = n ? far : 1 - far,
          at = 4 * ((row + (steep ? 0 : n)) * side + column + (steep ? n : 0));
        data[at] += share * (red - data[at]);
        data[at + 1] += share * (green - data[at + 1]);
        data[at + 2] += share * (blue - data[at + 2]);
      }
    }
  }
  /** Bring the frame to the canvas. */
  end() {
    this.pen.putImageData(this.picture, 0, 0);
  }
}
