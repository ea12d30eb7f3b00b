export { type Energy, type EnergyOptions, measureEnergy } from './energy.ts';
export { type ForwardCost, type MeasureForwardOptions, measureForward } from './forward.ts';
export { type PeakMemory, peakMemory } from './peak-memory.ts';
