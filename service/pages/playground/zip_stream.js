// Reads the service's ZIP while it arrives: entries that are deflated in blocks which only copy (RFC 1951, 3.2.4), with
// their sizes behind them. PKWARE's APPNOTE 4.3.7 (local headers) and 4.3.9 (data descriptors) say where things lie.

const [LOCAL, DESCRIPTOR] = [0x04034b50, 0x08074b50];
const HEADER = 30; // bytes of a local header before its name
const ZIP64 = 0x0001; // the extra field of an entry whose descriptor has sizes of eight bytes

// Yields {name, bytes} for each entry of the stream of a ZIP, as soon as it is complete. Every chunk goes to `keep` too.
export async function* entriesOf(stream, keep) {
  const input = new Input(stream.getReader(), keep);
  for (let signature = await input.uint(4); signature === LOCAL; signature = await input.uint(4)) {
    const head = new DataView((await input.take(HEADER - 4)).buffer);
    const name = new TextDecoder().decode(await input.take(head.getUint16(22, true)));
    const wide = hasZip64(await input.take(head.getUint16(24, true)));
    const bytes = await copied(input);
    if ((await input.uint(4)) !== DESCRIPTOR) throw new Error("The ZIP is broken: an entry does not end where it should.");
    await input.take(wide ? 20 : 12);
    yield {name, bytes};
  }
  await input.drain();
}

function hasZip64(extra) {
  const view = new DataView(extra.buffer);
  for (let at = 0; at + 4 <= extra.length; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === ZIP64) return true;
  }
  return false;
}

async function copied(input) {
  const blocks = [];
  for (let last = false; !last; ) {
    const [kind] = await input.take(1);
    last = Boolean(kind & 1);
    if (kind >> 1) throw new Error("The ZIP is compressed; this page reads only what the service writes.");
    const length = await input.uint(2);
    await input.take(2); // its complement
    blocks.push(await input.take(length));
  }
  return new Uint8Array(await new Blob(blocks).arrayBuffer());
}

class Input {
  constructor(reader, keep) {
    Object.assign(this, {reader, keep, chunk: new Uint8Array(), at: 0});
  }

  // So many bytes, in an array of their own.
  async take(count) {
    const taken = new Uint8Array(count);
    for (let filled = 0; filled < count; ) {
      if (this.at === this.chunk.length && !(await this.next())) throw new Error("The answer broke off.");
      const part = this.chunk.subarray(this.at, this.at + count - filled);
      taken.set(part, filled);
      filled += part.length;
      this.at += part.length;
    }
    return taken;
  }

  async uint(bytes) {
    return (await this.take(bytes)).reduceRight((value, byte) => value * 256 + byte, 0);
  }

  async drain() {
    while (await this.next());
  }

  async next() {
    const {done, value} = await this.reader.read();
    if (done) return false;
    this.keep(value);
    [this.chunk, this.at] = [value, 0];
    return true;
  }
}
