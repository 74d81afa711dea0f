export { OWNER } from './api';
export type { Execution, Item } from './execution';
export { N8n, type N8nOptions } from './n8n';
export { freePort, until } from './wait';
export type { Workflow, WorkflowNode } from './workflow';
