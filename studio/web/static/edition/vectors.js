// @ts-check
// The sums of tape.js two numbers at a time, by WebAssembly's vectors: the same sums in the same order, so the same bits. Without vectors tape.js adds them itself.

/* The module is what wasmtime.wat2wasm (package wasmtime 50.0.1) makes of this text. Lengths are in bytes; `sums` is even, `count` a multiple of 4, `wide` of 16.
(module
  (memory (export "memory") 64)
  (func (export "summed") (param $sum i32) (param $sums i32) (param $factor i32) (param $along i32) (param $apart i32) (param $row i32) (param $wide i32) (param $count i32)
    (local $k i32) (local $i i32) (local $at i32) (local $r i32) (local $p v128) (local $q v128) (local $u v128) (local $v v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $e v128) (local $f v128) (local $g v128) (local $h v128)
    (loop $two
      (local.set $k (local.get $count)) (local.set $at (local.get $factor)) (local.set $r (local.get $row))
      (loop $four
        (local.set $a (v128.load64_splat (local.get $at))) (local.set $e (v128.load64_splat (i32.add (local.get $at) (local.get $along)))) (local.set $at (i32.add (local.get $at) (local.get $apart)))
        (local.set $b (v128.load64_splat (local.get $at))) (local.set $f (v128.load64_splat (i32.add (local.get $at) (local.get $along)))) (local.set $at (i32.add (local.get $at) (local.get $apart)))
        (local.set $c (v128.load64_splat (local.get $at))) (local.set $g (v128.load64_splat (i32.add (local.get $at) (local.get $along)))) (local.set $at (i32.add (local.get $at) (local.get $apart)))
        (local.set $d (v128.load64_splat (local.get $at))) (local.set $h (v128.load64_splat (i32.add (local.get $at) (local.get $along)))) (local.set $at (i32.add (local.get $at) (local.get $apart)))
        (local.set $i (i32.const 0))
        (loop $pair
          (local.set $p (v128.load (i32.add (local.get $r) (local.get $i))))
          (local.set $q (v128.load (i32.add (i32.add (local.get $r) (local.get $wide)) (local.get $i))))
          (local.set $u (v128.load (i32.add (i32.add (local.get $r) (i32.shl (local.get $wide) (i32.const 1))) (local.get $i))))
          (local.set $v (v128.load (i32.add (i32.add (local.get $r) (i32.mul (local.get $wide) (i32.const 3))) (local.get $i))))
          (v128.store (i32.add (local.get $sum) (local.get $i)) (f64x2.add (v128.load (i32.add (local.get $sum) (local.get $i)))
            (f64x2.add (f64x2.add (f64x2.add (f64x2.mul (local.get $a) (local.get $p)) (f64x2.mul (local.get $b) (local.get $q))) (f64x2.mul (local.get $c) (local.get $u))) (f64x2.mul (local.get $d) (local.get $v)))))
          (v128.store (i32.add (i32.add (local.get $sum) (local.get $wide)) (local.get $i)) (f64x2.add (v128.load (i32.add (i32.add (local.get $sum) (local.get $wide)) (local.get $i)))
            (f64x2.add (f64x2.add (f64x2.add (f64x2.mul (local.get $e) (local.get $p)) (f64x2.mul (local.get $f) (local.get $q))) (f64x2.mul (local.get $g) (local.get $u))) (f64x2.mul (local.get $h) (local.get $v)))))
          (local.set $i (i32.add (local.get $i) (i32.const 16)))
          (br_if $pair (i32.lt_u (local.get $i) (local.get $wide))))
        (local.set $r (i32.add (local.get $r) (i32.shl (local.get $wide) (i32.const 2))))
        (local.set $k (i32.sub (local.get $k) (i32.const 4)))
        (br_if $four (local.get $k)))
      (local.set $factor (i32.add (local.get $factor) (i32.shl (local.get $along) (i32.const 1))))
      (local.set $sum (i32.add (local.get $sum) (i32.shl (local.get $wide) (i32.const 1))))
      (local.set $sums (i32.sub (local.get $sums) (i32.const 2)))
      (br_if $two (local.get $sums)))))
*/
const MODULE =
  "AGFzbQEAAAABDAFgCH9/f39/f39/AAMCAQAFAwEAQAcTAgZtZW1vcnkCAAZzdW1tZWQAAAqBAwH+AgIEfwx7A0AgByEIIAIhCiAFIQsDQCAK/QoDACEQIAogA2r9CgMAIRQgCiAEaiEKIAr9CgMAIREgCiADav0KAwAhFSAKIARqIQogCv0KAwAhEiAKIANq/QoDACEWIAogBGohCiAK/QoDACETIAogA2r9CgMAIRcgCiAEaiEKQQAhCQNAIAsgCWr9AAQAIQwgCyAGaiAJav0ABAAhDSALIAZBAXRqIAlq/QAEACEOIAsgBkEDbGogCWr9AAQAIQ8gACAJaiAAIAlq/QAEACAQIAz98gEgESAN/fIB/fABIBIgDv3yAf3wASATIA/98gH98AH98AH9CwQAIAAgBmogCWogACAGaiAJav0ABAAgFCAM/fIBIBUgDf3yAf3wASAWIA798gH98AEgFyAP/fIB/fAB/fAB/QsEACAJQRBqIQkgCSAGSQ0ACyALIAZBAnRqIQsgCEEEayEIIAgNAAsgAiADQQF0aiECIAAgBkEBdGohACABQQJrIQEgAQ0ACwsAhAEEbmFtZQJnAQAYAANzdW0BBHN1bXMCBmZhY3RvcgMFYWxvbmcEBWFwYXJ0BQNyb3cGBHdpZGUHBWNvdW50CAFrCQFpCgJhdAsBcgwBcA0BcQ4BdQ8BdhABYREBYhIBYxMBZBQBZRUBZhYBZxcBaAMUAQADAAN0d28BBGZvdXICBHBhaXI=";

/** @type {{ heap: Float64Array, run: (...numbers: number[]) => void } | null} */
let made = null;
try {
  const { memory, summed } = /** @type {any} */ (
    new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.from(atob(MODULE), one => one.charCodeAt(0)))).exports
  );
  made = { heap: new Float64Array(memory.buffer), run: summed };
} catch {
  /* this browser has no vectors */
}

/**
 * Onto rows of `sum` as `summed` of tape.js; says whether it could.
 * @param {Float64Array} sum @param {number} sums @param {Float64Array} factor @param {number} along @param {number} apart @param {Float64Array} row @param {number} wide @param {number} count
 */
export function summedByVectors(sum, sums, factor, along, apart, row, wide, count) {
  if (
    !made ||
    sums % 2 ||
    wide % 2 ||
    count % 4 ||
    !sums ||
    !count ||
    sum.length + factor.length + row.length > made.heap.length
  )
    return false;
  const { heap, run } = made,
    factors = sum.length,
    rows = factors + factor.length;
  heap.set(sum);
  heap.set(factor, factors);
  heap.set(row, rows);
  run(0, sums, 8 * factors, 8 * along, 8 * apart, 8 * rows, 8 * wide, count);
  sum.set(heap.subarray(0, factors));
  return true;
}
