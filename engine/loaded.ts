import { PackageDirectoryLoader } from 'n8n-core';
import { NodeHelpers } from 'n8n-workflow';
import type { ICredentialType, INodeType, INodeTypes } from 'n8n-workflow';

/** A built package as n8n loads it, and further node types for workflows. */
export class LoadedPackage {
	private constructor(
		private readonly loader: PackageDirectoryLoader,
		private readonly extraTypes: Record<string, INodeType>,
	) {}

	static async load(
		directory: string,
		extraTypes: Record<string, INodeType>,
	): Promise<LoadedPackage> {
		const loader = new PackageDirectoryLoader(directory);
		await loader.loadAll();
		return new LoadedPackage(loader, extraTypes);
	}

	/** The loaded node types, those of the package under their full names. */
	get nodeTypes(): INodeTypes {
		const find = (name: string) => {
			const extra = this.extraTypes[name];
			if (extra) return extra;
			const prefix = this.fullName('');
			return this.loader.getNode(name.startsWith(prefix) ? name.slice(prefix.length) : name).type;
		};
		return {
			getByName: find,
			getByNameAndVersion: (name, version) => NodeHelpers.getVersionedNodeType(find(name), version),
			getKnownTypes: () => this.loader.known.nodes,
		};
	}

	/** A node's name as workflows contain it. */
	fullName(node: string): string {
		return `${this.loader.packageName}.${node}`;
	}

	/** The credential type of this name. Throws if there is none. */
	credentialType(name: string): ICredentialType {
		return this.loader.getCredential(name).type;
	}

	hasCredentialType(name: string): boolean {
		return Object.keys(this.loader.known.credentials).includes(name);
	}
}
