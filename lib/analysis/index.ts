export { Summary, type SummaryRow, type SummaryTotals, summary } from './summary.ts';
