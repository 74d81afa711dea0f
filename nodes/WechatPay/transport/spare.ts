/**
 * Memory that uploads are built in, used again within a run. Fresh buffers of megabytes make V8 collect
 * the whole heap of n8n every few pictures.
 */
export class SpareMemory {
	private readonly spare: Buffer[] = [];

	/** Gives `length` bytes; what they hold is not defined. */
	take(length: number): Buffer {
		const found = this.spare.pop();
		// What is too small is let go, so that what is kept grows to what the pictures need.
		const memory = found && found.length >= length ? found : Buffer.allocUnsafeSlow(length);
		return memory.subarray(0, length);
	}

	/** @param taken what `take` gave, or a part of it, once nothing can read it any more */
	giveBack(taken: Buffer): void {
		this.spare.push(Buffer.from(taken.buffer));
	}
}
