/**
 * How a window slides over pictures [height, width, channels], channels fastest: for convolution and pooling alike. What
 * it covers outside of the picture is padding.
 */

/** Never written, so always 0: what is read in the padding. */
const ZERO: usize = 0;
/** Where the windows begin among the arguments; written by wasm/windows.ts. */
const WINDOWS: usize = 16;

// prettier-ignore
export class Windows {
  height: isize; width: isize; channels: usize; rows: usize; columns: usize; windowHeight: usize; windowWidth: usize;
  strideY: isize; strideX: isize; dilationY: isize; dilationX: isize; top: isize; left: isize;
}

/** The 13 words of the windows, read where they stand. */
// @ts-ignore: decorator
@inline
export function windowsOf(args: usize): Windows {
  return changetype<Windows>(args + (WINDOWS << 2));
}

/** Where the place `row` of all samples' places looks: the top left corner of its window, the padding included. */
// @ts-ignore: decorator
@inline
export function topOf(g: Windows, row: usize, places: usize): isize {
  return <isize>((row % places) / g.columns) * g.strideY - g.top;
}
// @ts-ignore: decorator
@inline
export function leftOf(g: Windows, row: usize): isize {
  return <isize>(row % g.columns) * g.strideX - g.left;
}

/** The address of the pixel (y, z) of a picture at `image`; ZERO in the padding. */
// @ts-ignore: decorator
@inline
export function pixelAt(image: usize, height: isize, width: isize, y: isize, z: isize, pixel: usize): usize {
  // Of a negative number seen as a positive one, nothing is left to ask.
  return <usize>y < <usize>height && <usize>z < <usize>width ? image + <usize>(y * width + z) * pixel : ZERO;
}
