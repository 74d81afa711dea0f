export { Engine } from './engine';
export { toText, type BinaryMode } from './host';
export type {
	EngineFile,
	EngineItem,
	EngineOptions,
	EngineResult,
	EngineWorkflow,
	NodeOptions,
	NodeRun,
	RunOptions,
	WorkflowRun,
} from './types';
export { createNode } from './workflow';
