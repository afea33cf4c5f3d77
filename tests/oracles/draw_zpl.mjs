// Draws labels of ZPL with an emulator of the printer's language, offline: labels as JSON on stdin,
// one PNG in base64 a line on stdout.
import {readFileSync} from 'node:fs';
import {ready} from 'zpl-renderer-js';

const {labels, widthMm, heightMm, dotsPerMm} = JSON.parse(readFileSync(0, 'utf8'));
const {api} = await ready;
for(const label of labels) {
  console.log(await api.zplToBase64Async(label, widthMm, heightMm, dotsPerMm));
}
