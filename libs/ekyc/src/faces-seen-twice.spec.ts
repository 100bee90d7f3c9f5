import { facesSeenTwice } from './faces-seen-twice.ts';

describe('faces of a picture and of its mirror image', () => {
  const at = (left: number, top: number, width: number, height: number) => ({ box: { left, top, width, height } });
  // as they were measured: a person, and blurred background that was taken for a larger face, with as much confidence
  const [background, person] = [at(26, 104, 221, 208), at(170, 152, 183, 202)];

  it('are those that are in both', () => {
    expect(facesSeenTwice([background, person], [at(126, 153, 186, 200)], 480)).toEqual([person]);
  });

  it('are two where two people are there, the larger one first', () => {
    const other = at(20, 150, 120, 140);
    const mirrored = [at(342, 148, 116, 139), at(128, 150, 183, 205)];
    expect(facesSeenTwice([person, other], mirrored, 480)).toEqual([person, other]);
  });

  it('are all of the picture where none is in both', () => {
    expect(facesSeenTwice([background, person], [], 480)).toEqual([background, person]);
    expect(facesSeenTwice([background, person], [at(0, 0, 40, 40)], 480)).toEqual([background, person]);
  });
});
