export { EngineProcess as Worker } from '../../scripts/support/engine-process';
