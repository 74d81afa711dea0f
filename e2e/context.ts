/** What every part of the run is handed. */
export interface Context {
	/** The package, packed. */
	tarball: string;
	/** A folder of its own for each part; deleted at the end. */
	folder: string;
	/** Runs one test: it passes if `task` does not throw. What follows runs all the same. */
	check: (name: string, task: () => Promise<void> | void) => Promise<void>;
	/** Whether the pictures of the README are made anew. */
	updatesPictures: boolean;
	/** How many rows go through two workers. */
	rows: number;
}
