import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

describe('the mesh', () => {
  it('finds a drawn face where it is drawn, and none in a picture without one', async () => {
    const index = fileURLToPath(new URL('index.ts', import.meta.url));
    // in a process of its own, as it runs in a thread of its own: the backend is no module of a test's sandbox
    const program = `
      import { drawFace, FaceMesh, registerFileLoader } from ${JSON.stringify(index)};
      registerFileLoader();
      const mesh = await FaceMesh.load();
      const [face, ...others] = await mesh.find(drawFace(480));
      const none = await mesh.find({ width: 480, height: 480, rgb: new Uint8Array(3 * 480 * 480).fill(200) });
      console.log(JSON.stringify({ box: face.box, vertices: face.landmarks.length / 3, others, none }));`;
    const { stdout } = await promisify(execFile)(process.execPath, [
      ...['--import', 'tsx', '--input-type=module', '--eval', program],
    ]);
    const { box, vertices, others, none } = JSON.parse(stdout.slice(stdout.indexOf('{')));
    expect({ vertices, others, none }).toEqual({ vertices: 468, others: [], none: [] });
    // the drawing's face: an ellipse around the middle, 0.52 of the side wide and 0.72 high
    expect(Math.abs(box.left + box.width / 2 - 240)).toBeLessThan(20);
    // from the brows, 0.11 of the side above the middle, to the mouth, 0.18 below it
    expect(Math.abs(box.top + box.height / 2 - (0.5 + 0.035) * 480)).toBeLessThan(20);
    expect(box.width / 480).toBeGreaterThan(0.35);
    expect(box.width / 480).toBeLessThan(0.65);
  });
});
